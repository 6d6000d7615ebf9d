import Conversations
import Documents
import HTTPMessages
import TextConditions

extension ScriptFileReader {
    private static let sayings = ["json", "json_template", "refusal", "template", "text"]
    /// What an error has no use for.
    private static let manners = ["cut_after", "finish_reason", "pace", "thinking", "tool_calls"]
    /// How the protocols say that functions are to be called; the calls say it already.
    private static let callingReason = "tool_calls"

    /// - Parameter name: What the mapping is, for messages.
    mutating func reply(_ node: LocatedNode, named name: String) -> Script.Reply? {
        guard var reader = mapping(node, named: name, expected: "{text: TEXT} or {error: {…}}") else { return nil }
        defer { problems += reader.finish() }
        if node["error"] != nil {
            for word in Self.sayings + Self.manners where node[word] != nil {
                reader.report(
                    at: reader.place(of: word), "an error has no \(word)", expected: "error alone",
                    fix: "remove it, or 'error'")
            }
            for word in Self.sayings + Self.manners { _ = reader.optional(word) }
            return reader.optional("error").flatMap { failure($0) }.map { .failure($0) }
        }
        _ = reader.optional("error")
        let calls = reader.optional("tool_calls").map { self.calls($0) }
        let thinking = reader.words("thinking")
        let ending = ending(&reader, hasCalls: calls != nil)
        let delivery = Script.Delivery(
            pace: reader.optional("pace").flatMap { pace($0) },
            cutAfter: reader.integer("cut_after", in: 0...Int.max))
        let kind: String?
        if calls != nil || thinking != nil, !Self.sayings.contains(where: { node[$0] != nil }) {
            for word in Self.sayings { _ = reader.optional(word) }
            kind = nil
            if calls == nil {
                reader.report(
                    at: node.place, "\(name) only thinks", expected: "one of text, template, json, … beside 'thinking'")
            }
        } else {
            kind = reader.exactlyOne(of: Self.sayings, what: name, orElse: ["error", "tool_calls"])
            if kind == nil { return nil }
        }
        let saying = kind.flatMap { self.saying($0, &reader) }
        if kind != nil, saying == nil { return nil }
        return .said(
            Script.Speech(
                thinking: thinking, saying: saying, calls: calls ?? [], ending: ending, delivery: delivery))
    }

    private mutating func saying(_ kind: String, _ reader: inout MappingReader) -> Script.Saying? {
        switch kind {
        case "text": return reader.words("text", mayBeEmpty: true).map { .text($0) }
        case "refusal": return reader.words("refusal").map { .refusal($0) }
        case "json": return reader.optional("json").map { .json($0.json) }
        case "json_template": return reader.optional("json_template").flatMap { tree($0) }.map { .jsonTemplate($0) }
        default:
            guard let text = reader.words("template", mayBeEmpty: true), let node = reader.optional("template") else {
                return nil
            }
            return template(text, at: node.place).map { .template($0) }
        }
    }

    private func ending(_ reader: inout MappingReader, hasCalls: Bool) -> Answer.Ending {
        let words = Answer.Ending.allCases.map(\.rawValue) + [Self.callingReason]
        guard let word = reader.word("finish_reason", among: words) else { return .stop }
        if word == Self.callingReason, !hasCalls {
            reader.report(
                at: reader.place(of: "finish_reason"), "finish_reason cannot be 'tool_calls' without tool_calls",
                expected: "one of " + words.dropLast().joined(separator: ", "), fix: "add 'tool_calls', or remove it")
        }
        return Answer.Ending(rawValue: word) ?? .stop
    }

    // MARK: Templates

    private mutating func template(_ text: String, at place: Place) -> Template? {
        do {
            return try Template(text)
        } catch {
            report(at: place, error.message, expected: error.expected, fix: error.fix)
            return nil
        }
    }

    /// Nil, and an error for each, when a text in it is no template.
    private mutating func tree(_ node: LocatedNode) -> TemplateTree? {
        switch node.content {
        case .scalar:
            guard case .string(let text) = node.json else { return .value(node.json) }
            return template(text, at: node.place).map { .text($0) }
        case .sequence(let items):
            let trees = items.map { tree($0) }
            return trees.contains { $0 == nil } ? nil : .list(trees.compactMap(\.self))
        case .mapping(let members):
            let trees = members.map { member in tree(member.value).map { TemplateTree.Member(member.name, $0) } }
            return trees.contains { $0 == nil } ? nil : .mapping(trees.compactMap(\.self))
        }
    }

    // MARK: Calls

    private mutating func calls(_ node: LocatedNode) -> [Script.Call] {
        guard let items = node.items, !items.isEmpty else {
            report(
                at: node.place, node.items == nil ? "tool_calls cannot be \(node.shown)" : "tool_calls is empty",
                expected: "[{name: FUNCTION, arguments: {…}}, …]")
            return []
        }
        return items.compactMap { call($0) }
    }

    private mutating func call(_ node: LocatedNode) -> Script.Call? {
        guard var reader = mapping(node, named: "a call", expected: "{name: FUNCTION, arguments: {…}}") else {
            return nil
        }
        defer { problems += reader.finish() }
        let name = reader.requiredWords("name", expected: "FUNCTION")
        let id = reader.words("id")
        let written = reader.optional("arguments"), template = reader.optional("arguments_template")
        var arguments: Script.Call.Arguments? = .json([:])
        switch (written, template) {
        case (_?, _?):
            reader.report(
                at: reader.place(of: "arguments_template"), "arguments_template and arguments exclude each other",
                expected: "one of them", fix: "remove one of them")
        case (let node?, nil):
            // A text is what the model wrote, valid JSON or not.
            arguments = node.text.map { .text($0) } ?? .json(node.json)
        case (nil, let node?): arguments = tree(node).map { .template($0) }
        case (nil, nil): break
        }
        guard let name, let arguments else { return nil }
        return Script.Call(name: name, arguments: arguments, id: id)
    }

    // MARK: Delivery

    private mutating func pace(_ node: LocatedNode) -> Script.Pace? {
        guard var reader = mapping(node, named: "pace", expected: "{ttft: SECONDS, tps: TOKENS}") else { return nil }
        defer { problems += reader.finish() }
        func number(_ name: String, _ expected: String, where isAllowed: (Double) -> Bool) -> Double? {
            guard let value = reader.number(name), let written = reader.optional(name) else { return nil }
            if value.isFinite, isAllowed(value) { return value }
            reader.report(at: written.place, "\(name) cannot be \(written.shown)", expected: expected)
            return nil
        }
        let first = number("ttft", "seconds, from 0 to 86400") { (0...86_400).contains($0) }
        let speed = number("tps", "tokens per second, above 0") { $0 > 0 }
        let jitter = number("jitter", "a number from 0 to 1") { (0...1).contains($0) }
        let seed = reader.integer("seed", in: 0...Int.max)
        if node["ttft"] == nil, node["tps"] == nil {
            reader.report(at: node.place, "pace has no speed", expected: "ttft, tps or both")
        }
        for (name, other) in [("jitter", "tps"), ("seed", "jitter")] where node[name] != nil && node[other] == nil {
            reader.report(
                at: reader.place(of: name), "\(name) has no effect without \(other)",
                expected: "\(name) beside \(other)",
                fix: "add '\(other)', or remove it")
        }
        return Script.Pace(
            timeToFirst: first ?? 0, tokensPerSecond: speed, jitter: jitter ?? 0, seed: UInt64(seed ?? 0))
    }
}

extension MappingReader {
    /// As `exactlyOne(of:what:)`, where other keys that were looked at would do, too.
    fileprivate mutating func exactlyOne(of names: [String], what: String, orElse others: [String]) -> String? {
        if self.names.contains(where: { names.contains($0.name) }) { return exactlyOne(of: names, what: what) }
        // An unknown key that is like one of those is told by itself, and says nothing.
        _ = exactlyOne(of: names + others, what: what)
        return nil
    }
}
