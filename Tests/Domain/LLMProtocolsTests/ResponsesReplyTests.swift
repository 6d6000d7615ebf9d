import Conversations
import Documents
import HTTPMessages
import LLMProtocols
import Testing

@Suite struct ResponsesReplyTests {
    private static let answer = Answer([
        .thinking("Let me see."), .text("Hi there"), .refusal("No more."),
        .toolCall(ToolCall(id: nil, name: "add", arguments: #"{"a": 1}"#)),
        .toolCall(ToolCall(id: "call_own", name: "say", arguments: "some words")),
    ])

    private static func reply(_ answer: Answer, _ more: String = "") throws -> ResponsesReply {
        let tools = #"[{"type":"function","name":"add"},{"type":"custom","name":"say"}]"#
        let body = #"{"model":"m","input":"Hello","tools":\#(tools)\#(more)}"#
        let request = try ResponsesRequest(body: Array(body.utf8), history: { _ in nil })
        return ResponsesReply(
            answer, to: request, seed: ReplySeed(request: request.json, repetition: 0, created: 5))
    }

    @Test func theEnvelopeIsWhole() throws {
        let reply = try Self.reply(Answer(text: "Hi"))
        let item = try #require(reply.json["output"]?.arrayValue?.first?["id"]?.stringValue)
        let expected = """
            {"id":"\(reply.id)","object":"response","created_at":5,"status":"completed","background":false,\
            "completed_at":5,"error":null,"incomplete_details":null,"instructions":null,"max_output_tokens":null,\
            "max_tool_calls":null,"model":"m","output":[{"id":"\(item)","type":"message","status":"completed",\
            "role":"assistant","content":[{"type":"output_text","text":"Hi","annotations":[],"logprobs":[]}]}],\
            "parallel_tool_calls":true,"previous_response_id":null,"prompt_cache_key":null,\
            "reasoning":{"effort":null,"summary":null},"safety_identifier":null,"service_tier":"default","store":true,\
            "temperature":1,"text":{"format":{"type":"text"},"verbosity":"medium"},"tool_choice":"auto",\
            "tools":[{"type":"function","name":"add","strict":true},{"type":"custom","name":"say"}],"top_logprobs":0,\
            "top_p":1,"truncation":"disabled","usage":{"input_tokens":16,\
            "input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":1,\
            "output_tokens_details":{"reasoning_tokens":0},"total_tokens":17},"user":null,"metadata":{}}
            """
        #expect(reply.json.text() == expected)
        #expect(reply.id.wholeMatch(of: /resp_[0-9a-f]{48}/) != nil)
        #expect(item.wholeMatch(of: /msg_[0-9a-f]{48}/) != nil)
        #expect(reply.response.headers["content-type"] == "application/json")
    }

    @Test func whatWasAskedIsRepeated() throws {
        let json = try Self.reply(
            Answer(text: "a"),
            """
            ,"temperature":0.5,"metadata":{"a":"b"},"reasoning":{"effort":"low"},"instructions":"Be brief.",
            "text":{"verbosity":"low"},"max_output_tokens":9,"parallel_tool_calls":false,
            "truncation":"auto","store":false,"tool_choice":{"type":"function","name":"add"}
            """
        ).json
        #expect(json["temperature"]?.doubleValue == 0.5)
        #expect(json["metadata"] == ["a": "b"])
        #expect(json["reasoning"] == ["effort": "low", "summary": nil])
        #expect(json["instructions"] == "Be brief.")
        #expect(json["text"] == ["format": ["type": "text"], "verbosity": "low"])
        #expect(json["max_output_tokens"] == 9)
        #expect(json["parallel_tool_calls"] == false)
        #expect(json["truncation"] == "auto")
        #expect(json["store"] == false)
        #expect(json["tool_choice"] == ["type": "function", "name": "add"])
    }

    @Test func itemsComeInTheOrderInWhichTheyAreSaid() throws {
        let output = try #require(
            try Self.reply(Self.answer, #","include":["reasoning.encrypted_content"]"#).json["output"]?.arrayValue)
        #expect(
            output.map { $0["type"]?.stringValue }
                == ["reasoning", "message", "function_call", "custom_tool_call"])
        #expect(output[0]["summary"] == [["type": "summary_text", "text": "Let me see."]])
        #expect(output[0]["encrypted_content"]?.stringValue?.isEmpty == false)
        #expect(
            output[1]["content"] == [
                ["type": "output_text", "text": "Hi there", "annotations": [], "logprobs": []],
                ["type": "refusal", "refusal": "No more."],
            ])
        #expect(output[2]["arguments"] == #"{"a": 1}"#)
        #expect(output[2]["call_id"]?.stringValue?.wholeMatch(of: /call_[0-9a-f]{24}/) != nil)
        #expect(output[3]["call_id"] == "call_own")
        #expect(output[3]["input"] == "some words")
        let ids = output.compactMap { $0["id"]?.stringValue }
        #expect(ids.map { $0.prefix { $0 != "_" } } == ["rs", "msg", "fc", "ctc"])
        #expect(Set(ids).count == 4)
    }

    @Test func neighboursAreOnePart() throws {
        let reply = try Self.reply(Answer([.text("a"), .text("b"), .thinking("c"), .thinking("d"), .text("e")]))
        let output = try #require(reply.json["output"]?.arrayValue)
        #expect(output.count == 3)
        #expect(output[0]["content"]?.arrayValue?.map { $0["text"]?.stringValue } == ["ab"])
        #expect(output[1]["summary"]?.arrayValue?.map { $0["text"]?.stringValue } == ["cd"])
    }

    @Test(arguments: [(Answer.Ending.length, "max_output_tokens"), (.contentFilter, "content_filter")])
    func whatWasCutOffIsIncomplete(ending: Answer.Ending, reason: String) throws {
        let reply = try Self.reply(Answer(text: "a", ending: ending))
        #expect(reply.json["status"] == "incomplete")
        #expect(reply.json["completed_at"] == .null)
        #expect(reply.json["incomplete_details"] == ["reason": .string(reason)])
        #expect(reply.json["output"]?.arrayValue?.last?["status"] == "incomplete")
        let last = try #require(ResponsesStream(of: reply.json).events.last)
        #expect(last.type == "response.incomplete")
        #expect(last.json["response"] == reply.json)
    }

    @Test func aFailedResponseEndsSo() throws {
        let failed: JSONValue = [
            "id": "resp_1", "object": "response", "status": "failed", "output": [],
            "error": ["code": "server_error", "message": "no"],
        ]
        let events = ResponsesStream(of: failed).events
        #expect(events.map(\.type) == ["response.created", "response.in_progress", "response.failed"])
        #expect(events.first?.json["response"]?["error"] == .null)
        #expect(events.last?.json["response"] == failed)
    }

    @Test func probabilitiesAreListedWhenIncluded() throws {
        let reply = try Self.reply(
            Answer(text: "a b"), #","include":["message.output_text.logprobs"],"top_logprobs":3"#)
        let part = reply.json["output"]?.arrayValue?.first?["content"]?.arrayValue?.first
        let logprobs = try #require(part?["logprobs"]?.arrayValue)
        #expect(logprobs.map { $0["token"]?.stringValue } == ["a", " b"])
        #expect(logprobs.allSatisfy { $0["top_logprobs"]?.arrayValue?.count == 3 })
        let deltas = ResponsesStream(of: reply.json).events.filter { $0.type == "response.output_text.delta" }
        #expect(deltas.map { $0.json["logprobs"] } == logprobs.map { .array([$0]) })
    }

    @Test func theStreamHasEveryEventInItsOrder() throws {
        let events = ResponsesStream(of: try Self.reply(Self.answer).json).events
        #expect(
            events.map(\.type) == [
                "response.created", "response.in_progress",
                "response.output_item.added", "response.reasoning_summary_part.added",
                "response.reasoning_summary_text.delta", "response.reasoning_summary_text.delta",
                "response.reasoning_summary_text.delta", "response.reasoning_summary_text.done",
                "response.reasoning_summary_part.done", "response.output_item.done",
                "response.output_item.added", "response.content_part.added", "response.output_text.delta",
                "response.output_text.delta", "response.output_text.done", "response.content_part.done",
                "response.content_part.added", "response.refusal.delta", "response.refusal.delta",
                "response.refusal.done", "response.content_part.done", "response.output_item.done",
                "response.output_item.added", "response.function_call_arguments.delta",
                "response.function_call_arguments.delta", "response.function_call_arguments.done",
                "response.output_item.done",
                "response.output_item.added", "response.custom_tool_call_input.delta",
                "response.custom_tool_call_input.delta", "response.custom_tool_call_input.done",
                "response.output_item.done",
                "response.completed",
            ])
        for (number, event) in events.enumerated() {
            #expect(event.json["sequence_number"]?.intValue == number)
            #expect(event.json["type"]?.stringValue == event.type)
        }
        let start = try #require(events.first?.json["response"])
        #expect(start["status"] == "in_progress")
        #expect(start["output"] == [])
        #expect(start["usage"] == .null)
    }

    @Test func eachEventIsNamedAndNoneFollowsTheLast() throws {
        let reply = try Self.reply(Self.answer)
        let stream = ResponsesStream(of: reply.json)
        let replyStream = stream.replyStream()
        #expect(replyStream.headers["content-type"] == "text/event-stream; charset=utf-8")
        for (event, sent) in zip(stream.events, replyStream.events) {
            let text = String(decoding: sent.bytes, as: UTF8.self)
            #expect(text.hasPrefix("event: \(event.type)\ndata: {\"type\":\"\(event.type)\","))
            #expect(text.hasSuffix("}\n\n"))
        }
        #expect(replyStream.events.count == stream.events.count)
        #expect(stream.events.last?.json["response"] == reply.json)
    }

    @Test(arguments: ["", " ", "a  b\n\n c\t", "line\r\nline", "cafe\u{301} 👩‍👩‍👧", "a\u{2028}b\u{2029}c\u{85}d"])
    func theStreamJoinedIsTheReply(text: String) throws {
        let answer = Answer([
            .text(text), .refusal(text), .toolCall(ToolCall(id: nil, name: "add", arguments: text)), .thinking(text),
            .toolCall(ToolCall(id: nil, name: "say", arguments: text)),
        ])
        let reply = try Self.reply(answer)
        var pieces: [String: String] = [:]
        var wholes: [String: String] = [:]
        var items: [JSONValue] = []
        for event in ResponsesStream(of: reply.json).replyStream().events {
            let raw = String(decoding: event.bytes, as: UTF8.self)
            #expect(!raw.unicodeScalars.contains { ["\u{85}", "\u{2028}", "\u{2029}", "\r"].contains($0) })
            let json = try JSONValue(parsing: try #require(EventStream.parse(event.bytes[...])).data)
            let type = try #require(json["type"]?.stringValue)
            let part = json["content_index"]?.intValue ?? json["summary_index"]?.intValue ?? 0
            let key = "\(json["output_index"]?.intValue ?? -1) \(part)"
            if type.hasSuffix(".delta") { pieces[key, default: ""] += json["delta"]?.stringValue ?? "?" }
            if type.hasSuffix(".done") {
                for name in ["text", "refusal", "arguments", "input"] {
                    if let whole = json[name]?.stringValue { wholes[key] = whole }
                }
            }
            if type == "response.output_item.done" { items.append(try #require(json["item"])) }
        }
        #expect(.array(items) == reply.json["output"])
        #expect(wholes.count == 5)
        for (key, whole) in wholes {
            #expect(Array(whole.utf8) == Array(text.utf8))
            #expect(Array(pieces[key, default: ""].utf8) == Array(text.utf8))
        }
    }

    /// Agent Framework wants `created_at`, Pydantic AI `annotations`, AG2 `input_tokens_details`, the SDK's stream
    /// helper `output_item.done` for every item that was added.
    @Test(arguments: [Answer(text: "a"), answer, Answer([])])
    func nothingThatClientsNeedIsMissing(answer: Answer) throws {
        let json = try Self.reply(answer).json
        #expect(json["created_at"]?.intValue != nil)
        #expect(json["usage"]?["input_tokens_details"]?["cached_tokens"] != nil)
        let output = try #require(json["output"]?.arrayValue)
        #expect(!output.isEmpty)
        for part in output.flatMap({ $0["content"]?.arrayValue ?? [] }) where part["type"] == "output_text" {
            #expect(part["annotations"] == [])
        }
        let events = ResponsesStream(of: json).events
        #expect(events.first?.type == "response.created")
        func ids(_ type: String) -> [JSONValue?] { events.filter { $0.type == type }.map { $0.json["item"]?["id"] } }
        #expect(ids("response.output_item.added") == output.map { $0["id"] })
        #expect(ids("response.output_item.done") == output.map { $0["id"] })
        #expect(events.last?.type == "response.completed")
    }
}
