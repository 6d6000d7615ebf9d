import Conversations
public import Documents

extension Attempt {
    /// What the first member, `understudy`, says.
    public static let formatName = "attempt/1"

    /// The attempt with its transcript; `Attempt(json:)` gives it back exactly.
    public var json: JSONValue {
        var object = JSONObject([("understudy", .string(Attempt.formatName))])
        for member in AttemptSummary(self).members.members { object[member.name] = member.value }
        object["transcript"] = transcript.json
        return .object(object)
    }

    /// - Throws: `TranscriptFormatError` with everything that is wrong.
    public init(json: JSONValue) throws {
        var reader = ObjectReader(json, at: JSONPointer())
        reader.expectFormat(Attempt.formatName)
        var outcome = Outcome(
            status: reader.word("status", Status.self) ?? .cutShort, findings: reader.texts("findings"),
            misses: reader.texts("misses"))
        for (index, value) in (reader.optionalList("fault_reactions") ?? []).enumerated() {
            reader.within(JSONPointer(["fault_reactions", String(index)])) {
                outcome.reactions.append(try FaultReaction(json: value))
            }
        }
        for (index, value) in (reader.optionalList("assertions") ?? []).enumerated() {
            reader.within(JSONPointer(["assertions", String(index)])) {
                outcome.assertions.append(try Assertion(json: value))
            }
        }
        outcome.cost = reader.optionalNumber("cost")
        if let value = reader.value("baseline") {
            reader.within(JSONPointer(["baseline"])) { outcome.comparison = try Comparison(json: value) }
        }
        var transcript = Transcript(subject: "")
        if let value = reader.value("transcript") {
            reader.within(JSONPointer(["transcript"])) { transcript = try Transcript(json: value) }
        } else {
            reader.report("transcript", "'transcript' is missing", expected: "a mapping")
        }
        self.init(
            id: reader.text("id"), run: reader.text("run"), scenario: reader.text("scenario"),
            startedAt: reader.time("started_at") ?? 0, endedAt: reader.optionalTime("ended_at"), outcome: outcome,
            transcript: transcript)
        number = Number(
            place: reader.optionalInt("place") ?? 0, repetition: reader.optionalInt("repetition") ?? 1,
            retry: reader.optionalInt("retry") ?? 0)
        seed = reader.optionalInt("seed")
        scenarioDigest = reader.optionalDigest("scenario_sha256")
        if endedAt == nil, outcome.status != .cutShort {
            reader.report(
                "status", "an attempt without 'ended_at' cannot be '\(outcome.status.rawValue)'",
                expected: Status.cutShort.rawValue)
        }
        // Sums of what the transcript has.
        _ = (reader.value("turns"), reader.value("usage"), reader.value("metrics"))
        let problems = reader.finish()
        guard problems.isEmpty else { throw TranscriptFormatError(problems: problems) }
    }
}

extension AttemptSummary {
    /// All of it but the name of a format. What is nil has no member, nor has what every attempt begins with.
    public var members: JSONObject {
        var object = JSONObject([
            ("id", .string(id)), ("run", .string(run)), ("scenario", .string(scenario)),
        ])
        object["scenario_sha256"] = scenarioDigest.map(JSONValue.string)
        object["status"] = .string(outcome.status.rawValue)
        if number.place > 0 { object["place"] = .number(number.place) }
        if number.repetition > 1 { object["repetition"] = .number(number.repetition) }
        if number.retry > 0 { object["retry"] = .number(number.retry) }
        object["seed"] = seed.map { .number($0) }
        object["started_at"] = JSONNumber(startedAt).map(JSONValue.number)
        object["ended_at"] = endedAt.flatMap { JSONNumber($0) }.map(JSONValue.number)
        object["turns"] = .number(turnCount)
        object["usage"] = [
            "prompt_tokens": .number(usage.promptTokens), "completion_tokens": .number(usage.completionTokens),
        ]
        object["cost"] = outcome.cost.flatMap { JSONNumber($0) }.map(JSONValue.number)
        if metrics != Transcript.Metrics() { object["metrics"] = metrics.json }
        object["baseline"] = outcome.comparison?.json
        if !outcome.assertions.isEmpty { object["assertions"] = .array(outcome.assertions.map(\.json)) }
        object["findings"] = .array(outcome.findings.map(JSONValue.string))
        object["misses"] = .array(outcome.misses.map(JSONValue.string))
        if !outcome.reactions.isEmpty { object["fault_reactions"] = .array(outcome.reactions.map(\.json)) }
        return object
    }
}
