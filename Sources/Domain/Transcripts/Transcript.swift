/// What happened in one attempt: who spoke to whom, what ran, how it ended.
public struct Transcript: Sendable, Equatable {
    /// The scenario's name, or the program's command line.
    public var subject: String
    /// In the order in which things ended.
    public var entries: [Entry]

    public init(subject: String, entries: [Entry] = []) {
        self.subject = subject
        self.entries = entries
    }

    /// The number of the last turn; 0 when nobody spoke.
    public var turnCount: Int { entries.map(\.turn).max() ?? 0 }
}
