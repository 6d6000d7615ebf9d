import Conversations
import Documents
import HTTPMessages
import LLMProtocols
import Testing

@Suite struct OpenAIChatRequestTests {
    @Test func whatDecidesTheAnswerIsRead() throws {
        let body = """
            {"model": "gpt-4o", "n": 2, "stream": true, "stream_options": {"include_usage": true}, "novelty": [1],
             "messages": [{"role": "system", "content": "Be brief."}, {"role": "developer", "content": "Really."},
              {"role": "user", "name": "boss", "content": [{"type": "text", "text": "Hi "}, {"type": "image_url"},
               {"type": "text", "text": "there"}]},
              {"role": "assistant", "content": null, "tool_calls": []},
              {"role": "tool", "tool_call_id": "1", "content": "42"}]}
            """
        let request = try OpenAIChatRequest(body: Array(body.utf8))
        #expect(request.conversation.model == "gpt-4o")
        #expect(request.conversation.answerCount == 2)
        #expect(request.isStream)
        #expect(request.includesUsage)
        #expect(request.conversation.systemText == "Be brief.\nReally.")
        #expect(request.conversation.lastText == "42")
        #expect(request.conversation.messages[2] == .init(role: .user, name: "boss", text: "Hi there"))
        #expect(request.conversation.messages[3] == .init(role: .assistant, text: nil))
    }

    @Test func toolsCallsAndResultsAreRead() throws {
        let body = """
            {"model": "m", "tools": [
              {"type": "function", "function":
                {"name": "add", "description": "Adds.", "parameters": {"type": "object"}}},
              {"type": "custom", "custom": {"name": "say", "description": "Says."}},
              {"type": "function", "function": {"name": "nothing"}}],
             "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [
              {"type": "function", "function": {"name": "add"}}, {"type": "custom", "custom": {"name": "say"}}]}},
             "response_format": {"type": "json_schema", "json_schema": {"name": "sum", "schema": {"type": "integer"}}},
             "messages": [{"role": "user", "content": "Add"},
              {"role": "assistant", "content": null, "refusal": null, "tool_calls": [
                {"id": "1", "type": "function", "function": {"name": "add", "arguments": "{}"}},
                {"id": "2", "type": "custom", "custom": {"name": "say", "input": "hi"}}]},
              {"role": "tool", "tool_call_id": "1", "content": [{"type": "text", "text": "42"}]},
              {"role": "tool", "tool_call_id": "2", "content": null},
              {"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]},
              {"role": "assistant", "content": null, "refusal": "Never."},
              {"role": "user", "content": [{"type": "text", "text": "See"},
                {"type": "image_url", "image_url": {"url": "data:"}},
                {"type": "input_audio", "input_audio": {"data": "", "format": "wav"}},
                {"type": "file", "file": {"file_id": "f"}}]}]}
            """
        let conversation = try OpenAIChatRequest(body: Array(body.utf8)).conversation
        #expect(
            conversation.tools == [
                .init(name: "add", description: "Adds.", parameters: ["type": "object"]),
                .init(name: "say", description: "Says."),
            ])
        #expect(conversation.toolChoice == .required)
        #expect(conversation.answerFormat == .schema(name: "sum", ["type": "integer"]))
        #expect(
            conversation.messages == [
                .init(role: .user, text: "Add"),
                .init(
                    role: .assistant, text: nil,
                    toolCalls: [
                        ToolCall(id: "1", name: "add", arguments: "{}"),
                        ToolCall(id: "2", name: "say", arguments: "hi"),
                    ]),
                .init(role: .tool, text: "42", toolResults: [.init(callID: "1", text: "42")]),
                .init(role: .tool, text: nil, toolResults: [.init(callID: "2", text: "")]),
                .init(role: .assistant, text: "No."), .init(role: .assistant, text: "Never."),
                .init(role: .user, text: "See"),
            ])
    }

    @Test func theOlderFunctionsAreRead() throws {
        let body = """
            {"model": "m", "functions": [{"name": "add", "parameters": {}}], "function_call": {"name": "add"},
             "messages": [{"role": "assistant", "content": null, "function_call": {"name": "add", "arguments": "{}"}},
              {"role": "function", "name": "add", "content": "3"}]}
            """
        let request = try OpenAIChatRequest(body: Array(body.utf8))
        #expect(request.usesFunctions)
        #expect(request.conversation.tools == [.init(name: "add", parameters: [:])])
        #expect(request.conversation.toolChoice == .named("add"))
        #expect(
            request.conversation.messages == [
                .init(role: .assistant, text: nil, toolCalls: [ToolCall(id: nil, name: "add", arguments: "{}")]),
                .init(
                    role: .tool, name: "add", text: "3", toolResults: [.init(callID: nil, name: "add", text: "3")]),
            ])
    }

    @Test(arguments: [
        (#""none""#, Conversation.ToolChoice.none), (#""auto""#, .automatic), (#""required""#, .required),
        ("null", .automatic), (#"{"type":"function","function":{"name":"f"}}"#, .named("f")),
        (#"{"type":"custom","custom":{"name":"c"}}"#, .named("c")),
    ])
    func theChoiceOfToolsIsRead(json: String, choice: Conversation.ToolChoice) throws {
        let body = #"{"model":"m","tool_choice":\#(json),"messages":[{"role":"user"}]}"#
        #expect(try OpenAIChatRequest(body: Array(body.utf8)).conversation.toolChoice == choice)
    }

    @Test func aFailureIsPutInTheServicesWords() async throws {
        let request = try OpenAIChatRequest(
            body: Array(#"{"model":"m","stream":true,"messages":[{"role":"user"}]}"#.utf8))
        let response = request.response(ModelFailure(status: 429, message: "slow", headers: ["retry-after": "1"]))
        #expect(response.status == 429)
        #expect(response.headers["content-type"] == "application/json")
        #expect(response.headers["retry-after"] == "1")
        let json = try JSONValue(parsing: try #require(try await response.content.joined()))
        #expect(json["error"]?["code"] == "rate_limit_exceeded")
    }

    @Test func nullIsAbsent() throws {
        let body =
            #"{"model":null,"stream":null,"stream_options":null,"n":null,"messages":[{"role":"user","name":null}]}"#
        let request = try OpenAIChatRequest(body: Array(body.utf8), pathModel: "deployment")
        #expect(request.conversation.model == "deployment")
        #expect(!request.isStream)
        #expect(request.conversation.answerCount == 1)
        #expect(request.conversation.systemText == nil)
        #expect(request.conversation.lastText == "")
    }

    @Test(
        arguments: [
            ("{", nil, nil), ("[]", nil, nil), ("", nil, nil),
            (#"{"messages":[{"role":"user"}]}"#, "model", "missing_required_parameter"),
            (#"{"model":1,"messages":[{"role":"user"}]}"#, "model", "invalid_type"),
            (#"{"model":"m"}"#, "messages", "missing_required_parameter"),
            (#"{"model":"m","messages":"hi"}"#, "messages", "invalid_type"),
            (#"{"model":"m","messages":[]}"#, "messages", "empty_array"),
            (#"{"model":"m","messages":["hi"]}"#, "messages[0]", "invalid_type"),
            (#"{"model":"m","messages":[{}]}"#, "messages[0].role", "missing_required_parameter"),
            (#"{"model":"m","messages":[{"role":"user"},{"role":"boss"}]}"#, "messages[1].role", "invalid_value"),
            (#"{"model":"m","messages":[{"role":"user","content":5}]}"#, "messages[0].content", "invalid_type"),
            (#"{"model":"m","messages":[{"role":"user","content":["x"]}]}"#, "messages[0].content[0]", "invalid_type"),
            (
                #"{"model":"m","messages":[{"role":"user","content":[{"text":1}]}]}"#, "messages[0].content[0].text",
                "invalid_type"
            ),
            (#"{"model":"m","stream":"yes","messages":[{"role":"user"}]}"#, "stream", "invalid_type"),
            (
                #"{"model":"m","stream_options":{"include_usage":1},"messages":[{"role":"user"}]}"#,
                "stream_options.include_usage", "invalid_type"
            ),
            (#"{"model":"m","n":0,"messages":[{"role":"user"}]}"#, "n", "invalid_value"),
            (#"{"model":"m","messages":[{"role":"tool"}]}"#, "messages[0].tool_call_id", "missing_required_parameter"),
            (#"{"model":"m","messages":[{"role":"function"}]}"#, "messages[0].name", "missing_required_parameter"),
            (
                #"{"model":"m","messages":[{"role":"user","content":[{"type":"smell"}]}]}"#,
                "messages[0].content[0].type", "invalid_value"
            ),
            (
                #"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"1"}]}]}"#,
                "messages[0].tool_calls[0].function", "missing_required_parameter"
            ),
            (
                #"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"function":{}}]}]}"#,
                "messages[0].tool_calls[0].function.name", "missing_required_parameter"
            ),
            (
                #"{"model":"m","messages":[{"role":"user"}],"tools":[{"type":"spoon"}]}"#, "tools[0].type",
                "invalid_value"
            ),
            (#"{"model":"m","messages":[{"role":"user"}],"tools":{}}"#, "tools", "invalid_type"),
            (#"{"model":"m","messages":[{"role":"user"}],"tool_choice":"maybe"}"#, "tool_choice", "invalid_value"),
            (#"{"model":"m","messages":[{"role":"user"}],"tool_choice":1}"#, "tool_choice", "invalid_type"),
            (
                #"{"model":"m","messages":[{"role":"user"}],"response_format":{"type":"json_schema"}}"#,
                "response_format.json_schema", "missing_required_parameter"
            ),
            (#"{"model":"m","messages":[{"role":"user"}],"top_logprobs":21}"#, "top_logprobs", "invalid_value"),
            (#"{"model":"m","n":1.5,"messages":[{"role":"user"}]}"#, "n", "invalid_type"),
        ] as [(String, String?, String?)])
    func aWrongBodyIsRefusedByItsField(body: String, param: String?, code: String?) {
        let error = #expect(throws: OpenAIError.self) { try OpenAIChatRequest(body: Array(body.utf8)) }
        #expect(error?.status == 400)
        #expect(error?.type == "invalid_request_error")
        #expect(error?.param == param)
        #expect(error?.code == code)
    }
}
