import Cassettes
public import Conversations
import Documents
import TextConditions

extension Script {
    /// A reply to one request, with nothing left to fill in.
    public enum Rendered: Sendable, Equatable {
        case answer(Answer, Delivery)
        case failure(Failure)
    }
}

/// What fills a template: a request, and what the patterns of the rule that answers it found there.
struct TemplateValues {
    let question: Script.Question
    let request: Int
    private var numbered: [String]?
    private var named: [(name: String, text: String)] = []

    /// - Parameter conditions: Those of the rule; all hold.
    init(_ question: Script.Question, request: Int, conditions: [Script.Condition] = []) {
        self.question = question
        self.request = request
        for condition in conditions { collect(condition) }
    }

    private mutating func collect(_ condition: Script.Condition) {
        switch condition {
        case .text(let text): collect(text, in: question.text)
        case .system(let text): collect(text, in: question.system ?? "")
        case .model(let text): collect(text, in: question.model)
        case .json(let path, .text(let text)):
            let value = path.values(in: question.json).first { text.holds(for: $0.wording) }
            if let value { collect(text, in: value.wording) }
        case .toolResult(let claim):
            guard let text = claim.text, let result = question.toolResults.first(where: claim.holds) else { return }
            collect(text, in: result.text)
        case .all(let parts): for part in parts { collect(part) }
        case .any(let parts):
            for part in parts where part.holds(for: question, request: request) { collect(part) }
        default: break
        }
    }

    private mutating func collect(_ condition: TextCondition, in text: String) {
        guard case .matches(let pattern) = condition, let match = pattern.firstMatch(in: text) else { return }
        if numbered == nil { numbered = [String(text[match.range])] + match.groups.map { $0 ?? "" } }
        for case (let name?, let group) in zip(pattern.groupNames, match.groups)
        where !named.contains(where: { $0.name.hasSameScalars(as: name) }) {
            named.append((name, group ?? ""))
        }
    }

    func text(of placeholder: Template.Placeholder) -> String {
        switch placeholder {
        case .group(let number): numbered.flatMap { $0.indices.contains(number) ? $0[number] : nil } ?? ""
        case .named(let name): named.first { $0.name.hasSameScalars(as: name) }?.text ?? ""
        case .text: question.text
        case .system: question.system ?? ""
        case .model: question.model
        case .request: String(request)
        case .toolResult(nil): question.toolResults.map(\.text).joined(separator: "\n")
        case .toolResult(let name?):
            question.toolResults.filter { $0.name?.hasSameScalars(as: name) ?? false }.map(\.text)
                .joined(separator: "\n")
        case .json(let pointer): question.json[pointer]?.wording ?? ""
        }
    }
}

extension Template {
    func filled(with values: TemplateValues) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .placeholder(let placeholder): values.text(of: placeholder)
            }
        }.joined()
    }
}

extension TemplateTree {
    func filled(with values: TemplateValues) -> JSONValue {
        switch self {
        case .text(let template): .string(template.filled(with: values))
        case .value(let value): value
        case .list(let items): .array(items.map { $0.filled(with: values) })
        case .mapping(let members): .object(JSONObject(members.map { ($0.name, $0.value.filled(with: values)) }))
        }
    }
}

extension Script.Reply {
    func rendered(with values: TemplateValues) -> Script.Rendered {
        switch self {
        case .failure(let failure): return .failure(failure)
        case .said(let speech):
            var parts: [Answer.Part] = []
            if let thinking = speech.thinking { parts.append(.thinking(thinking)) }
            if let saying = speech.saying { parts.append(saying.part(filledWith: values)) }
            for call in speech.calls {
                parts.append(
                    .toolCall(
                        ToolCall(id: call.id, name: call.name, arguments: call.arguments.text(filledWith: values))))
            }
            return .answer(Answer(parts, ending: speech.ending), speech.delivery)
        }
    }
}

extension Script.Saying {
    fileprivate func part(filledWith values: TemplateValues) -> Answer.Part {
        switch self {
        case .text(let text): .text(text)
        case .template(let template): .text(template.filled(with: values))
        case .json(let value): .text(value.text())
        case .jsonTemplate(let tree): .text(tree.filled(with: values).text())
        case .refusal(let text): .refusal(text)
        }
    }
}

extension Script.Call.Arguments {
    fileprivate func text(filledWith values: TemplateValues) -> String {
        switch self {
        case .text(let text): text
        case .json(let value): value.text()
        case .template(let tree): tree.filled(with: values).text()
        }
    }
}
