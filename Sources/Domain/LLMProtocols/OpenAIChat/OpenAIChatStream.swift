import Conversations
public import Documents
import HTTPMessages

/// An answer of chat completions as server-sent events: role, pieces, finish reason, usage when asked, `[DONE]`.
///
/// The choices come one after another, so do the calls of a choice.
public struct OpenAIChatStream: Sendable {
    private struct Chunk {
        var json: JSONValue
        /// The piece of the answer that it carries.
        var piece = ""
    }

    private let parts: [Chunk]
    private let reply: OpenAIChatReply

    public init(_ reply: OpenAIChatReply) {
        self.reply = reply
        parts = OpenAIChatStream.parts(of: reply)
    }

    /// `chat.completion.chunk` objects, without the `[DONE]` that ends the stream.
    public var chunks: [JSONValue] { parts.map(\.json) }

    public var replyStream: ReplyStream {
        ReplyStream(
            headers: reply.headers(contentType: "text/event-stream; charset=utf-8"),
            events: parts.map { ReplyStream.Event($0.json, carrying: $0.piece) } + [.done])
    }

    private static func parts(of reply: OpenAIChatReply) -> [Chunk] {
        let request = reply.request
        var parts: [Chunk] = []
        if request.isAzure {
            parts.append(
                Chunk(json: [
                    "id": "", "object": "", "created": 0, "model": "",
                    "prompt_filter_results": AzureFilterResults.ofPrompt, "choices": [],
                ]))
        }
        for index in 0..<request.conversation.answerCount {
            for step in steps(of: reply, choice: index) {
                var choice = JSONObject([
                    ("index", .number(index)), ("delta", step.delta), ("logprobs", step.logprobs),
                    ("finish_reason", step.finishReason),
                ])
                if request.isAzure {
                    choice["content_filter_results"] = step.piece.isEmpty ? [:] : AzureFilterResults.harmless
                }
                parts.append(Chunk(json: chunk(reply, [.object(choice)]), piece: step.piece))
            }
        }
        // All chunks before it say `usage: null`.
        if request.includesUsage { parts.append(Chunk(json: chunk(reply, [], usage: reply.usageJSON))) }
        return parts
    }

    private static func chunk(_ reply: OpenAIChatReply, _ choices: [JSONValue], usage: JSONValue = nil) -> JSONValue {
        var chunk = JSONObject([
            ("id", .string(reply.id)), ("object", "chat.completion.chunk"), ("created", .number(reply.seed.created)),
            ("model", .string(reply.request.conversation.model)), ("service_tier", "default"),
            ("system_fingerprint", nil), ("choices", .array(choices)),
        ])
        if reply.request.includesUsage { chunk["usage"] = usage }
        return .object(chunk)
    }

    /// What one chunk adds to a choice.
    private struct Step {
        var delta: JSONValue
        var piece = ""
        var logprobs: JSONValue = nil
        var finishReason: JSONValue = nil
    }

    private static func steps(of reply: OpenAIChatReply, choice: Int) -> [Step] {
        let answer = reply.answer
        let topCount = reply.request.topLogprobCount
        func logprobs(_ list: String, _ piece: String) -> JSONValue {
            guard let topCount else { return nil }
            let tokens: JSONValue = .array([OpenAILogprobs.token(piece, topCount: topCount)])
            return list == "content"
                ? ["content": tokens, "refusal": nil] : ["content": nil, "refusal": tokens]
        }
        let content: JSONValue = reply.content.isNull ? nil : ""
        var steps = [
            Step(
                delta: ["role": "assistant", "content": content, "refusal": nil],
                logprobs: topCount == nil ? nil : ["content": [], "refusal": nil])
        ]
        // The first delta says that there is an empty text; an empty refusal has to be said.
        let refusal = answer.refusal.map { $0.isEmpty ? [""] : $0.streamPieces }
        for (list, pieces) in [("content", answer.text?.streamPieces), ("refusal", refusal)] {
            for piece in pieces ?? [] {
                steps.append(Step(delta: [list: .string(piece)], piece: piece, logprobs: logprobs(list, piece)))
            }
        }
        if let call = reply.functionCall {
            steps.append(Step(delta: ["function_call": ["name": .string(call.name), "arguments": ""]]))
            for piece in call.arguments.streamPieces {
                steps.append(Step(delta: ["function_call": ["arguments": .string(piece)]], piece: piece))
            }
        } else {
            for (index, call) in reply.toolCalls(choice: choice).enumerated() {
                steps += self.steps(ofCall: call, index: index)
            }
        }
        return steps + [Step(delta: [:], finishReason: .string(reply.finishReason))]
    }

    /// The call with its id and name first, then pieces of its arguments.
    private static func steps(ofCall call: JSONValue, index: Int) -> [Step] {
        let (kind, field) = call["custom"] == nil ? ("function", "arguments") : ("custom", "input")
        var first = JSONObject([("index", .number(index))])
        for name in ["id", "type"] { first[name] = call[name] }
        first[kind] = ["name": call[kind]?["name"] ?? nil, field: ""]
        let pieces = (call[kind]?[field]?.stringValue ?? "").streamPieces
        return [Step(delta: ["tool_calls": [.object(first)]])]
            + pieces.map { piece in
                Step(
                    delta: ["tool_calls": [["index": .number(index), kind: [field: .string(piece)]]]], piece: piece)
            }
    }
}

extension ReplyStream.Event {
    /// What ends the streams of chat completions and completions.
    static let done = ReplyStream.Event(bytes: Array("data: [DONE]\n\n".utf8))
}
