import UnixSignals

/// Returns at the first SIGINT or SIGTERM.
///
/// - Parameter whenTrapped: Called once a signal no longer ends the process: whoever is told of it may send one at once.
func waitForSignal(whenTrapped: () -> Void = {}) async {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    whenTrapped()
    for await _ in signals { return }
}

/// Runs something that SIGINT and SIGTERM cancel, so that it puts away what it has begun.
///
/// - Throws: `Interrupted` when it was cancelled so, after it has ended; else whatever it throws.
func interruptible<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { tasks in
        tasks.addTask { try await body() }
        tasks.addTask {
            await waitForSignal()
            return nil
        }
        guard let first = try await tasks.next() else { throw Interrupted() }
        tasks.cancelAll()
        if let first { return first }
        // What was cancelled ends in its own time; how it ends is told by whoever ended it.
        while (try? await tasks.next()) != nil {}
        throw Interrupted()
    }
}

/// The process was asked to end.
struct Interrupted: Error, CustomStringConvertible {
    let description = "interrupted"
}
