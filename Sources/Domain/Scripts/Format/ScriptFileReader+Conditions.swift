import Cassettes
import Documents
import TextConditions

extension ScriptFileReader {
    private static let words = [
        "all", "any", "has_tools", "json", "model", "not", "request", "stream", "system", "text", "tool_result",
    ]

    /// The conditions of a mapping, in written order.
    ///
    /// - Parameter name: `when`, or what else the mapping is.
    mutating func conditions(of node: LocatedNode, named name: String) -> [Script.Condition] {
        guard var reader = mapping(node, named: name, expected: "{request: N, text: {…}, …}") else { return [] }
        var conditions: [Script.Condition] = []
        for word in Self.words { _ = reader.optional(word) }
        for member in node.members ?? [] {
            switch member.name {
            case "request": reader.integer("request", in: 1...Int.max).map { conditions.append(.request($0)) }
            case "stream": reader.flag("stream").map { conditions.append(.stream($0)) }
            default: condition(member).map { conditions.append($0) }
            }
        }
        if node.members?.isEmpty == true {
            reader.report(
                at: node.place, "\(name) is empty", expected: "one of " + Self.words.joined(separator: ", "),
                fix: name == "when" ? "remove 'when' for a rule that answers everything" : nil)
        }
        problems += reader.finish()
        return conditions
    }

    private mutating func condition(_ member: LocatedNode.Member) -> Script.Condition? {
        let node = member.value
        switch member.name {
        case "text": return textCondition(node, named: "text").map { .text($0) }
        case "system": return textCondition(node, named: "system").map { .system($0) }
        case "model":
            if node.members != nil { return textCondition(node, named: "model").map { .model($0) } }
            guard let model = node.words, !model.isEmpty else {
                report(
                    at: node.place, node.text?.isEmpty == true ? "model is empty" : "model cannot be \(node.shown)",
                    expected: "a model's name, or {matches: REGEX}")
                return nil
            }
            return .model(.equals(model))
        case "json": return json(node)
        case "tool_result": return toolResult(node)
        case "has_tools": return hasTools(node)
        case "all": return list(node, named: "all").map { .all($0) }
        case "any": return list(node, named: "any").map { .any($0) }
        case "not":
            let parts = conditions(of: node, named: "not")
            return parts.isEmpty ? nil : .not(parts.count == 1 ? parts[0] : .all(parts))
        default: return nil
        }
    }

    mutating func textCondition(_ node: LocatedNode, named name: String) -> TextCondition? {
        guard var reader = mapping(node, named: name, expected: "{equals: TEXT}, {contains: TEXT} or {matches: REGEX}")
        else {
            return nil
        }
        let condition = reader.textCondition(what: name)
        problems += reader.finish()
        return condition
    }

    private mutating func list(_ node: LocatedNode, named name: String) -> [Script.Condition]? {
        guard let items = node.items else {
            report(at: node.place, "\(name) cannot be \(node.shown)", expected: "a list of conditions: [{text: …}, …]")
            return nil
        }
        if items.isEmpty {
            report(at: node.place, "\(name) is empty", expected: "at least one condition")
            return nil
        }
        return items.compactMap { item in
            let parts = conditions(of: item, named: "a condition of '\(name)'")
            return parts.isEmpty ? nil : parts.count == 1 ? parts[0] : .all(parts)
        }
    }

    private mutating func json(_ node: LocatedNode) -> Script.Condition? {
        let expected = "{path: $.temperature, equals: 0}"
        guard var reader = mapping(node, named: "json", expected: expected) else { return nil }
        defer { problems += reader.finish() }
        var path: JSONPath?
        if let node = reader.required("path", expected: "a JSON path"), let text = reader.words("path") {
            path = JSONPath(parsing: text)
            if path == nil {
                reader.report(at: node.place, "\(quoted(text)) is no JSON path", expected: JSONPath.expected)
            }
        }
        let kind = reader.exactlyOne(of: MappingReader.textConditions + ["exists"], what: "json")
        let claim: Script.JSONClaim? =
            switch kind {
            case "exists": reader.flag("exists").map { .exists($0) }
            case "equals": reader.optional("equals").map { .equals($0.json) }
            case let kind?: reader.textCondition(named: kind).map { .text($0) }
            case nil: nil
            }
        guard let path, let claim else { return nil }
        return .json(path, claim)
    }

    private mutating func toolResult(_ node: LocatedNode) -> Script.Condition? {
        switch node.json {
        case .bool(true): return .toolResult(.init())
        case .bool(false): return .not(.toolResult(.init()))
        default: break
        }
        let expected = "{name: FUNCTION, contains: TEXT}, true or false"
        guard var reader = mapping(node, named: "tool_result", expected: expected) else { return nil }
        defer { problems += reader.finish() }
        var claim = Script.ToolResultClaim()
        claim.name = reader.words("name")
        claim.isError = reader.flag("is_error")
        if MappingReader.textConditions.contains(where: { node[$0] != nil }) {
            claim.text = reader.textCondition(what: "tool_result")
        } else {
            for word in MappingReader.textConditions { _ = reader.optional(word) }
        }
        if node.members?.isEmpty == true {
            reader.report(
                at: node.place, "tool_result says nothing",
                expected: "one of contains, equals, is_error, matches, name",
                fix: "write 'tool_result: true' for any")
        }
        return .toolResult(claim)
    }

    private mutating func hasTools(_ node: LocatedNode) -> Script.Condition? {
        if let flag = node.json.boolValue { return .hasTools(flag) }
        guard let items = node.items, !items.isEmpty else {
            report(
                at: node.place, node.items == nil ? "has_tools cannot be \(node.shown)" : "has_tools is empty",
                expected: "true, false, or a list of functions' names")
            return nil
        }
        return .offers(
            items.compactMap { item in
                if let name = item.words, !name.isEmpty { return name }
                report(at: item.place, "a function's name cannot be \(item.shown)", expected: "a name")
                return nil
            })
    }
}
