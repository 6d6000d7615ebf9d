import Cassettes
import Conversations
import Documents
import HTTPMessages
import ScenarioRunning
import Testing
import Transcripts

@Suite struct ModelCallTests {
    /// One answer in a provider's own shape, and what the transcript makes of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let exchange: ObservedExchange
        var model = "m"
        var text: String?
        var toolCalls: [ToolCall] = []
        var finishReason: String?
        var usage: Usage?
        var failure: String?
    }

    private static let ask = #"{"model": "m", "messages": []}"#
    private static let chat = "/v1/chat/completions"
    private static let call = ToolCall(id: "c1", name: "add", arguments: #"{"a":1}"#)

    private static let cases = [
        Case(
            testDescription: "chat completion, whole",
            exchange: .sample(
                chat, ask,
                #"{"model": "m-1", "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}"#
            ), text: "Hi", finishReason: "stop", usage: Usage(promptTokens: 3, completionTokens: 2)),
        Case(
            testDescription: "chat completion, call of a tool beside an empty text",
            exchange: .sample(
                chat, ask,
                #"{"choices": [{"message": {"content": "", "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "add", "arguments": "{\"a\":1}"}}]}, "finish_reason": "tool_calls"}]}"#
            ), toolCalls: [call], finishReason: "tool_calls"),
        Case(
            testDescription: "chat completion, stream",
            exchange: .stream(
                chat, ask,
                [
                    #"{"model": "m-1", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}"#,
                    #"{"choices": [{"index": 0, "delta": {"content": "H"}}, {"index": 1, "delta": {"content": "no"}}]}"#,
                    #"{"choices": [{"index": 0, "delta": {"content": "i"}}]}"#,
                    #"{"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "add", "arguments": ""}}]}}]}"#,
                    #"{"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": "{\"a\":"}}]}}]}"#,
                    #"{"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": "1}"}}]}, "finish_reason": "stop"}]}"#,
                    #"{"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}"#, "[DONE]",
                ]), text: "Hi", toolCalls: [call], finishReason: "stop",
            usage: Usage(promptTokens: 3, completionTokens: 2)),
        Case(
            testDescription: "chat completion, stream that was cut",
            exchange: .stream(chat, ask, [#"{"choices": [{"index": 0, "delta": {"content": "H"}}]}"#], isCut: true),
            text: "H", failure: "the answer was cut off"),
        Case(
            testDescription: "Azure names the model in the path",
            exchange: .sample(
                "/openai/deployments/dep/chat/completions?api-version=1", #"{"model": null, "messages": []}"#,
                #"{"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}"#), model: "dep", text: "Hi",
            finishReason: "stop"),
        Case(
            testDescription: "a session's prefix",
            exchange: .sample(
                "/s/primes/v1/chat/completions", ask, #"{"choices": [{"message": {"content": "Hi"}}]}"#), text: "Hi"),
        Case(
            testDescription: "responses, whole",
            exchange: .sample(
                "/v1/responses", #"{"model": "m", "input": "x"}"#,
                #"{"object": "response", "model": "m-1", "status": "completed", "error": null, "incomplete_details": null, "output": [{"type": "reasoning"}, {"type": "message", "content": [{"type": "output_text", "text": "Hi"}]}, {"type": "function_call", "call_id": "c1", "name": "add", "arguments": "{\"a\":1}"}], "usage": {"input_tokens": 3, "output_tokens": 2}}"#
            ), text: "Hi", toolCalls: [call], finishReason: "completed",
            usage: Usage(promptTokens: 3, completionTokens: 2)),
        Case(
            testDescription: "responses, stream",
            exchange: .stream(
                "/v1/responses", #"{"model": "m", "input": "x"}"#,
                [
                    #"response.created|{"type": "response.created", "response": {"model": "m", "output": []}}"#,
                    #"response.output_text.delta|{"type": "response.output_text.delta", "delta": "Hi"}"#,
                    #"response.incomplete|{"type": "response.incomplete", "response": {"model": "m", "status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}, "output": [{"type": "message", "content": [{"type": "output_text", "text": "Hi"}]}]}}"#,
                ]), text: "Hi", finishReason: "max_output_tokens"),
        Case(
            testDescription: "responses, stream that was cut",
            exchange: .stream(
                "/v1/responses", #"{"model": "m", "input": "x"}"#,
                [
                    #"{"type": "response.output_text.delta", "delta": "H"}"#,
                    #"{"type": "response.output_text.delta", "delta": "i"}"#,
                ], isCut: true), text: "Hi", failure: "the answer was cut off"),
        Case(
            testDescription: "messages, whole",
            exchange: .sample(
                "/v1/messages", ask,
                #"{"type": "message", "model": "m-1", "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Hi"}, {"type": "tool_use", "id": "c1", "name": "add", "input": {"a":1}}], "stop_reason": "tool_use", "usage": {"input_tokens": 3, "output_tokens": 2}}"#
            ), text: "Hi", toolCalls: [call], finishReason: "tool_use",
            usage: Usage(promptTokens: 3, completionTokens: 2)),
        Case(
            testDescription: "messages, stream",
            exchange: .stream(
                "/v1/messages", ask,
                [
                    #"message_start|{"type": "message_start", "message": {"model": "m", "content": [], "stop_reason": null, "usage": {"input_tokens": 3, "output_tokens": 1}}}"#,
                    #"content_block_start|{"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}"#,
                    #"ping|{"type": "ping"}"#,
                    #"content_block_delta|{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}}"#,
                    #"content_block_start|{"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "id": "c1", "name": "add", "input": {}}}"#,
                    #"content_block_delta|{"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": "{\"a\":"}}"#,
                    #"content_block_delta|{"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": "1}"}}"#,
                    #"message_delta|{"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 9}}"#,
                    #"message_stop|{"type": "message_stop"}"#,
                ]), text: "Hi", toolCalls: [call], finishReason: "tool_use",
            usage: Usage(promptTokens: 3, completionTokens: 9)),
        Case(
            testDescription: "messages, error in the stream",
            exchange: .stream(
                "/v1/messages", ask,
                [
                    #"error|{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}"#
                ]), failure: "Overloaded"),
        Case(
            testDescription: "Gemini, whole",
            exchange: .sample(
                "/v1beta/models/g-1:generateContent", #"{"contents": []}"#,
                #"{"candidates": [{"content": {"parts": [{"text": "hm", "thought": true}, {"text": "Hi"}, {"functionCall": {"id": "c1", "name": "add", "args": {"a":1}}}]}, "finishReason": "STOP"}], "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 2}}"#
            ), model: "g-1", text: "Hi", toolCalls: [call], finishReason: "STOP",
            usage: Usage(promptTokens: 3, completionTokens: 2)),
        Case(
            testDescription: "Gemini, events",
            exchange: .stream(
                "/v1/models/g-1:streamGenerateContent?alt=sse", #"{"contents": []}"#,
                [
                    #"{"candidates": [{"content": {"parts": [{"text": "H"}]}}]}"#,
                    #"{"candidates": [{"content": {"parts": [{"text": "i"}]}, "finishReason": "STOP"}]}"#,
                ], end: "\r\n"), model: "g-1", text: "Hi", finishReason: "STOP"),
        Case(
            testDescription: "Gemini, array",
            exchange: .sample(
                "/v1beta/models/g-1:streamGenerateContent", #"{"contents": []}"#,
                #"[{"candidates": [{"content": {"parts": [{"text": "H"}]}}]}, {"candidates": [{"content": {"parts": [{"text": "i"}]}}]}]"#
            ), model: "g-1", text: "Hi"),
        Case(
            testDescription: "an answer that is no JSON", exchange: .sample(chat, ask, "<html>"),
            failure: "the answer is no JSON"),
    ]

    @Test(arguments: cases)
    func answerIsRead(_ sample: Case) throws {
        var wire = WireTranscript(subject: "s", start: 0, literals: LiteralSecrets([]))
        guard case .llmCall(let call)? = wire.add(sample.exchange)?.kind else {
            Issue.record("expected a call")
            return
        }
        #expect(call.agent == "program")
        #expect(call.model == sample.model)
        #expect(call.status == 200)
        #expect(call.text == sample.text)
        #expect(call.toolCalls == sample.toolCalls)
        #expect(call.finishReason == sample.finishReason)
        #expect(call.usage == sample.usage)
        #expect(call.failure == sample.failure)
        #expect(call.request == (try JSONValue(parsing: sample.exchange.request.body)))
    }

    @Test(arguments: [
        (#"{"error": {"message": "no such key", "code": "x"}}"#, "no such key"),
        (#"{"type": "error", "error": {"type": "t", "message": "too many"}}"#, "too many"),
        (#"[{"error": {"code": 400, "message": "in an array"}}]"#, "in an array"),
        (#"{"error": "just text"}"#, "just text"), ("Bad Gateway", "Bad Gateway"), ("", "status 422"),
    ])
    func refusalIsToldInTheServicesWords(body: String, words: String) {
        var wire = WireTranscript(subject: "s", start: 0, literals: LiteralSecrets([]))
        guard case .llmCall(let call)? = wire.add(.sample(Self.chat, Self.ask, body, status: 422))?.kind else {
            Issue.record("expected a call")
            return
        }
        #expect(call.status == 422)
        #expect(call.failure == words)
        #expect(call.text == nil)
    }
}
