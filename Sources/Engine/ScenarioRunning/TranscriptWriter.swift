public import HTTPMessages
import Synchronization
public import Transcripts

/// Writes down what happens in one attempt, as transcript entries with their turns and timings.
///
/// Written to from wherever things happen; each entry is complete when it is written.
public final class TranscriptWriter: Sendable {
    private struct State {
        var transcript: Transcript
        /// The turn that is being played, counted from 1.
        var turn = 1
        /// Whether anything has happened in it yet.
        var hasBegun = false
    }

    private let clock: any Clock
    private let start: Double
    private let onEntry: @Sendable (Entry) -> Void
    private let state: Mutex<State>

    /// - Parameter onEntry: Called once for each entry, in their order, before the next thing happens.
    public init(subject: String, clock: any Clock, onEntry: @escaping @Sendable (Entry) -> Void = { _ in }) {
        self.clock = clock
        self.onEntry = onEntry
        start = clock.now
        state = Mutex(State(transcript: Transcript(subject: subject)))
    }

    /// What has been written so far.
    public var transcript: Transcript { state.withLock { $0.transcript } }

    /// Adds an entry. A message closes its turn; the end belongs to the turn it cut short, or else to the last one.
    ///
    /// - Parameter beginning: When it began, on the clock; nil for something that takes no time.
    public func write(_ kind: Entry.Kind, since beginning: Double? = nil) {
        let now = clock.now
        let timing = Timing(start: (beginning ?? now) - start, duration: now - (beginning ?? now))
        let entry = state.withLock { state in
            var entry = Entry(turn: state.turn, kind: kind, timing: timing)
            switch kind {
            case .message:
                state.turn += 1
                state.hasBegun = false
            case .end: entry.turn = state.hasBegun ? state.turn : max(1, state.turn - 1)
            default: state.hasBegun = true
            }
            state.transcript.entries.append(entry)
            return entry
        }
        onEntry(entry)
    }
}
