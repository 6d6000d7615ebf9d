import Scenarios
import Synchronization
import Transcripts

/// What all attempts of a run together may ask live services for.
final class Budget: Sendable {
    private let state: Mutex<(watch: LimitWatch, passed: String?)>

    init(_ limits: Scenario.Limits) { state = Mutex((LimitWatch(limits), nil)) }

    /// Which bound has been passed; nil as long as none has been.
    var passed: String? { state.withLock(\.passed) }

    /// Takes in what happened, and says when that was too much.
    func add(_ entry: Entry) -> String? {
        state.withLock { state in
            if let text = state.watch.add(entry) { state.passed = text.replacing("limits:", with: "the run's budget") }
            return state.passed
        }
    }
}
