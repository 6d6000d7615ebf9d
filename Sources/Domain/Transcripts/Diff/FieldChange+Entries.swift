import Conversations
import Documents

extension FieldChange {
    /// Everything in which two entries of the same kind differ; the number of the turn is not looked at.
    static func between(_ a: Entry, _ b: Entry, by rules: DiffRules) -> [FieldChange] {
        var changes = FieldChanges(rules: rules)
        switch (a.kind, b.kind) {
        case (.message(let a), .message(let b)): changes.compare(a, b)
        case (.llmCall(let a), .llmCall(let b)): changes.compare(a, b)
        case (.codeRun(let a), .codeRun(let b)): changes.compare(a, b)
        case (.end(let a), .end(let b)): changes.compare(a, b)
        default: preconditionFailure("only entries of one kind are paired")
        }
        changes.add(.duration, .metric, .seconds(a.timing.duration), .seconds(b.timing.duration))
        return changes.all
    }
}

extension JSONValue {
    fileprivate static func seconds(_ value: Double) -> JSONValue? { JSONNumber(value).map(JSONValue.number) }
}

private struct FieldChanges {
    var all: [FieldChange] = []
    private let rules: DiffRules
    private let normaliser: Normaliser

    init(rules: DiffRules) {
        self.rules = rules
        normaliser = Normaliser(rules: rules)
    }

    mutating func add(
        _ field: FieldChange.Field, _ level: FieldChange.Level, _ before: JSONValue?, _ after: JSONValue?
    ) {
        guard before != after else { return }
        all.append(FieldChange(field: field, before: before, after: after, level: level))
    }

    mutating func add(_ field: FieldChange.Field, _ level: FieldChange.Level, _ before: String?, _ after: String?) {
        add(field, level, before.map(JSONValue.string), after.map(JSONValue.string))
    }

    mutating func add(_ field: FieldChange.Field, _ level: FieldChange.Level, _ before: Int?, _ after: Int?) {
        add(field, level, before.map { .number($0) }, after.map { .number($0) })
    }

    /// What was said or printed; without what varies by chance it may be the same.
    private mutating func add(
        said field: FieldChange.Field, _ level: FieldChange.Level, _ before: String, _ after: String
    ) {
        guard !before.hasSameScalars(as: after) else { return }
        let place = JSONPointer([field.name])
        let isSame = normaliser.said(before, at: place) == normaliser.said(after, at: place)
        add(field, isSame ? .metric : level, before, after)
    }

    /// That it failed is behaviour; how the failure was worded is not.
    mutating func addFailure(_ before: String?, _ after: String?) {
        guard let before, let after else { return add(.failure, .behaviour, before, after) }
        add(said: .failure, .wording, before, after)
    }

    /// That something was said at all is behaviour, and so are the numbers in it; how it was worded is not.
    mutating func addText(_ before: String?, _ after: String?) {
        guard let before, let after else { return add(.text, .behaviour, before, after) }
        guard !before.hasSameScalars(as: after) else { return }
        let place = JSONPointer([FieldChange.Field.text.name])
        let (a, b) = (normaliser.said(before, at: place), normaliser.said(after, at: place))
        // Without chance values and what is masked: their numbers say nothing.
        let hasOtherNumbers = SpokenNumbers.differ(
            String(decoding: a, as: UTF8.self), String(decoding: b, as: UTF8.self))
        add(.text, a == b ? .metric : hasOtherNumbers ? .behaviour : .wording, before, after)
    }

    /// Code: spaces at its lines' ends do not count, everything else does.
    private mutating func add(code before: String, _ after: String) {
        guard !before.hasSameScalars(as: after) else { return }
        let place = JSONPointer(["code"])
        let isSame = normaliser.code(before, at: place) == normaliser.code(after, at: place)
        add(.code, isSame ? .metric : .behaviour, before, after)
    }

    mutating func compare(_ a: MessageSent, _ b: MessageSent) {
        add(.speaker, .behaviour, a.speaker, b.speaker)
        add(.recipient, .behaviour, a.recipient, b.recipient)
        addText(a.text, b.text)
        compare(a.toolCalls, b.toolCalls)
    }

    mutating func compare(_ a: LLMCall, _ b: LLMCall) {
        add(.speaker, .behaviour, a.agent, b.agent)
        add(.model, .behaviour, a.model, b.model)
        add(.status, .behaviour, a.status, b.status)
        addText(a.text, b.text)
        compare(a.toolCalls, b.toolCalls)
        add(.finishReason, .behaviour, a.finishReason, b.finishReason)
        addFailure(a.failure, b.failure)
        add(.promptTokens, .metric, a.usage?.promptTokens, b.usage?.promptTokens)
        add(.completionTokens, .metric, a.usage?.completionTokens, b.usage?.completionTokens)
    }

    mutating func compare(_ a: CodeRun, _ b: CodeRun) {
        add(.speaker, .behaviour, a.agent, b.agent)
        add(.language, .behaviour, a.language, b.language)
        add(code: a.code, b.code)
        add(.exitCode, .behaviour, a.exitCode, b.exitCode)
        add(said: .stdout, .behaviour, a.stdout, b.stdout)
        add(said: .stderr, .behaviour, a.stderr, b.stderr)
        compare(shown: a.shown, b.shown)
        addFailure(a.failure, b.failure)
    }

    /// Figures and tables as wholes: told by their digests, as their values may be long.
    private mutating func compare(shown a: [ShownOutput], _ b: [ShownOutput]) {
        guard a != b else { return }
        func normal(_ shown: [ShownOutput]) -> [ShownOutput] {
            shown.enumerated().map { normaliser.shown($1, at: $0) }
        }
        func told(_ shown: [ShownOutput]) -> JSONValue? { shown.isEmpty ? nil : .array(shown.map(\.summary)) }
        add(.shown, normal(a) == normal(b) ? .metric : .behaviour, told(a), told(b))
    }

    mutating func compare(_ a: End, _ b: End) {
        add(.cause, .behaviour, a.cause.rawValue, b.cause.rawValue)
        add(.noticedBy, .behaviour, a.agent, b.agent)
        addFailure(a.failure, b.failure)
    }

    /// By position: parallel calls keep their order, and another order is another behaviour.
    mutating func compare(_ a: [ToolCall], _ b: [ToolCall]) {
        for index in 0..<max(a.count, b.count) {
            guard index < a.count, index < b.count else {
                add(.toolCall(index), .behaviour, a.dropFirst(index).first?.json, b.dropFirst(index).first?.json)
                continue
            }
            add(.toolName(call: index), .behaviour, a[index].name, b[index].name)
            compareArguments(a[index].arguments, b[index].arguments, call: index)
            add(.toolCallID(call: index), .metric, a[index].id, b[index].id)
        }
    }

    private mutating func compareArguments(_ a: String, _ b: String, call: Int) {
        guard !a.hasSameScalars(as: b) else { return }
        guard let before = try? JSONValue(parsing: a), let after = try? JSONValue(parsing: b) else {
            let isSame = normaliser.arguments(a, of: call) == normaliser.arguments(b, of: call)
            add(.arguments(call: call, JSONPointer()), isSame ? .metric : .behaviour, a, b)
            return
        }
        let count = all.count
        compareTrees(before, after, at: JSONPointer(), call: call)
        if all.count == count { add(.arguments(call: call, JSONPointer()), .metric, a, b) }
    }

    /// Objects by member name in the first one's order, lists by position, everything else as a whole.
    private mutating func compareTrees(_ a: JSONValue, _ b: JSONValue, at place: JSONPointer, call: Int) {
        switch (a, b) {
        case (.object(let a), .object(let b)):
            for member in a.members {
                let place = place.appending(member.name)
                guard let other = b[member.name] else {
                    add(.arguments(call: call, place), .behaviour, member.value, nil)
                    continue
                }
                compareTrees(member.value, other, at: place, call: call)
            }
            for member in b.members where a[member.name] == nil {
                add(.arguments(call: call, place.appending(member.name)), .behaviour, nil, member.value)
            }
        case (.array(let a), .array(let b)):
            for index in 0..<max(a.count, b.count) {
                let place = place.appending(String(index))
                guard index < a.count, index < b.count else {
                    add(.arguments(call: call, place), .behaviour, a.dropFirst(index).first, b.dropFirst(index).first)
                    continue
                }
                compareTrees(a[index], b[index], at: place, call: call)
            }
        default:
            guard a != b else { return }
            add(.arguments(call: call, place), isSame(a, b, at: place, call: call) ? .metric : .behaviour, a, b)
        }
    }

    private func isSame(_ a: JSONValue, _ b: JSONValue, at place: JSONPointer, call: Int) -> Bool {
        if let a = a.stringValue, let b = b.stringValue {
            return normaliser.argument(a, at: place, of: call) == normaliser.argument(b, at: place, of: call)
        }
        guard case .number(let a) = a, case .number(let b) = b else { return false }
        return rules.areSame(a, b)
    }
}
