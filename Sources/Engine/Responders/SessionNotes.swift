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
    }

    private struct State {
        var misses: [Miss] = []
        var broken: [String] = []
        var hasStartedOver = false
    }

    private let state = Mutex(State())
    private let onNote: @Sendable (Note) -> Void

    /// - Parameter onNote: Told of each as it happens.
    public init(onNote: @escaping @Sendable (Note) -> Void = { _ in }) { self.onNote = onNote }

    func note(_ miss: Miss) {
        state.withLock { $0.misses.append(miss) }
        onNote(.miss(miss))
    }

    func noteBroken(_ text: String) {
        state.withLock { $0.broken.append(text) }
        onNote(.broken(text))
    }

    func noteStartedOver() {
        let isFirst = state.withLock { state in
            defer { state.hasStartedOver = true }
            return !state.hasStartedOver
        }
        if isFirst { onNote(.startedOver) }
    }

    public var misses: [Miss] { state.withLock { $0.misses } }

    /// Recordings that could not be played, each as its error reads.
    public var broken: [String] { state.withLock { $0.broken } }
}
