import Documents
import TextConditions

/// One reading of one script: the problems found so far, and the parts that go on in other files.
struct ScriptFileReader {
    let file: String
    var problems: [Diagnostic] = []

    init(file: String) { self.file = file }

    mutating func script(_ node: LocatedNode, hasHeader: Bool) -> Script? {
        guard var reader = mapping(node, named: "script", expected: "{rules: […]}") else { return nil }
        if hasHeader { _ = reader.optional("understudy") }
        let code = reader.optional("sandbox").map { codeRules($0) } ?? []
        // A script may be about sandboxes alone.
        let rules =
            node["sandbox"] == nil
            ? reader.required("rules", expected: "[{when: {…}, reply: {…}}, …]") : reader.optional("rules")
        let items = rules == nil ? nil : reader.items("rules")
        let otherwise = reader.optional("otherwise").flatMap { self.otherwise($0) }
        if let items, items.isEmpty {
            reader.report(
                at: node["rules"]?.place ?? node.place, "the script has no rules", expected: "at least one rule")
        }
        problems += reader.finish()
        return Script(
            file: file, rules: (items ?? []).compactMap { rule($0) }, otherwise: otherwise ?? .error, sandbox: code)
    }

    private mutating func otherwise(_ node: LocatedNode) -> Script.Otherwise? {
        if node.members != nil {
            guard let reply = reply(node, named: "otherwise") else { return nil }
            checkPlaceholders([(reply, node)], conditions: [])
            return .reply(reply)
        }
        switch node.text {
        case "error": return .error
        case "echo": return .echo
        default:
            report(
                at: node.place, "otherwise cannot be \(node.shown)",
                expected: "one of error, echo, or a reply: {text: …}",
                fix: node.text.flatMap { nearestWord(to: $0, among: ["error", "echo"]) }.map { "did you mean '\($0)'?" }
            )
            return nil
        }
    }

    private mutating func rule(_ node: LocatedNode) -> Script.Rule? {
        guard var reader = mapping(node, named: "a rule", expected: "{when: {…}, reply: {…}}") else { return nil }
        let when = reader.optional("when").map { conditions(of: $0, named: "when") } ?? []
        let replyNode = reader.required("reply", expected: "{text: TEXT} or {error: {…}}")
        let reply = replyNode.flatMap { self.reply($0, named: "reply") }
        let thenNodes = reader.items("then") ?? []
        if let place = node["then"]?.place, node["then"]?.items?.isEmpty == true {
            reader.report(at: place, "then is empty", expected: "a list of replies", fix: "remove the key 'then'")
        }
        let then = thenNodes.map { self.reply($0, named: "a reply of 'then'") }
        let times = reader.integer("times", in: 1...Int.max)
        if when.contains(where: { if case .request = $0 { true } else { false } }) {
            for key in ["times", "then"] where node[key] != nil {
                reader.report(
                    at: reader.place(of: key), "a rule for one request answers once",
                    expected: "\(key) without 'request'", fix: "remove '\(key)'")
            }
        }
        if let times, !thenNodes.isEmpty, times <= thenNodes.count {
            reader.report(
                at: reader.place(of: "times"),
                "the rule has \(thenNodes.count + 1) replies, and times \(times) leaves some of them unsaid",
                expected: "times from \(thenNodes.count + 1)", fix: "remove 'times', or a reply")
        }
        problems += reader.finish()
        let all = zip([reply] + then, [replyNode] + thenNodes).compactMap { reply, node in
            reply.flatMap { reply in node.map { (reply, $0) } }
        }
        checkPlaceholders(all, conditions: when)
        return reply.map {
            Script.Rule(when: when, reply: $0, then: then.compactMap(\.self), times: times, place: node.place)
        }
    }

    /// Reports groups that no pattern of the rule has.
    private mutating func checkPlaceholders(_ replies: [(Script.Reply, LocatedNode)], conditions: [Script.Condition]) {
        let patterns = conditions.flatMap(\.patterns)
        let names = patterns.flatMap { $0.groupNames.compactMap(\.self) }
        let most = patterns.map(\.groupNames.count).max()
        for (reply, node) in replies {
            for placeholder in reply.placeholders {
                switch placeholder {
                case .group(let number) where number > most ?? -1:
                    let seen =
                        most.map { "no pattern of its rule has more than \($0) \($0 == 1 ? "group" : "groups")" }
                        ?? "its rule has no pattern"
                    report(
                        at: place(of: "{{\(number)", in: node), "{{\(number)}} stands for nothing: \(seen)",
                        expected: "the number of a group of the rule's 'matches'",
                        fix: "write {{{{ for two braces that are text")
                case .named(let name) where !names.contains(where: name.hasSameScalars):
                    let known = Template.words + names
                    report(
                        at: place(of: "{{\(name)", in: node), "unknown placeholder {{\(name)}}",
                        expected: Template.expected,
                        fix: nearestWord(to: name, among: known).map { "did you mean {{\($0)}}?" }
                            ?? "write {{{{ for two braces that are text")
                default: break
                }
            }
        }
    }

    /// The first text below a node that has some text in it; the node's own place when none has.
    private func place(of text: String, in node: LocatedNode) -> Place {
        func search(_ node: LocatedNode) -> Place? {
            switch node.content {
            case .scalar(let written, _): written.contains(text) ? node.place : nil
            case .sequence(let items): items.lazy.compactMap(search).first
            case .mapping(let members): members.lazy.compactMap { search($0.value) }.first
            }
        }
        return search(node) ?? node.place
    }

    mutating func report(at place: Place, _ message: String, expected: String? = nil, fix: String? = nil) {
        problems.append(Diagnostic(file: file, at: place, message, expected: expected, fix: fix))
    }

    /// A reader for a value that must be a mapping; nil, and one error, when it is none.
    mutating func mapping(_ node: LocatedNode, named name: String, expected: String) -> MappingReader? {
        guard node.members != nil else {
            report(at: node.place, "\(name) cannot be \(node.shown)", expected: expected)
            return nil
        }
        return MappingReader(node, file: file, what: name)
    }
}
