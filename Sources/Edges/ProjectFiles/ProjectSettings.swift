public import Cassettes
import Documents

/// What a project's `understudy.yaml` says, for all its recordings.
///
/// Nothing in it makes a request go to a live service; that takes a flag.
public struct ProjectSettings: Sendable, Equatable {
    /// Copied into the header of each cassette that is recorded; playing one looks at its own header only.
    public var match: MatchRules
    /// Cassettes that were recorded longer ago are warned of when they are played or verified; nil for any age.
    public var maximumAge: MaximumAge?

    public init(match: MatchRules = MatchRules(), maximumAge: MaximumAge? = nil) {
        self.match = match
        self.maximumAge = maximumAge
    }

    static let version = "project/1"

    /// Reads the text of an `understudy.yaml`.
    ///
    /// - Throws: `Diagnostics`: all that is wrong in it.
    init(parsing bytes: [UInt8], file: String) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Diagnostics([Diagnostic(file: file, at: .start, "not UTF-8", expected: "UTF-8 text")])
        }
        guard let node = try YAMLReader.read(text, file: file) else {
            throw Diagnostics([
                Diagnostic(
                    file: file, at: .start, "an empty file", expected: "understudy: \(Self.version)", fix: "remove it")
            ])
        }
        var reader = MappingReader(node, file: file, what: "a project's settings")
        if let version = reader.required("understudy", expected: Self.version), version.text != Self.version {
            let text = version.text ?? "a \(version.json.kindName)"
            let isNewer = text.hasPrefix("project/")
            reader.report(
                at: version.place,
                isNewer ? "unknown version '\(text)' of project settings" : "not project settings: '\(text)'",
                expected: Self.version, fix: isNewer ? "use a newer understudy" : "write understudy: \(Self.version)")
        }
        var match = MatchRules()
        if let node = reader.optional("match") {
            let (rules, problems) = MatchRules.read(node, file: file, isHeader: false)
            match = rules
            reader.report(problems)
        }
        if let node = reader.optional("max_age") {
            maximumAge = node.text.flatMap(MaximumAge.init(_:))
            if maximumAge == nil {
                let text = node.text.map { "'\($0)'" } ?? "a \(node.json.kindName)"
                reader.report(at: node.place, "max_age is \(text)", expected: MaximumAge.expected)
            }
        }
        let problems = reader.finish(advice: "use a newer understudy")
        guard problems.isEmpty else { throw Diagnostics(problems) }
        self.match = match
    }
}

extension Project {
    public var settingsFile: String { folder.isEmpty ? "understudy.yaml" : "\(folder)/understudy.yaml" }

    /// The project's settings; those of a project without `understudy.yaml` say nothing.
    ///
    /// - Throws: `FileError` when it cannot be read, `Diagnostics` when something is wrong in it.
    public func settings() throws -> ProjectSettings {
        guard exists(settingsFile) else { return ProjectSettings() }
        return try ProjectSettings(parsing: read(settingsFile), file: settingsFile)
    }
}
