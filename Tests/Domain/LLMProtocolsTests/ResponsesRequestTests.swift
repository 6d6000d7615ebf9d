import Conversations
import Documents
import HTTPMessages
import LLMProtocols
import Testing

@Suite struct ResponsesRequestTests {
    private static func request(_ body: String, history: [StoredResponse] = []) throws -> ResponsesRequest {
        try ResponsesRequest(body: Array(body.utf8)) { id in
            history.first { $0.id == id || $0.conversationID == id }
        }
    }

    private static func stored(_ body: String, _ answer: Answer, history: [StoredResponse] = []) throws
        -> StoredResponse
    {
        let request = try request(body, history: history)
        return try #require(
            request.stored(answer, seed: ReplySeed(request: request.json, repetition: 0, created: 5)))
    }

    @Test func aTextIsAMessageOfTheUser() throws {
        let request = try Self.request(#"{"model":"m","instructions":"Be brief.","input":"Hi","stream":true}"#)
        #expect(request.conversation.model == "m")
        #expect(request.isStream)
        #expect(request.isStored)
        #expect(
            request.conversation.messages == [.init(role: .system, text: "Be brief."), .init(role: .user, text: "Hi")])
    }

    @Test func itemsOfAllKindsAreRead() throws {
        let body = """
            {"model": "m", "input": [
              {"role": "developer", "content": "Be brief."},
              {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi "},
                {"type": "input_image", "image_url": "data:"}, {"type": "input_file", "file_id": "f"},
                {"type": "input_text", "text": "there"}]},
              {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x"},
              {"type": "web_search_call", "id": "ws_1", "status": "completed"},
              {"role": "assistant", "content": [{"type": "output_text", "text": "Wait", "annotations": []}]},
              {"type": "function_call", "call_id": "c1", "name": "add", "arguments": "{}", "id": "fc_1"},
              {"type": "custom_tool_call", "call_id": "c2", "name": "say", "input": "hi"},
              {"type": "shell_call", "call_id": "c3", "action": {"commands": ["ls"]}},
              {"type": "function_call_output", "call_id": "c1", "output": "3"},
              {"type": "custom_tool_call_output", "call_id": "c2", "output": [{"type": "input_text", "text": "ok"}]},
              {"type": "shell_call_output", "call_id": "c3", "output": [{"stdout": "a", "stderr": ""}]},
              {"type": "function_call", "call_id": "c4", "name": "add", "arguments": "{}"},
              {"type": "something_new", "id": "new_1"}]}
            """
        let request = try Self.request(body)
        #expect(request.input.count == 13)
        #expect(
            request.conversation.messages == [
                .init(role: .system, text: "Be brief."), .init(role: .user, text: "Hi there"),
                .init(
                    role: .assistant, text: "Wait",
                    toolCalls: [
                        ToolCall(id: "c1", name: "add", arguments: "{}"),
                        ToolCall(id: "c2", name: "say", arguments: "hi"),
                        ToolCall(id: "c3", name: "shell", arguments: #"{"commands":["ls"]}"#),
                    ]),
                .init(role: .tool, text: "3", toolResults: [.init(callID: "c1", text: "3")]),
                .init(role: .tool, text: "ok", toolResults: [.init(callID: "c2", text: "ok")]),
                .init(
                    role: .tool, text: #"[{"stdout":"a","stderr":""}]"#,
                    toolResults: [.init(callID: "c3", text: #"[{"stdout":"a","stderr":""}]"#)]),
                .init(role: .assistant, text: nil, toolCalls: [ToolCall(id: "c4", name: "add", arguments: "{}")]),
            ])
    }

    @Test func toolsAndTheirChoiceAreRead() throws {
        let tools = """
            {"model": "m", "input": "Hi", "text": {"format": {"type": "json_schema", "name": "s", "schema": {}}},
             "tools": [{"type": "function", "name": "add", "parameters": {"type": "object"}, "description": "Adds."},
             {"type": "custom", "name": "say"}, {"type": "web_search"}]
            """
        let conversation = try Self.request(tools + "}").conversation
        #expect(
            conversation.tools == [
                .init(name: "add", description: "Adds.", parameters: ["type": "object"]), .init(name: "say"),
                .init(name: "web_search"),
            ])
        #expect(conversation.toolChoice == .automatic)
        #expect(conversation.answerFormat == .schema(name: "s", [:]))
        for (choice, expected) in [
            (#""required""#, Conversation.ToolChoice.required), (#"{"type":"function","name":"add"}"#, .named("add")),
            (#"{"type":"web_search"}"#, .named("web_search")),
        ] {
            #expect(try Self.request(tools + #","tool_choice":\#(choice)}"#).conversation.toolChoice == expected)
        }
        let allowed = try Self.request(
            tools + #","tool_choice":{"type":"allowed_tools","mode":"required","#
                + #""tools":[{"type":"custom","name":"say"}]}}"#
        )
        #expect(allowed.conversation.toolChoice == .required)
        #expect(allowed.conversation.tools.map(\.name) == ["say"])
    }

    @Test func aRequestGoesOnWhereAnEarlierResponseEnded() throws {
        let first = try Self.stored(
            #"{"model":"m","instructions":"Old rules.","input":"Add"}"#,
            Answer([.thinking("Hm."), .text("Wait"), .toolCall(ToolCall(id: "c1", name: "add", arguments: "{}"))]))
        let second = try Self.stored(
            """
            {"model":"m","instructions":"New rules.","previous_response_id":"\(first.id)",
             "input":[{"type":"function_call_output","call_id":"c1","output":"3"}]}
            """, Answer(text: "It is 3."), history: [first])
        let third = try Self.request(
            #"{"model":"m","previous_response_id":"\#(second.id)","input":"Thanks"}"#, history: [first, second])
        #expect(
            third.conversation.messages == [
                .init(role: .user, text: "Add"),
                .init(
                    role: .assistant, text: "Wait", toolCalls: [ToolCall(id: "c1", name: "add", arguments: "{}")]),
                .init(role: .tool, text: "3", toolResults: [.init(callID: "c1", text: "3")]),
                .init(role: .assistant, text: "It is 3."), .init(role: .user, text: "Thanks"),
            ])
        #expect(third.conversation.newToolResults.isEmpty)
    }

    @Test func aConversationIsFoundByItsId() throws {
        let first = try Self.stored(#"{"model":"m","input":"Hi","conversation":"conv_1"}"#, Answer(text: "Hello"))
        #expect(first.json["conversation"] == ["id": "conv_1"])
        let second = try Self.request(
            #"{"model":"m","input":"Bye","conversation":{"id":"conv_1"}}"#, history: [first])
        #expect(second.conversation.messages.map(\.text) == ["Hi", "Hello", "Bye"])
    }

    @Test func referencesAreReplacedByTheirItems() throws {
        let first = try Self.stored(#"{"model":"m","input":"Hi"}"#, Answer(text: "Hello"))
        let item = try #require(first.json["output"]?.arrayValue?.first)
        let id = try #require(item["id"]?.stringValue)
        let body = #"{"model":"m","input":[{"type":"item_reference","id":"\#(id)"},{"role":"user","content":"Go on"}]}"#
        let request = try ResponsesRequest(
            body: Array(body.utf8), history: { _ in nil }, item: { $0 == id ? item : nil })
        #expect(request.conversation.messages.map(\.text) == ["Hello", "Go on"])
        let error = #expect(throws: OpenAIError.self) { try Self.request(body) }
        #expect(error?.status == 404)
        #expect(error?.param == "input")
    }

    @Test(
        arguments: [
            ("{", nil, nil), (#"{"input":"a"}"#, "model", "missing_required_parameter"),
            (#"{"model":"m"}"#, "input", "missing_required_parameter"),
            (#"{"model":"m","input":[]}"#, "input", "empty_array"),
            (#"{"model":"m","input":1}"#, "input", "invalid_type"),
            (#"{"model":"m","input":[1]}"#, "input[0]", "invalid_type"),
            (
                #"{"model":"m","input":[{"type":"message","content":"a"}]}"#, "input[0].role",
                "missing_required_parameter"
            ),
            (#"{"model":"m","input":[{"role":"boss","content":"a"}]}"#, "input[0].role", "invalid_value"),
            (
                #"{"model":"m","input":[{"role":"user","content":[{"type":"text","text":"a"}]}]}"#,
                "input[0].content[0].type", "invalid_value"
            ),
            (
                #"{"model":"m","input":[{"type":"function_call","name":"f"}]}"#, "input[0].call_id",
                "missing_required_parameter"
            ),
            (
                #"{"model":"m","input":[{"type":"function_call_output","call_id":"c"}]}"#, "input[0].output",
                "missing_required_parameter"
            ),
            (
                #"{"model":"m","input":"a","tools":[{"type":"function"}]}"#, "tools[0].name",
                "missing_required_parameter"
            ),
            (#"{"model":"m","input":"a","tool_choice":"maybe"}"#, "tool_choice", "invalid_value"),
            (#"{"model":"m","input":"a","text":{"format":{"type":"xml"}}}"#, "text.format.type", "invalid_value"),
            (#"{"model":"m","input":"a","store":"no"}"#, "store", "invalid_type"),
            (#"{"model":"m","input":"a","include":[1]}"#, "include[0]", "invalid_type"),
            (#"{"model":"m","input":"a","temperature":"hot"}"#, "temperature", "invalid_type"),
            (
                #"{"model":"m","input":"a","previous_response_id":"resp_0"}"#, "previous_response_id",
                "previous_response_not_found"
            ),
            (
                #"{"model":"m","input":"a","previous_response_id":"resp_0","conversation":"conv_0"}"#, nil,
                "mutually_exclusive_parameters"
            ),
        ] as [(String, String?, String?)])
    func aWrongBodyIsRefusedByItsField(body: String, param: String?, code: String?) {
        let error = #expect(throws: OpenAIError.self) { try Self.request(body) }
        #expect(error?.status == 400)
        #expect(error?.type == "invalid_request_error")
        #expect(error?.param == param)
        #expect(error?.code == code)
    }

    @Test func nothingIsKeptAgainstTheClientsWill() throws {
        let request = try Self.request(#"{"model":"m","input":"Hi","store":false}"#)
        #expect(
            request.stored(Answer(text: "a"), seed: ReplySeed(request: request.json, repetition: 0, created: 1)) == nil)
    }

    @Test func tokensAreCounted() async throws {
        let response = try Self.request(#"{"model":"m","input":"Hello you"}"#).inputTokens
        let json = try JSONValue(parsing: try #require(try await response.content.joined()))
        #expect(json == ["object": "response.input_tokens", "input_tokens": 7])
    }

    @Test func compactingKeepsTheUsersMessages() async throws {
        let first = try Self.stored(#"{"model":"m","input":"Hi"}"#, Answer(text: "Hello"))
        let request = try Self.request(
            #"{"model":"m","input":"Bye","previous_response_id":"\#(first.id)"}"#, history: [first])
        let response = request.compacted(seed: ReplySeed(request: request.json, repetition: 0, created: 5))
        let json = try JSONValue(parsing: try #require(try await response.content.joined()))
        #expect(json["object"] == "response.compaction")
        #expect(json["created_at"] == 5)
        #expect(json["usage"]?["input_tokens_details"] != nil)
        let output = try #require(json["output"]?.arrayValue)
        #expect(output.map { $0["type"]?.stringValue } == ["message", "message", "compaction"])
        // The next request may hold it.
        let next = try Self.request(#"{"model":"m","input":\#(JSONValue.array(output).text())}"#)
        #expect(next.conversation.messages.map(\.text) == ["Hi", "Bye"])
    }
}
