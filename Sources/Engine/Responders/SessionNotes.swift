public import Cassettes
import Synchronization

/// What one session has to tell: its misses, in order, and whether its story started over.
///
/// The first miss is the headline, later ones are its consequences.
public final class SessionNotes: Sendable {
    public enum Note: Sendable {
        case miss(Miss)
        /// A recorded answer is played again from the first, for the first time in this session.
        case startedOver
        /// A recording could not be played; what is wrong, with its place.
        case broken(String)
        /// What was asked again live gave something else than was recorded.
        case drift(String)
    }

    private struct State {
        var misses: [Miss] = []
        var broken: [String] = []
        var drifts: [String] = []
        var hasStartedOver = false
        var played: Set<Int> = []
        /// Since the last reset.
        var playedAgain: Set<Int> = []
        var stale: [StaleAnswer] = []
    }

    private let state = Mutex(State())
    private let onNote: @Sendable (Note) -> Void

    /// - Parameter onNote: Told of each as it happens.
    public init(onNote: @escaping @Sendable (Note) -> Void = { _ in }) { self.onNote = onNote }

    func note(_ miss: Miss) {
        state.withLock { $0.misses.append(miss) }
        onNote(.miss(miss))
    }

    func noteStale(_ answer: StaleAnswer) { state.withLock { $0.stale.append(answer) } }

    /// Requests that got the answer of another one, in order.
    public var stale: [StaleAnswer] { state.withLock { $0.stale } }

    func notePlayed(_ position: Int) {
        state.withLock { state in
            state.played.insert(position)
            state.playedAgain.insert(position)
        }
    }

    /// The play position is back at the start; what happened before has happened all the same.
    func startAgain() {
        state.withLock { state in
            state.playedAgain = []
            state.hasStartedOver = false
        }
    }

    /// Positions in the cassette's index that have been played since the start or the last reset.
    var played: Set<Int> { state.withLock { $0.playedAgain } }

    func noteBroken(_ text: String) {
        state.withLock { $0.broken.append(text) }
        onNote(.broken(text))
    }

    func noteDrift(_ text: String) {
        state.withLock { $0.drifts.append(text) }
        onNote(.drift(text))
    }

    func noteStartedOver() {
        let isFirst = state.withLock { state in
            defer { state.hasStartedOver = true }
            return !state.hasStartedOver
        }
        if isFirst { onNote(.startedOver) }
    }

    public var misses: [Miss] { state.withLock { $0.misses } }

    /// Warnings, each a sentence: answers that were other than recorded when they were asked for again.
    public var drifts: [String] { state.withLock { $0.drifts } }

    /// Recordings that could not be played, each as its error reads.
    public var broken: [String] { state.withLock { $0.broken } }

    /// What this session has not played of its cassette, a line each: requests to models, and what code did.
    public func leftovers(of cassette: Cassette) -> [String] {
        let played = state.withLock { $0.played }
        return cassette.index.enumerated().filter { position, entry in
            !played.contains(position) && (entry.service != .hopx || CassetteOutcomes.isOutcome(entry.operation))
        }.map { "interaction \($1.number): \($1.service.rawValue) \($1.operation)" }
    }
}
