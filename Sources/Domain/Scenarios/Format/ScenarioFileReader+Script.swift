import Documents
import HTTPMessages

extension ScenarioFileReader {
    /// What a text reply may end with; others need tool calls.
    private static let finishReasons = ["stop", "length", "content_filter"]

    mutating func script(_ node: LocatedNode) -> Script? {
        guard var reader = mapping(node, named: "script", expected: "{rules: […]}") else { return nil }
        let rules = reader.required("rules", expected: "[{when: {…}, reply: {…}}, …]")
        let items = rules == nil ? nil : reader.items("rules")
        let otherwise = reader.word("otherwise", among: Script.Otherwise.allCases.map(\.rawValue))
            .flatMap(Script.Otherwise.init)
        if let items, items.isEmpty {
            reader.report(
                at: node["rules"]?.place ?? node.place, "the script has no rules", expected: "at least one rule")
        }
        problems += reader.finish()
        return Script(file: file, rules: (items ?? []).compactMap { rule($0) }, otherwise: otherwise ?? .error)
    }

    private mutating func rule(_ node: LocatedNode) -> Script.Rule? {
        guard var reader = mapping(node, named: "a rule", expected: "{when: {…}, reply: {…}}") else { return nil }
        let when = reader.optional("when").map { condition(of: $0) } ?? Script.Condition()
        let reply = reader.required("reply", expected: "{text: TEXT} or {error: {…}}").flatMap { self.reply($0) }
        let times = reader.integer("times", in: 1...Int.max)
        if times != nil, when.request != nil {
            reader.report(
                at: reader.place(of: "times"), "a rule for one request answers once",
                expected: "times without 'request'",
                fix: "remove 'times'")
        }
        problems += reader.finish()
        return reply.map { Script.Rule(when: when, reply: $0, times: times, place: node.place) }
    }

    private mutating func condition(of node: LocatedNode) -> Script.Condition {
        guard var reader = mapping(node, named: "when", expected: "{request: N, text: {…}, …}")
        else {
            return Script.Condition()
        }
        var condition = Script.Condition()
        condition.request = reader.integer("request", in: 1...Int.max)
        condition.text = reader.optional("text").flatMap { textCondition($0, named: "text") }
        condition.system = reader.optional("system").flatMap { textCondition($0, named: "system") }
        condition.model = reader.words("model")
        if node.members?.isEmpty == true {
            reader.report(
                at: node.place, "when is empty", expected: "one of model, request, system, text",
                fix: "remove 'when' for a rule that answers everything")
        }
        problems += reader.finish()
        return condition
    }

    private mutating func textCondition(_ node: LocatedNode, named name: String) -> TextCondition? {
        guard var reader = mapping(node, named: name, expected: "{equals: TEXT}, {contains: TEXT} or {matches: REGEX}")
        else {
            return nil
        }
        let condition = condition(&reader, what: name)
        problems += reader.finish()
        return condition
    }

    private mutating func reply(_ node: LocatedNode) -> Script.Reply? {
        guard var reader = mapping(node, named: "reply", expected: "{text: TEXT} or {error: {…}}") else { return nil }
        defer { problems += reader.finish() }
        let kind = reader.exactlyOne(of: ["text", "error"], what: "reply")
        let finishReason = reader.word("finish_reason", among: Self.finishReasons)
        switch kind {
        case "text":
            return reader.words("text", mayBeEmpty: true).map { .text($0, finishReason: finishReason ?? "stop") }
        case "error":
            if finishReason != nil {
                reader.report(
                    at: reader.place(of: "finish_reason"), "an error has no finish_reason",
                    expected: "finish_reason beside 'text' only", fix: "remove it")
            }
            return reader.optional("error").flatMap { failure($0) }.map { .failure($0) }
        default: return nil
        }
    }

    private mutating func failure(_ node: LocatedNode) -> Script.Failure? {
        guard var reader = mapping(node, named: "error", expected: "{status: N, message: TEXT}") else { return nil }
        let status =
            reader.required("status", expected: "400 to 599") == nil ? nil : reader.integer("status", in: 400...599)
        let message = reader.requiredWords("message", mayBeEmpty: true)
        let type = reader.words("type")
        let code = reader.words("code")
        let headers = reader.optional("headers").map { self.headers($0) } ?? [:]
        problems += reader.finish()
        guard let status, let message else { return nil }
        return Script.Failure(status: status, message: message, type: type, code: code, headers: headers)
    }

    private mutating func headers(_ node: LocatedNode) -> Headers {
        guard let members = node.members else {
            report(at: node.place, "headers cannot be \(node.shown)", expected: "{NAME: TEXT, …}")
            return [:]
        }
        var headers = Headers()
        for member in members {
            // RFC 9110, section 5.6.2, "Tokens".
            let isToken =
                !member.name.isEmpty
                && member.name.utf8.allSatisfy {
                    switch $0 {
                    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                    default: "!#$%&'*+-.^_`|~".utf8.contains($0)
                    }
                }
            if !isToken || ["content-length", "transfer-encoding", "connection"].contains(member.name.lowercased()) {
                report(
                    at: member.place, "\(quoted(member.name)) cannot be a header of a reply",
                    expected: "a header's name, none of content-length, transfer-encoding, connection")
            } else if headers[member.name] != nil {
                report(
                    at: member.place, "the header \(quoted(member.name)) is given twice", expected: "each header once")
            }
            guard let value = member.value.words, value.unicodeScalars.allSatisfy({ (0x20...0x7E).contains($0.value) })
            else {
                report(
                    at: member.value.place, "the header \(quoted(member.name)) cannot be \(member.value.shown)",
                    expected: "ASCII text on one line")
                continue
            }
            headers.add(member.name, value)
        }
        return headers
    }
}
