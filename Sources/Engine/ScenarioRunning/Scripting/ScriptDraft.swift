public import Cassettes
import Conversations
import Documents
import HTTPMessages
public import Scripts
import TextConditions

/// A recording's answers of models as rules that a person can edit.
///
/// A rule answers what was asked with the same last message of the same model; answers to the same question follow each
/// other. So the script answers the recording's own requests, in the recorded order, as the recording does.
public struct ScriptDraft: Sendable {
    public let script: Script
    /// Numbers of interactions with a model that could not be turned into an answer, each with the reason.
    public let leftOut: [(interaction: Int, reason: String)]

    /// - Throws: `Diagnostics` of an interaction that cannot be read.
    public init(_ cassette: Cassette) throws {
        var rules: [Script.Rule] = []
        var places: [Asked: Int] = [:]
        var leftOut: [(Int, String)] = []
        for position in cassette.index.indices where cassette.index[position].service.isLLM {
            let interaction = try cassette.interaction(at: position)
            guard let question = RecordedQuestion(interaction) else { continue }
            guard let conversation = question.conversation else {
                leftOut.append((interaction.number, "its request could not be read"))
                continue
            }
            guard let reply = ScriptDraft.reply(of: interaction, question.dialect, conversation) else {
                leftOut.append((interaction.number, "no answer came"))
                continue
            }
            let asked = Asked(model: conversation.model, text: conversation.lastText)
            if let place = places[asked] {
                rules[place].then.append(reply)
            } else {
                places[asked] = rules.count
                let model: [Script.Condition] = asked.model.isEmpty ? [] : [.model(.equals(asked.model))]
                rules.append(Script.Rule(when: model + [.text(.equals(asked.text))], reply: reply))
            }
        }
        // An answer that always is the same need not be said twice.
        for index in rules.indices where rules[index].then.allSatisfy({ $0 == rules[index].reply }) {
            rules[index].then = []
        }
        script = Script(file: cassette.file, rules: rules)
        self.leftOut = leftOut
    }

    /// By bytes: texts that only look alike are two questions.
    private struct Asked: Hashable {
        let model: String
        let text: String

        static func == (a: Asked, b: Asked) -> Bool {
            a.model.hasSameScalars(as: b.model) && a.text.hasSameScalars(as: b.text)
        }
    }

    // MARK: Replies

    private static func reply(
        of interaction: Interaction, _ dialect: ModelReply.Dialect, _ conversation: Conversation
    ) -> Script.Reply? {
        let response = interaction.response
        guard let status = response.status else {
            // The connection broke before a byte had come.
            return response.end.map { _ in .said(Script.Speech(saying: .text(""), delivery: .init(cutAfter: 0))) }
        }
        guard status < 400 else { return .failure(failure(response, status: status)) }
        let reply = ModelReply(dialect, body: response.bytes, headers: response.headers)
        if reply.text == nil, reply.toolCalls.isEmpty, let words = reply.failure {
            return .failure(Script.Failure(status: 500, message: words))
        }
        // What was cut off may be a call of nothing yet.
        let calls = reply.toolCalls.filter { !$0.name.isEmpty }.map { call in
            Script.Call(
                name: call.name, arguments: arguments(call.arguments), id: call.id.flatMap { $0.isEmpty ? nil : $0 })
        }
        // Beside calls, some services send an empty text and some none.
        let text = reply.text.flatMap { $0.isEmpty && !calls.isEmpty ? nil : $0 }
        return .said(
            Script.Speech(
                saying: text.map { saying($0, conversation.answerFormat) } ?? (calls.isEmpty ? .text("") : nil),
                calls: calls, ending: ending(reply.finishReason),
                delivery: .init(cutAfter: response.end == nil ? nil : events(in: response))))
    }

    /// As a tree where that gives back the same text.
    private static func saying(_ text: String, _ format: Conversation.AnswerFormat) -> Script.Saying {
        guard format != .text, let value = tree(text) else { return .text(text) }
        return .json(value)
    }

    private static func arguments(_ text: String) -> Script.Call.Arguments {
        tree(text).map { .json($0) } ?? .text(text)
    }

    private static func tree(_ text: String) -> JSONValue? {
        guard let value = try? JSONValue(parsing: text), value.arrayValue != nil || value.objectValue != nil,
            value.text().hasSameScalars(as: text)
        else { return nil }
        return value
    }

    /// The providers' words for the three endings that a script knows.
    private static func ending(_ word: String?) -> Answer.Ending {
        switch word?.lowercased() {
        case "length", "max_tokens", "max_output_tokens", "model_context_window_exceeded": .length
        case "content_filter", "safety", "refusal", "prohibited_content", "blocklist", "recitation", "spii":
            .contentFilter
        default: .stop
        }
    }

    private static func events(in response: RecordedResponse) -> Int {
        EventStream.split(response.bytes).events.count
    }

    /// Header fields that an error is told by; all others belong to its one connection.
    private static let telling = ["retry-after", "retry-after-ms", "x-should-retry"]

    private static func failure(_ response: RecordedResponse, status: Int) -> Script.Failure {
        let json = try? JSONValue(parsing: response.bytes)
        let error = json?.arrayValue?.first?["error"] ?? json?["error"]
        let words = error?["message"]?.stringValue ?? json?["message"]?.stringValue ?? error?.stringValue
        var headers = Headers()
        for field in response.headers.fields
        where (telling.contains(field.name) || field.name.hasPrefix("x-ratelimit-")) && headers[field.name] == nil {
            headers.add(field.name, field.value)
        }
        return Script.Failure(
            status: min(status, 599), message: words ?? String(decoding: response.bytes.prefix(2000), as: UTF8.self),
            type: error?["type"]?.stringValue, code: error?["code"]?.stringValue, headers: headers)
    }
}
