import Documents

extension Transcript.Metrics {
    var json: JSONValue {
        var object = JSONObject([
            ("llm_calls", .number(llmCallCount)), ("tool_calls", .number(toolCallCount)),
            ("code_runs", .number(codeRunCount)),
        ])
        object["latency"] = JSONNumber(latency).map(JSONValue.number)
        return .object(object)
    }
}

extension Attempt.Assertion {
    var json: JSONValue {
        var object = JSONObject([("expected", .string(expected)), ("passed", .bool(passed))])
        object["seen"] = seen.map(JSONValue.string)
        object["turn"] = turn.map { .number($0) }
        return .object(object)
    }

    init(json: JSONValue) throws {
        var reader = ObjectReader(json, at: JSONPointer())
        self.init(
            expected: reader.text("expected"), passed: reader.bool("passed") ?? false,
            seen: reader.optionalText("seen"),
            turn: reader.optionalInt("turn"))
        let problems = reader.finish()
        guard problems.isEmpty else { throw TranscriptFormatError(problems: problems) }
    }
}
