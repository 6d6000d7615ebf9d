import UnixSignals

/// Returns at the first SIGINT or SIGTERM.
func waitForSignal() async {
    for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return }
}
