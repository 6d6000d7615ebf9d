import Documents
public import Transcripts

/// What a served report knows beside its run: which runs there are, and when it is out of date.
public struct LiveReport: Sendable {
    /// The newest first.
    public var runs: [RunSummary]
    /// Another one means that the page would be another.
    public var version: String

    public init(runs: [RunSummary], version: String) {
        self.runs = runs
        self.version = version
    }

    var json: JSONValue {
        ["version": .string(version), "runs": .array(runs.map { JSONReport.runAlone($0.run) })]
    }
}
