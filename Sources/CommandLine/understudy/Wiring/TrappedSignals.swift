import Foundation
import UnixSignals

/// Calls `body` with the signals that would have ended this process and that its child has not had itself.
func withTrappedSignals<Result>(_ body: (AsyncStream<Int32>) async throws -> Result) async throws -> Result {
    let trapped = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup, .sigquit)
    let (signals, continuation) = AsyncStream<Int32>.makeStream()
    // Cancelled when `body` is over.
    let relay = Task {
        for await signal in trapped where !isSentByTerminal(signal) { continuation.yield(signal.rawValue) }
    }
    defer { relay.cancel() }
    return try await body(signals)
}

/// Ctrl-C and Ctrl-\ reach all of the terminal's foreground, and so a child in the same process group.
private func isSentByTerminal(_ signal: UnixSignal) -> Bool {
    guard signal == .sigint || signal == .sigquit else { return false }
    let terminal = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else { return false }
    defer { close(terminal) }
    return tcgetpgrp(terminal) == getpgrp()
}
