public import Documents

extension ShownOutput {
    /// With its value, or with what stands for it; `ShownOutput(json:)` gives it back exactly.
    public var json: JSONValue {
        if let value { return ["kind": .string(kind), "value": value] }
        return summary
    }

    /// Without its value, which may be long.
    var summary: JSONValue {
        ["kind": .string(kind), "sha256": .string(digest), "bytes": .number(byteCount)]
    }

    /// - Throws: `TranscriptFormatError` with everything that is wrong.
    public init(json: JSONValue) throws {
        var reader = ObjectReader(json, at: JSONPointer())
        let kind = reader.text("kind")
        if let value = reader.value("value") {
            self.init(kind, value)
        } else {
            self.init(kind, digest: reader.text("sha256"), byteCount: reader.int("bytes") ?? 0)
        }
        let problems = reader.finish()
        guard problems.isEmpty else { throw TranscriptFormatError(problems: problems) }
    }
}
