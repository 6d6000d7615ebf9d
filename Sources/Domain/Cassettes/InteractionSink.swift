/// Where a recorder puts what it has recorded.
public protocol InteractionSink: Sendable {
    /// Returns when the interaction is safe: a crash right after loses nothing.
    func record(_ interaction: Interaction) async throws
}
