import Conversations
import Documents
import Transcripts

/// An entry as a baseline has it: the kind's name over its short facts, its texts below.
///
///     - turn: 2
///       llm_call: {agent: assistant, model: gpt-4o, status: 200, finish_reason: stop}
///       text: The sum is 24133.
///     - turn: 2
///       message: {speaker: assistant, recipient: user_proxy, repeats: answer}
struct EntryForm {
    /// As in a transcript's `entries`.
    var object: JSONObject
    /// Where it says that it repeats the answer of its turn; nil when it does not.
    var repeated: Place?
    var problems: [Diagnostic] = []
    let place: Place
    private var places: [String: LocatedNode] = [:]

    static let kinds = Entry.Kind.names
    /// What stands below the facts, in this order.
    private static let texts = ["text", "tool_calls", "code", "stdout", "stderr", "shown", "failure"]

    // MARK: Reading

    init(reading node: LocatedNode, file: String) {
        place = node.place
        object = JSONObject()
        repeated = nil
        guard let members = node.members else {
            problems.append(
                Diagnostic(
                    file: file, at: node.place, "an entry must be a mapping, not \(node.json.kindName)",
                    expected: "turn: NUMBER, and one of " + EntryForm.kinds.joined(separator: ", ")))
            object = EntryForm.placeholder
            return
        }
        object["turn"] = node["turn"]?.json
        places["turn"] = node["turn"]
        var named: String?
        for member in members where member.name != "turn" {
            guard !EntryForm.texts.contains(member.name) else {
                add(member, file)
                continue
            }
            guard named == nil, let facts = member.value.members else {
                let message =
                    named.map { "'\(member.name)' beside '\($0)': an entry is one thing" }
                    ?? "'\(member.name)' must be a mapping, not \(member.value.json.kindName)"
                problems.append(
                    Diagnostic(
                        file: file, at: member.place, message,
                        expected: "one of " + EntryForm.kinds.joined(separator: ", "),
                        fix: nearestWord(to: member.name, among: EntryForm.kinds + EntryForm.texts).map {
                            "did you mean '\($0)'?"
                        }))
                continue
            }
            named = member.name
            object["kind"] = .string(member.name)
            places["kind"] = LocatedNode(.scalar(member.name, isPlain: true), at: member.place)
            for fact in facts { add(fact, file) }
        }
        if named == nil, problems.isEmpty {
            problems.append(
                Diagnostic(
                    file: file, at: node.place, "this entry does not say what it is",
                    expected: "one of " + EntryForm.kinds.joined(separator: ", ")))
        }
        if !problems.isEmpty { object = EntryForm.placeholder }
        guard problems.isEmpty else { return }
        if named == "code_run" {
            for name in ["stdout", "stderr"] where object[name] == nil { object[name] = "" }
        }
        if named == "llm_call" { object["request"] = .null }
    }

    /// Stands for an entry that is wrong as a whole, so that nothing else is reported of it.
    private static let placeholder = JSONObject([("turn", 1), ("kind", "end"), ("cause", "error")])

    private mutating func add(_ member: LocatedNode.Member, _ file: String) {
        if member.name == "repeats", member.value.text == "answer" {
            repeated = member.place
            return
        }
        if object[member.name] != nil {
            problems.append(
                Diagnostic(
                    file: file, at: member.place, "'\(member.name)' is given twice", expected: "it once",
                    fix: "remove one of them"))
        }
        places[member.name] = member.value
        // What is text in a transcript is text here, however a person has written it.
        let isText = EntryForm.textMembers.contains(member.name)
        object[member.name] = isText ? member.value.text.map(JSONValue.string) ?? member.value.json : member.value.json
    }

    private static let textMembers: Set<String> = [
        "text", "code", "stdout", "stderr", "failure", "speaker", "recipient", "agent", "model", "language", "cause",
        "finish_reason",
    ]

    /// Where something stands that a transcript's reader has found wrong.
    func place(of tokens: ArraySlice<String>) -> Place {
        guard let first = tokens.first, var node = places[first] else { return place }
        for token in tokens.dropFirst() {
            guard let next = Int(token).flatMap({ node.items?.dropFirst($0).first }) ?? node[token] else { break }
            node = next
        }
        return node.place
    }

    // MARK: Writing

    /// - Parameter answer: The last answer of a model before it in its turn.
    static func tree(of entry: Entry, repeating answer: LLMCall?) -> YAMLTree {
        var object = entry.json.objectValue ?? JSONObject()
        for name in ["turn", "kind", "at", "took", "usage", "request", "stale"] { object[name] = nil }
        var facts: [(String, YAMLTree)] = [], below: [(String, YAMLTree)] = []
        if case .message(let message) = entry.kind, let answer, answer.text.hasSameText(as: message.text),
            answer.toolCalls == message.toolCalls, answer.text != nil || !answer.toolCalls.isEmpty
        {
            (object["text"], object["tool_calls"]) = (nil, nil)
            object["repeats"] = "answer"
        }
        for member in object.members where !texts.contains(member.name) {
            facts.append((member.name, YAMLTree(member.value)))
        }
        for name in texts {
            guard let value = object[name] else { continue }
            if ["stdout", "stderr"].contains(name), value == "" { continue }
            below.append((name, YAMLTree(value)))
        }
        return .mapping(
            [("turn", .bare("\(entry.turn)")), (entry.kind.name, .line(.mapping(facts)))] + below)
    }
}

extension Optional<String> {
    fileprivate func hasSameText(as other: String?) -> Bool {
        switch (self, other) {
        case (nil, nil): true
        case (let a?, let b?): a.hasSameScalars(as: b)
        default: false
        }
    }
}
