import Conversations
import Documents
import HTTPMessages

extension ScriptWriter {
    static func reply(_ reply: Script.Reply) -> YAMLTree {
        switch reply {
        case .failure(let failure): .mapping([("error", self.failure(failure))])
        case .said(let speech): .mapping(members(speech))
        }
    }

    private static func members(_ speech: Script.Speech) -> [(String, YAMLTree)] {
        var members: [(String, YAMLTree)] = []
        if let thinking = speech.thinking { members.append(("thinking", .text(thinking))) }
        switch speech.saying {
        case .text(let text)?: members.append(("text", .text(text)))
        case .template(let template)?: members.append(("template", .text(template.source)))
        case .json(let value)?: members.append(("json", YAMLTree(value)))
        case .jsonTemplate(let tree)?: members.append(("json_template", YAMLTree(tree)))
        case .refusal(let text)?: members.append(("refusal", .text(text)))
        case nil: break
        }
        if !speech.calls.isEmpty { members.append(("tool_calls", .list(speech.calls.map(call)))) }
        if speech.ending != .stop { members.append(("finish_reason", .text(speech.ending.rawValue))) }
        if let pace = speech.delivery.pace { members.append(("pace", self.pace(pace))) }
        if let count = speech.delivery.cutAfter { members.append(("cut_after", .bare("\(count)"))) }
        return members
    }

    private static func call(_ call: Script.Call) -> YAMLTree {
        var members: [(String, YAMLTree)] = [("name", .text(call.name))]
        switch call.arguments {
        case .text(let text): members.append(("arguments", .text(text)))
        case .json(let value): members.append(("arguments", YAMLTree(value)))
        case .template(let tree): members.append(("arguments_template", YAMLTree(tree)))
        }
        if let id = call.id { members.append(("id", .text(id))) }
        return .mapping(members)
    }

    private static func pace(_ pace: Script.Pace) -> YAMLTree {
        var members: [(String, YAMLTree)] = []
        if pace.timeToFirst != 0 || pace.tokensPerSecond == nil {
            members.append(("ttft", .bare(number(pace.timeToFirst))))
        }
        if let speed = pace.tokensPerSecond { members.append(("tps", .bare(number(speed)))) }
        if pace.jitter != 0 || pace.seed != 0 { members.append(("jitter", .bare(number(pace.jitter)))) }
        if pace.seed != 0 { members.append(("seed", .bare("\(pace.seed)"))) }
        return .mapping(members)
    }

    private static func number(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func failure(_ failure: Script.Failure) -> YAMLTree {
        var members: [(String, YAMLTree)] = [
            ("status", .bare("\(failure.status)")), ("message", .text(failure.message)),
        ]
        if let type = failure.type { members.append(("type", .text(type))) }
        if let code = failure.code { members.append(("code", .text(code))) }
        let fields = failure.headers.fields
        if !fields.isEmpty { members.append(("headers", .mapping(fields.map { ($0.name, .text($0.value)) }))) }
        return .mapping(members)
    }
}

extension YAMLTree {
    fileprivate init(_ tree: TemplateTree) {
        switch tree {
        case .text(let template): self = .text(template.source)
        case .value(let value): self = YAMLTree(value)
        case .list(let items): self = .list(items.map { YAMLTree($0) })
        case .mapping(let members): self = .mapping(members.map { ($0.name, YAMLTree($0.value)) })
        }
    }
}
