import Synchronization

/// One sandbox started ahead of its client, so that whoever asks for several waits for the first two only.
///
/// Two: a program that needs a single sandbox costs no second one. And when all others are gone, the spare one soon goes, too.
final class SpareSandbox: Sendable {
    typealias Start = @Sendable (_ hasNetwork: Bool) async throws -> LocalSandbox.Member

    private struct State {
        var requests = 0
        var spare: (hasNetwork: Bool, start: Task<LocalSandbox.Member, any Error>)?
        /// Ends the spare sandbox after a while.
        var retirement: Task<Void, any Error>?
        var isClosed = false

        mutating func takeSpare() -> Task<LocalSandbox.Member, any Error>? {
            defer { spare = nil }
            return spare?.start
        }
    }

    /// Programs that make one sandbox after another do so within this.
    private static let patience = Duration.seconds(1)

    private let start: Start
    private let state = Mutex(State())

    init(start: @escaping Start) { self.start = start }

    /// A fresh sandbox: the spare one, or one that is started now.
    ///
    /// - Throws: `ProcessError` of the start.
    func next(hasNetwork: Bool) async throws -> LocalSandbox.Member {
        let spare = state.withLock { state in
            state.requests += 1
            state.retirement?.cancel()
            state.retirement = nil
            return state.spare?.hasNetwork == hasNetwork ? state.takeSpare() : nil
        }
        // One that could not be started, or has died since, is as none.
        if let member = try? await spare?.value {
            if member.process.isAlive {
                prepare(hasNetwork: hasNetwork)
                return member
            }
            await LocalSandbox.end(member)
        }
        let member = try await start(hasNetwork)
        prepare(hasNetwork: hasNetwork)
        return member
    }

    /// Told that all sandboxes in use are gone.
    func rest() {
        state.withLock { state in
            guard state.spare != nil, state.retirement == nil else { return }
            state.retirement = Task { [weak self] in
                try await Task.sleep(for: SpareSandbox.patience)
                await self?.retire()
            }
        }
    }

    /// Ends the spare sandbox; no other is started.
    func close() async {
        let spare = state.withLock { state in
            state.isClosed = true
            state.retirement?.cancel()
            return state.takeSpare()
        }
        if let member = try? await spare?.value { await LocalSandbox.end(member) }
    }

    private func retire() async {
        let spare = state.withLock { state in
            // Whoever asked for a sandbox in the meantime has cancelled this.
            guard !Task.isCancelled else { return nil as Task<LocalSandbox.Member, any Error>? }
            state.retirement = nil
            return state.takeSpare()
        }
        if let member = try? await spare?.value { await LocalSandbox.end(member) }
    }

    private func prepare(hasNetwork: Bool) {
        state.withLock { state in
            guard state.requests >= 2, state.spare == nil, !state.isClosed else { return }
            // Owned by the state; `next` or `close` awaits it.
            state.spare = (hasNetwork, Task { [start] in try await start(hasNetwork) })
        }
    }
}
