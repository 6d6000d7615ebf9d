public import Cassettes
public import Documents

/// One cassette in a list.
public struct CassetteSummary: Sendable {
    public var name: CassetteName
    public var file: String
    /// Bytes of the file.
    public var size: Int
    /// What is known of one that opens; else why it does not.
    public var content: Result<Content, Diagnostics>

    /// What a cassette's opening shows.
    public struct Content: Sendable {
        public var interactionCount: Int
        public var origins: [CassetteHeader.Origin]
        public var recordedOn: String
        public var warnings: [Diagnostic]

        public init(_ cassette: Cassette) {
            interactionCount = cassette.index.count
            origins = cassette.header.origins
            recordedOn = cassette.header.recordedOn
            warnings = cassette.warnings
        }
    }

    public init(name: CassetteName, file: String, size: Int, content: Result<Content, Diagnostics>) {
        self.name = name
        self.file = file
        self.size = size
        self.content = content
    }
}

extension Terminal {
    /// A list of cassettes, a line each, in the order given; below it what is wrong with any.
    public func cassettes(_ cassettes: [CassetteSummary]) -> String {
        guard !cassettes.isEmpty else {
            return page([Line("no cassettes under cassettes/; make one with 'understudy record'", .faint)])
        }
        let rows = cassettes.map { cassette -> [Line] in
            let content = try? cassette.content.get()
            let origins = (content?.origins ?? []).map { "\($0.service.rawValue) (\($0.from.rawValue))" }
            let broken = Line("✗ broken", .bad)
            return [
                Line(cassette.name.text, .strong), content.map { Line(Wording.count($0.interactionCount)) } ?? broken,
                Line(Wording.size(cassette.size)), Line(content?.recordedOn ?? ""),
                Line(origins.joined(separator: ", "))
                    + Line(content?.warnings.isEmpty ?? true ? "" : "  ! torn", .caution),
            ]
        }
        let lines = table(["NAME", "INTERACTIONS", "SIZE", "RECORDED", "SERVICES"], rows)
        let notes = cassettes.flatMap { cassette -> [Diagnostic] in
            switch cassette.content {
            case .success(let content): content.warnings
            case .failure(let problems): problems.all
            }
        }
        return page(
            lines + (notes.isEmpty ? [] : [Line()]) + notes.flatMap { prose($0.description, .caution, indent: 0) })
    }
}
