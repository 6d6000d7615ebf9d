public import Documents

extension FaultReaction {
    /// The row with what is known of it; `FaultReaction(json:)` gives it back.
    public var json: JSONValue {
        var object = JSONObject([("fault", .string(fault))])
        object["status"] = status.map { .number($0) }
        object["session"] = session.map(JSONValue.string)
        object["service"] = .string(service)
        object["operation"] = .string(operation)
        object["model"] = model.map(JSONValue.string)
        object["turn"] = .number(turn)
        object["reaction"] = .string(reaction.rawValue)
        object["retries"] = .number(retries)
        object["retry_after"] = FaultReaction.seconds(retryAfter)
        object["wait"] = FaultReaction.seconds(wait)
        object["obeyed_retry_after"] = obeyedRetryAfter.map(JSONValue.bool)
        object["backed_off"] = backedOff.map(JSONValue.bool)
        object["fallback"] = fallback.map(JSONValue.string)
        object["recovered"] = .bool(recovered)
        return .object(object)
    }

    /// - Throws: `TranscriptFormatError` with everything that is wrong.
    public init(json: JSONValue) throws {
        var reader = ObjectReader(json, at: JSONPointer())
        let word = reader.text("reaction")
        let reaction = Reaction(rawValue: word)
        if reaction == nil, reader.value("reaction")?.stringValue != nil {
            reader.report(
                "reaction", "unknown reaction '\(word)'",
                expected: "one of " + Reaction.allCases.map(\.rawValue).joined(separator: ", "))
        }
        self.init(
            fault: reader.text("fault"), status: reader.optionalInt("status"),
            session: reader.optionalText("session"), service: reader.text("service"),
            operation: reader.text("operation"), model: reader.optionalText("model"), turn: reader.int("turn") ?? 0,
            reaction: reaction ?? .gaveUp, retries: reader.int("retries") ?? 0,
            retryAfter: reader.value("retry_after")?.doubleValue, wait: reader.value("wait")?.doubleValue,
            obeyedRetryAfter: reader.value("obeyed_retry_after")?.boolValue,
            backedOff: reader.value("backed_off")?.boolValue, fallback: reader.optionalText("fallback"),
            recovered: reader.value("recovered")?.boolValue ?? false)
        let problems = reader.finish()
        guard problems.isEmpty else { throw TranscriptFormatError(problems: problems) }
    }

    /// To the microsecond: what is finer is no time of a client's.
    private static func seconds(_ value: Double?) -> JSONValue? {
        value.flatMap { JSONNumber(($0 * 1_000_000).rounded() / 1_000_000) }.map(JSONValue.number)
    }
}
