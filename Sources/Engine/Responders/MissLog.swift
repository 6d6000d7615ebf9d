public import Cassettes
import Synchronization

/// The misses of one session, in the order in which they happened: the first is the headline, later ones its consequences.
public final class MissLog: Sendable {
    private let misses = Mutex<[Miss]>([])
    private let onMiss: @Sendable (Miss) -> Void

    /// - Parameter onMiss: Told of each as it happens.
    public init(onMiss: @escaping @Sendable (Miss) -> Void = { _ in }) { self.onMiss = onMiss }

    public func note(_ miss: Miss) {
        misses.withLock { $0.append(miss) }
        onMiss(miss)
    }

    public var all: [Miss] { misses.withLock { $0 } }
}
