import Conversations
import Documents

extension Transcript {
    /// The transcript without all that never counts as a difference: what is kept to compare later runs with.
    ///
    /// Metrics, requests and ids of tool calls are gone; values that vary by chance and what is masked are words for
    /// their kind; arguments are in canonical form. Two transcripts that do not differ have equal normal forms, but for
    /// turns, and numbers within the tolerance. Without masks, a normal form is its own.
    public func normalised(by rules: DiffRules = DiffRules()) -> Transcript {
        let normaliser = Normaliser(rules: rules)
        return Transcript(
            subject: subject,
            entries: entries.map { Entry(turn: $0.turn, kind: $0.kind.normalised(by: normaliser)) })
    }
}

extension TranscriptDiff {
    /// Some of the operations, as a diff of their own.
    public func part(_ range: Range<Int>) -> TranscriptDiff {
        TranscriptDiff(
            subjectBefore: subjectBefore, subjectAfter: subjectAfter, operations: Array(operations[range]))
    }
}

extension Entry.Kind {
    fileprivate func normalised(by normaliser: Normaliser) -> Entry.Kind {
        func said(_ text: String, _ name: String) -> String {
            String(decoding: normaliser.said(text, at: JSONPointer([name])), as: UTF8.self)
        }
        func calls(_ calls: [ToolCall]) -> [ToolCall] {
            calls.enumerated().map { index, call in
                let arguments = normaliser.arguments(call.arguments, of: index)
                return ToolCall(id: nil, name: call.name, arguments: String(decoding: arguments, as: UTF8.self))
            }
        }
        switch self {
        case .message(var message):
            message.text = message.text.map { said($0, "text") }
            message.toolCalls = calls(message.toolCalls)
            return .message(message)
        case .llmCall(var call):
            call.request = .null
            call.usage = nil
            call.text = call.text.map { said($0, "text") }
            call.failure = call.failure.map { said($0, "failure") }
            call.toolCalls = calls(call.toolCalls)
            return .llmCall(call)
        case .codeRun(var run):
            run.code = String(decoding: normaliser.code(run.code, at: JSONPointer(["code"])), as: UTF8.self)
            run.stdout = said(run.stdout, "stdout")
            run.stderr = said(run.stderr, "stderr")
            run.shown = run.shown.enumerated().map { normaliser.shown($1, at: $0) }
            run.failure = run.failure.map { said($0, "failure") }
            return .codeRun(run)
        case .end(var end):
            end.failure = end.failure.map { said($0, "failure") }
            return .end(end)
        }
    }
}
