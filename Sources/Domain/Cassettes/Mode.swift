/// How a cassette is used; the same words in every command.
public enum Mode: String, Sendable, CaseIterable {
    /// Answers come from the cassette; what is not recorded is a miss.
    case replay
    /// As `replay` when the cassette is there, else as `record`.
    case once
    /// What is recorded is replayed; what is not is asked live, and recorded beside the rest.
    case new
    /// Everything is asked live, and takes the place of what was recorded.
    case record
    /// Everything is asked live; only the transcript is kept.
    case live
    /// Everything comes from a script; there is no cassette.
    case script

    /// True when what is asked live is kept in a cassette.
    public var records: Bool { self == .once || self == .new || self == .record }
}
