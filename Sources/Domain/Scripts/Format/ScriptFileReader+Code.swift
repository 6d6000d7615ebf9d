import Digests
import Documents
import HopXProtocol
import TextConditions

extension ScriptFileReader {
    mutating func codeRules(_ node: LocatedNode) -> [Script.CodeRule] {
        guard let items = node.items, !items.isEmpty else {
            report(
                at: node.place, node.items == nil ? "sandbox cannot be \(node.shown)" : "sandbox has no rules",
                expected: "[{when: {…}, reply: {…}}, …]", fix: node.items == nil ? nil : "remove the key 'sandbox'")
            return []
        }
        return items.compactMap { codeRule($0) }
    }

    private mutating func codeRule(_ node: LocatedNode) -> Script.CodeRule? {
        let expected = "{when: {code: {…}}, reply: {stdout: TEXT}}"
        guard var reader = mapping(node, named: "a rule of 'sandbox'", expected: expected) else { return nil }
        let when = reader.optional("when").map { codeConditions($0) } ?? []
        let reply = reader.required("reply", expected: "{stdout: TEXT}").flatMap { codeReply($0, named: "reply") }
        let thenNodes = reader.items("then") ?? []
        let then = thenNodes.compactMap { codeReply($0, named: "a reply of 'then'") }
        let times = reader.integer("times", in: 1...Int.max)
        if when.contains(where: { if case .request = $0 { true } else { false } }) {
            for key in ["times", "then"] where node[key] != nil {
                reader.report(
                    at: reader.place(of: key), "a rule for one execution answers once",
                    expected: "\(key) without 'request'", fix: "remove '\(key)'")
            }
        }
        problems += reader.finish()
        return reply.map { Script.CodeRule(when: when, reply: $0, then: then, times: times, place: node.place) }
    }

    private mutating func codeConditions(_ node: LocatedNode) -> [Script.CodeRule.Condition] {
        guard var reader = mapping(node, named: "when", expected: "{code: {contains: TEXT}}") else { return [] }
        var conditions: [Script.CodeRule.Condition] = []
        if let node = reader.optional("code"), let text = textCondition(node, named: "code") {
            conditions.append(.code(text))
        }
        if let node = reader.optional("command"), let text = textCondition(node, named: "command") {
            conditions.append(.command(text))
        }
        if let node = reader.optional("language") { conditions.append(.languages(languages(node))) }
        reader.integer("request", in: 1...Int.max).map { conditions.append(.request($0)) }
        if node["code"] != nil, node["command"] != nil {
            reader.report(
                at: reader.place(of: "command"), "code and command exclude each other",
                expected: "one of them: a run is either", fix: "make two rules of it")
        }
        if node.members?.isEmpty == true {
            reader.report(
                at: node.place, "when is empty", expected: "one of code, command, language, request",
                fix: "remove 'when' for a rule that answers everything")
        }
        problems += reader.finish()
        return conditions
    }

    private mutating func languages(_ node: LocatedNode) -> [CodeRun.Language] {
        let nodes = node.items ?? [node]
        if nodes.isEmpty { report(at: node.place, "language is empty", expected: "a language, or a list of some") }
        return nodes.compactMap { node in
            if let language = node.words.flatMap(CodeRun.Language.init(spelling:)) { return language }
            let known = CodeRun.Language.allCases.map(\.rawValue)
            report(
                at: node.place, "the language cannot be \(node.shown)",
                expected: "one of " + known.joined(separator: ", "),
                fix: node.text.flatMap { nearestWord(to: $0, among: known) }.map { "did you mean '\($0)'?" })
            return nil
        }
    }

    // MARK: Replies

    private mutating func codeReply(_ node: LocatedNode, named name: String) -> Script.CodeReply? {
        guard var reader = mapping(node, named: name, expected: "{stdout: TEXT}") else { return nil }
        defer { problems += reader.finish() }
        var reply = Script.CodeReply()
        if let node = reader.optional("delay"), let seconds = reader.number("delay") {
            if (0...86_400).contains(seconds) {
                reply.delay = seconds
            } else {
                reader.report(at: node.place, "delay cannot be \(node.shown)", expected: "seconds, from 0 to 86400")
            }
        }
        let outcome = ["exit_code", "files", "rich", "stderr", "stdout"]
        if let error = reader.optional("error") {
            for word in outcome where node[word] != nil {
                reader.report(
                    at: reader.place(of: word), "an error has no \(word)", expected: "error, with or without delay",
                    fix: "remove it, or 'error'")
            }
            for word in outcome { _ = reader.optional(word) }
            reply.error = codeError(error)
            return reply
        }
        reply.stdout = reader.words("stdout", mayBeEmpty: true) ?? ""
        reply.stderr = reader.words("stderr", mayBeEmpty: true) ?? ""
        reply.exitCode = reader.integer("exit_code", in: 0...255) ?? 0
        if let node = reader.optional("rich") { reply.rich = rich(node) }
        if let node = reader.optional("files") { reply.files = files(node) }
        return reply
    }

    private mutating func codeError(_ node: LocatedNode) -> HopXError? {
        let expected = "{status: N, code: WORD, message: TEXT}"
        guard var reader = mapping(node, named: "error", expected: expected) else { return nil }
        let status = reader.integer("status", in: 400...599) ?? 422
        let code = reader.words("code") ?? "EXECUTION_FAILED"
        let message = reader.requiredWords("message", mayBeEmpty: true)
        problems += reader.finish()
        return message.map { HopXError(status, code, $0) }
    }

    private mutating func rich(_ node: LocatedNode) -> [RichOutput] {
        guard var reader = mapping(node, named: "rich", expected: "{html: TEXT}") else { return [] }
        defer { problems += reader.finish() }
        let kinds = RichOutput.Kind.allCases
        for kind in kinds { _ = reader.optional(kind.rawValue) }
        // In written order, as code shows things one after the other.
        return (node.members ?? []).compactMap { member in
            guard let kind = RichOutput.Kind(rawValue: member.name) else { return nil }
            switch kind {
            case .json, .dataframe:
                guard member.value.members != nil || (kind == .json && member.value.items != nil) else {
                    reader.report(
                        at: member.value.place, "\(kind.rawValue) cannot be \(member.value.shown)",
                        expected: kind == .json ? "a mapping or a list" : "a mapping")
                    return nil
                }
                return RichOutput(kind, member.value.json)
            case .png, .html, .svg, .markdown, .result:
                guard let text = member.value.words, kind != .png || Base64.decode(text) != nil else {
                    reader.report(
                        at: member.value.place, "\(kind.rawValue) cannot be \(member.value.shown)",
                        expected: kind == .png ? "base64" : "text")
                    return nil
                }
                return RichOutput(kind, .string(text))
            }
        }
    }

    private mutating func files(_ node: LocatedNode) -> [FileWrite] {
        guard let members = node.members, !members.isEmpty else {
            report(at: node.place, "files cannot be \(node.shown)", expected: "{PATH: TEXT}, or {PATH: {base64: …}}")
            return []
        }
        return members.compactMap { member in
            guard let path = try? SandboxPath.checked(member.name), path != "/" else {
                report(at: member.place, "\(quoted(member.name)) is no file's path", expected: "out.txt, for one")
                return nil
            }
            if let text = member.value.words { return FileWrite(path: path, bytes: Array(text.utf8)) }
            if member.value.members != nil {
                guard var reader = mapping(member.value, named: "a file", expected: "{base64: …}") else { return nil }
                let text = reader.requiredWords("base64", mayBeEmpty: true)
                let bytes = text.flatMap { Base64.decode($0) }
                if text != nil, bytes == nil {
                    reader.report(at: reader.place(of: "base64"), "this is not base64", expected: "base64")
                }
                problems += reader.finish()
                return bytes.map { FileWrite(path: path, bytes: $0) }
            }
            report(
                at: member.value.place, "a file cannot be \(member.value.shown)", expected: "its text, or {base64: …}")
            return nil
        }
    }
}
