public import Documents

extension BaselineVersion {
    /// What the first member, `understudy`, says.
    public static let formatName = "baseline/1"

    public var json: JSONValue {
        ["understudy": .string(BaselineVersion.formatName), "sha256": .string(digest), "text": .string(text)]
    }

    /// - Throws: `TranscriptFormatError` with everything that is wrong.
    public init(json: JSONValue) throws {
        var reader = ObjectReader(json, at: JSONPointer())
        reader.expectFormat(BaselineVersion.formatName)
        self.init(reader.text("text"))
        if let told = reader.digest("sha256"), told != digest {
            reader.report("sha256", "the text is not what its digest says", expected: digest)
        }
        let problems = reader.finish()
        guard problems.isEmpty else { throw TranscriptFormatError(problems: problems) }
    }
}

extension Review {
    /// What the first member, `understudy`, says.
    public static let formatName = "review/1"

    public var json: JSONValue {
        .object(JSONObject([("understudy", .string(Review.formatName))] + members.members.map { ($0.name, $0.value) }))
    }

    /// All but the format's name. What is nil has no member.
    public var members: JSONObject {
        var object = JSONObject([("id", .string(id)), ("run", .string(matter.run))])
        object["scenario"] = .string(matter.scenario)
        object["at"] = JSONNumber(at).map(JSONValue.number)
        object["by"] = by.map(JSONValue.string)
        object["decision"] = .string(matter.decision.rawValue)
        object["hunk"] = matter.hunk.map(JSONValue.string)
        object["subject"] = .string(matter.subject)
        object["concern"] = .string(matter.concern.rawValue)
        object["baseline_sha256"] = baseline.map(JSONValue.string)
        return object
    }

    /// - Throws: `TranscriptFormatError` with everything that is wrong.
    public init(json: JSONValue) throws {
        var reader = ObjectReader(json, at: JSONPointer())
        reader.expectFormat(Review.formatName)
        let decision = reader.word("decision", Decision.self) ?? .accepted
        let concern = reader.word("concern", Concern.self) ?? .new
        self.init(
            id: reader.text("id"), at: reader.time("at") ?? 0, by: reader.optionalText("by"),
            matter: Matter(
                scenario: reader.text("scenario"), run: reader.text("run"), decision: decision,
                hunk: reader.optionalText("hunk"), subject: reader.text("subject"), concern: concern),
            baseline: reader.optionalDigest("baseline_sha256"))
        let problems = reader.finish()
        guard problems.isEmpty else { throw TranscriptFormatError(problems: problems) }
    }
}

extension Attempt.Comparison {
    var json: JSONValue {
        var object = JSONObject([("sha256", .string(baseline))])
        object["variant"] = variant.map { .number($0) }
        object["suspicious"] = .number(suspicious)
        object["expected"] = .number(expected)
        return .object(object)
    }

    init(json: JSONValue) throws {
        var reader = ObjectReader(json, at: JSONPointer())
        self.init(
            baseline: reader.digest("sha256") ?? "", variant: reader.optionalInt("variant"),
            suspicious: reader.int("suspicious") ?? 0, expected: reader.int("expected") ?? 0)
        for (name, number, least) in [
            ("variant", variant, 1), ("suspicious", suspicious, 0), ("expected", expected, 0),
        ] {
            if let number, number < least {
                reader.report(name, "'\(name)' cannot be \(number)", expected: "a number from \(least)")
            }
        }
        let problems = reader.finish()
        guard problems.isEmpty else { throw TranscriptFormatError(problems: problems) }
    }
}
