public import Documents

extension Run {
    /// What the first member, `understudy`, says.
    public static let formatName = "run/1"

    /// The run alone; `Run(json:)` gives it back exactly.
    public var json: JSONValue {
        .object(JSONObject([("understudy", .string(Run.formatName))] + members.members.map { ($0.name, $0.value) }))
    }

    /// All but the format's name. What is nil has no member.
    public var members: JSONObject {
        var object = JSONObject([("id", .string(id)), ("status", .string(status.rawValue))])
        object["label"] = label.map(JSONValue.string)
        object["started_at"] = JSONNumber(startedAt).map(JSONValue.number)
        object["ended_at"] = endedAt.flatMap { JSONNumber($0) }.map(JSONValue.number)
        object["tool_version"] = .string(toolVersion)
        object["git_sha"] = gitSHA.map(JSONValue.string)
        object["branch"] = branch.map(JSONValue.string)
        object["arguments"] = .array(arguments.map(JSONValue.string))
        object["shard"] = shard.map { ["index": .number($0.index), "total": .number($0.total)] }
        object["plan"] = plan.map(JSONValue.string)
        return object
    }

    /// - Throws: `TranscriptFormatError` with everything that is wrong.
    public init(json: JSONValue) throws {
        var reader = ObjectReader(json, at: JSONPointer())
        reader.expectFormat(Run.formatName)
        let status = reader.word("status", Run.Status.self) ?? .unfinished
        self.init(
            id: reader.text("id"), label: reader.optionalText("label"), startedAt: reader.time("started_at") ?? 0,
            endedAt: reader.optionalTime("ended_at"), status: status, toolVersion: reader.text("tool_version"),
            gitSHA: reader.optionalText("git_sha"), branch: reader.optionalText("branch"),
            arguments: reader.texts("arguments"))
        plan = reader.optionalText("plan")
        if let value = reader.value("shard") {
            var inner = ObjectReader(value, at: JSONPointer(["shard"]))
            shard = Shard(index: inner.int("index") ?? 0, total: inner.int("total") ?? 0)
            reader.problems += inner.finish()
        }
        // `show` and `run` put them here, an export on lines of their own.
        _ = reader.value("attempts")
        let problems = reader.finish()
        guard problems.isEmpty else { throw TranscriptFormatError(problems: problems) }
    }
}
