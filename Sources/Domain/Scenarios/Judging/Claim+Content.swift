import Conversations
import Documents
import TextConditions
import Transcripts

extension Expectation.Claim {
    /// Some message is JSON as a schema says.
    static func saidJSON(by speaker: String?, _ schema: JSONSchema, in transcript: Transcript) -> Observation {
        let messages = transcript.messages.filter { speaker == nil || $0.message.speaker == speaker }
        var nearest: Observation?
        for (turn, message) in messages {
            guard let text = message.text, let value = jsonValue(in: text) else { continue }
            guard let violation = schema.violation(of: value) else {
                return Observation(
                    holds: true, turn: turn, seen: "\(message.speaker) said \(excerpt(of: value.text()))")
            }
            let place = violation.pointer.isEmpty ? "the value" : violation.pointer
            nearest = Observation(
                holds: false, turn: turn,
                seen: "the JSON that \(message.speaker) said has at \(place): \(violation.message)")
        }
        return nearest
            ?? Observation(
                holds: false, turn: messages.last?.turn,
                seen: messages.isEmpty ? "\(speaker ?? "nobody") said nothing" : "no message is JSON")
    }

    /// The whole text as JSON, or its first fenced block that is; nil when neither is JSON.
    private static func jsonValue(in text: String) -> JSONValue? {
        if let value = try? JSONValue(parsing: Array(text.utf8)) { return value }
        for block in text.components(betweenFences: "```") {
            let body =
                block.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).dropFirst().first ?? ""
            if let value = try? JSONValue(parsing: Array(body.utf8)) { return value }
        }
        return nil
    }

    /// Calls of one tool whose arguments have what is asked for.
    static func toolCalls(
        _ name: String, by agent: String?, _ arguments: JSONValue?, _ bounds: Expectation.Bounds,
        in transcript: Transcript
    ) -> Observation {
        let calls = transcript.toolCalls.filter { $0.call.name == name && (agent == nil || $0.speaker == agent) }
        let fitting = calls.filter { call in
            guard let arguments else { return true }
            guard let given = try? JSONValue(parsing: Array(call.call.arguments.utf8)) else { return false }
            return given.has(arguments)
        }
        let decisive = bounds.atMost.map { min($0, fitting.count - 1) } ?? fitting.count - 1
        if fitting.indices.contains(decisive) {
            let call = fitting[decisive]
            return Observation(
                holds: bounds.contains(fitting.count), turn: call.turn,
                seen: "\(call.speaker) called \(name) with \(excerpt(of: call.call.arguments)), "
                    + "\(fitting.count) such \(fitting.count == 1 ? "call" : "calls")")
        }
        let others = transcript.toolCalls
        let seen =
            calls.last.map { "\(name) was called with \(excerpt(of: $0.call.arguments))" }
            ?? (others.isEmpty
                ? "no tool was called"
                : "only \(Set(others.map(\.call.name)).sorted().joined(separator: ", ")) was called")
        return Observation(holds: bounds.contains(0), turn: (calls.last ?? others.last)?.turn, seen: seen)
    }
}

extension JSONValue {
    /// Whether this has all that another value has: members of objects may be more, everything else is equal.
    fileprivate func has(_ other: JSONValue) -> Bool {
        guard case .object(let wanted) = other else { return self == other }
        return wanted.members.allSatisfy { member in self[member.name]?.has(member.value) ?? false }
    }
}

extension String {
    /// What stands between each two fences.
    fileprivate func components(betweenFences fence: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let open = rest.firstRange(of: fence), let close = rest[open.upperBound...].firstRange(of: fence) {
            parts.append(rest[open.upperBound..<close.lowerBound])
            rest = rest[close.upperBound...]
        }
        return parts
    }
}
