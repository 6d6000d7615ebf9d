import Conversations
import Documents
import HTTPMessages
import LLMProtocols
import Testing

@Suite struct AnthropicRequestTests {
    @Test func everyKindOfBlockIsRead() throws {
        let body = """
            {"model":"claude","max_tokens":10,"stream":true,"novelty":[1],
             "system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}},
                       {"type":"text","text":"Really."}],
             "messages":[
              {"role":"user","content":"Hi"},
              {"role":"assistant","content":[
                {"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"redacted_thinking","data":"x"},
                {"type":"text","text":"I "},{"type":"text","text":"look."},
                {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}},
                {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[]},
                {"type":"some_future_tool_result","tool_use_id":"srvtoolu_1"},
                {"type":"tool_use","id":"toolu_1","name":"weather","input":{"city":"Oslo","days":1.0}}]},
              {"role":"user","content":[
                {"type":"tool_result","tool_use_id":"toolu_1","is_error":true,"content":[
                  {"type":"text","text":"no "},{"type":"image","source":{"type":"base64"}},
                  {"type":"text","text":"answer"}]},
                {"type":"tool_result","tool_use_id":"toolu_2","content":"42"},
                {"type":"tool_result","tool_use_id":"toolu_3"},
                {"type":"image","source":{"type":"url"}},{"type":"document","source":{"type":"text"}}]},
              {"role":"system","content":[{"type":"text","text":"Hurry."}]}]}
            """
        let request = try AnthropicRequest(body: Array(body.utf8))
        #expect(request.isStream)
        #expect(request.maxTokens == 10)
        #expect(
            request.conversation
                == Conversation(
                    model: "claude",
                    messages: [
                        .init(role: .system, text: "Be brief.Really."), .init(role: .user, text: "Hi"),
                        .init(
                            role: .assistant, text: "I look.",
                            toolCalls: [
                                ToolCall(id: "toolu_1", name: "weather", arguments: #"{"city":"Oslo","days":1.0}"#)
                            ]),
                        .init(
                            role: .tool, text: nil,
                            toolResults: [
                                .init(callID: "toolu_1", text: "no answer", isError: true),
                                .init(callID: "toolu_2", text: "42"), .init(callID: "toolu_3", text: ""),
                            ]),
                        .init(role: .system, text: "Hurry."),
                    ]))
        #expect(request.conversation.newToolResults.map(\.name) == ["weather", nil, nil])
    }

    @Test func toolsChoiceAndFormatAreRead() throws {
        let more = """
            "tools":[{"name":"f","description":"does","input_schema":{"type":"object"}},
             {"type":"custom","name":"g","input_schema":{}},{"type":"web_search_20250305","name":"web_search"},
             {"type":"browser_20260801"}],
            "tool_choice":{"type":"any"},"system":"S",
            "output_config":{"effort":"low","format":{"type":"json_schema","schema":{"type":"object"}}}
            """
        let conversation = try Self.request(more).conversation
        #expect(
            conversation.tools == [
                .init(name: "f", description: "does", parameters: ["type": "object"]),
                .init(name: "g", parameters: [:]),
                .init(name: "web_search"), .init(name: "browser_20260801"),
            ])
        #expect(conversation.toolChoice == .required)
        #expect(conversation.answerFormat == .schema(name: nil, ["type": "object"]))
        #expect(conversation.systemText == "S")
        let earlier = try Self.request(#""output_format":{"type":"json_schema","schema":{}}"#)
        #expect(earlier.conversation.answerFormat == .schema(name: nil, [:]))
    }

    @Test(arguments: [
        (#"{"type":"auto"}"#, Conversation.ToolChoice.automatic), (#"{"type":"any"}"#, .required),
        (#"{"type":"none"}"#, .none), (#"{"type":"tool","name":"f"}"#, .named("f")), ("null", .automatic),
    ])
    func eachToolChoiceIsRead(json: String, choice: Conversation.ToolChoice) throws {
        #expect(try Self.request(#""tool_choice":\#(json)"#).conversation.toolChoice == choice)
    }

    @Test func nullIsAbsent() throws {
        let request = try Self.request(#""stream":null,"system":null,"tools":null,"output_config":null"#)
        #expect(!request.isStream)
        #expect(request.conversation.systemText == nil)
        #expect(try Self.request(#""system":[]"#).conversation.systemText == nil)
        #expect(request.conversation.answerFormat == .text)
    }

    @Test(arguments: [
        ("", "The request body is not valid JSON"), ("{", "The request body is not valid JSON"),
        ("[]", "Input should be a valid dictionary"),
        (#"{"max_tokens":1,"messages":[]}"#, "model: Field required"),
        (#"{"model":"m","max_tokens":1}"#, "messages: Field required"),
        (#"{"model":"m","max_tokens":1,"messages":[]}"#, "messages: at least one message is required"),
        (#"{"model":"m","max_tokens":1,"messages":"hi"}"#, "messages: Input should be a valid list"),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}]}"#, "max_tokens: Field required"),
        (
            #"{"model":"m","max_tokens":0,"messages":[{"role":"user","content":"x"}]}"#,
            "max_tokens: Input should be greater than or equal to 1"
        ),
        (
            #"{"model":"m","max_tokens":"1","messages":[{"role":"user","content":"x"}]}"#,
            "max_tokens: Input should be a valid integer"
        ),
        (
            #"{"model":5,"max_tokens":1,"messages":[{"role":"user","content":"x"}]}"#,
            "model: Input should be a valid string"
        ),
    ])
    func aWrongBodyIsRefused(body: String, message: String) {
        let error = #expect(throws: AnthropicError.self) { try AnthropicRequest(body: Array(body.utf8)) }
        #expect(error?.status == 400)
        #expect(error?.type == "invalid_request_error")
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        (#""stream":"yes""#, "stream: Input should be a valid boolean"),
        (#""system":5"#, "system: Input should be a valid string or list"),
        (#""system":[{"text":"x"}]"#, "system.0.type: Field required"),
        (#""system":[{"type":"image"}]"#, "system.0.type: Input should be 'text'"),
        (#""system":[{"type":"text"}]"#, "system.0.text: Field required"),
        (#""tools":{}"#, "tools: Input should be a valid list"),
        (#""tools":["f"]"#, "tools.0: Input should be a valid dictionary"),
        (#""tools":[{"input_schema":{}}]"#, "tools.0.custom.name: Field required"),
        (#""tools":[{"name":"f"}]"#, "tools.0.custom.input_schema: Field required"),
        (#""tool_choice":"auto""#, "tool_choice: Input should be a valid dictionary"),
        (#""tool_choice":{}"#, "tool_choice.type: Field required"),
        (#""tool_choice":{"type":"tool"}"#, "tool_choice.tool.name: Field required"),
        (
            #""tool_choice":{"type":"required"}"#,
            "tool_choice: Input tag 'required' found using 'type' does not match any of the expected tags: 'any', "
                + "'auto', 'none', 'tool'"
        ),
        (#""output_config":{"format":{}}"#, "output_config.format.type: Field required"),
        (#""output_config":{"format":{"type":"json"}}"#, "output_config.format.type: Input should be 'json_schema'"),
        (#""output_config":{"format":{"type":"json_schema"}}"#, "output_config.format.schema: Field required"),
    ])
    func aWrongFieldIsRefused(field: String, message: String) {
        let error = #expect(throws: AnthropicError.self) { try Self.request(field) }
        #expect(error?.message == message)
    }

    @Test(arguments: [
        ("5", "messages.0: Input should be a valid dictionary"),
        (#"{"content":"x"}"#, "messages.0.role: Field required"),
        (#"{"role":"boss","content":"x"}"#, "messages.0.role: Input should be 'user', 'assistant' or 'system'"),
        (#"{"role":"user"}"#, "messages.0.content: Field required"),
        (#"{"role":"user","content":5}"#, "messages.0.content: Input should be a valid string or list"),
    ])
    func aWrongMessageIsRefused(json: String, message: String) {
        let body = #"{"model":"m","max_tokens":1,"messages":[\#(json)]}"#
        let error = #expect(throws: AnthropicError.self) { try AnthropicRequest(body: Array(body.utf8)) }
        #expect(error?.message == message)
    }

    @Test(arguments: [
        (#""x""#, ": Input should be a valid dictionary"), (#"{"text":"x"}"#, ".type: Field required"),
        (#"{"type":"text"}"#, ".text.text: Field required"),
        (#"{"type":"text","text":["x"]}"#, ".text.text: Input should be a valid string"),
        (#"{"type":"image"}"#, ".image.source: Field required"),
        (#"{"type":"document"}"#, ".document.source: Field required"),
        (#"{"type":"thinking","signature":"x"}"#, ".thinking.thinking: Field required"),
        (#"{"type":"thinking","thinking":"x"}"#, ".thinking.signature: Field required"),
        (#"{"type":"redacted_thinking"}"#, ".redacted_thinking.data: Field required"),
        (#"{"type":"tool_use","name":"f","input":{}}"#, ".tool_use.id: Field required"),
        (#"{"type":"tool_use","id":"1","input":{}}"#, ".tool_use.name: Field required"),
        (#"{"type":"tool_use","id":"1","name":"f"}"#, ".tool_use.input: Field required"),
        (
            #"{"type":"tool_use","id":"1","name":"f","input":"{}"}"#,
            ".tool_use.input: Input should be a valid dictionary"
        ),
        (#"{"type":"server_tool_use","id":"1","name":"f"}"#, ".server_tool_use.input: Field required"),
        (#"{"type":"tool_result"}"#, ".tool_result.tool_use_id: Field required"),
        (
            #"{"type":"tool_result","tool_use_id":"1","is_error":"no"}"#,
            ".tool_result.is_error: Input should be a valid boolean"
        ),
        (
            #"{"type":"tool_result","tool_use_id":"1","content":{}}"#,
            ".tool_result.content: Input should be a valid string or list"
        ),
        (
            #"{"type":"tool_result","tool_use_id":"1","content":[{"type":"text"}]}"#,
            ".tool_result.content.0.text.text: Field required"
        ),
    ])
    func aWrongBlockIsRefused(json: String, message: String) {
        let body = #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[\#(json)]}]}"#
        let error = #expect(throws: AnthropicError.self) { try AnthropicRequest(body: Array(body.utf8)) }
        #expect(error?.message == "messages.0.content.0" + message)
    }

    @Test func anotherProvidersBlockIsRefusedByItsTag() {
        let body =
            #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]}"#
        let error = #expect(throws: AnthropicError.self) { try AnthropicRequest(body: Array(body.utf8)) }
        #expect(error?.message.hasPrefix("messages.0.content.0: Input tag 'image_url' found using 'type'") == true)
    }

    @Test func aFailureIsSaidInTheServicesShape() async throws {
        let request = try Self.request(#""stream":true"#)
        let response = request.response(ModelFailure.noAnswer(code: "no_rule", message: "nothing fits"))
        #expect(response.status == 422)
        #expect(response.headers["x-should-retry"] == "false")
        #expect(response.headers["content-type"] == "application/json")
        let body = try JSONValue(parsing: try await response.content.joined() ?? [])
        #expect(body["error"] == ["type": "invalid_request_error", "message": "no_rule: nothing fits"])
        #expect(response.headers["request-id"]?.wholeMatch(of: /req_01[0-9a-f]{22}/) != nil)
        #expect(body["request_id"]?.stringValue == response.headers["request-id"])
        let limited = request.response(
            ModelFailure(status: 429, message: "slow down", headers: ["retry-after": "1"]))
        #expect(limited.headers["retry-after"] == "1")
        let error = try JSONValue(parsing: try await limited.content.joined() ?? [])
        #expect(error["error"] == ["type": "rate_limit_error", "message": "slow down"])
    }

    static func request(_ more: String = #""metadata":{}"#) throws -> AnthropicRequest {
        let body = #"{"model":"claude","max_tokens":9,"messages":[{"role":"user","content":"Hello"}],\#(more)}"#
        return try AnthropicRequest(body: Array(body.utf8))
    }
}
