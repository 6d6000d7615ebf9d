import Documents
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
        #expect(request.model == "gpt-4o")
        #expect(request.choiceCount == 2)
        #expect(request.isStream)
        #expect(request.includesUsage)
        #expect(request.systemText == "Be brief.\nReally.")
        #expect(request.lastText == "42")
        #expect(request.messages[2] == .init(role: .user, name: "boss", text: "Hi there"))
        #expect(request.messages[3] == .init(role: .assistant, text: nil))
    }

    @Test func nullIsAbsent() throws {
        let body =
            #"{"model":null,"stream":null,"stream_options":null,"n":null,"messages":[{"role":"user","name":null}]}"#
        let request = try OpenAIChatRequest(body: Array(body.utf8), pathModel: "deployment")
        #expect(request.model == "deployment")
        #expect(!request.isStream)
        #expect(request.choiceCount == 1)
        #expect(request.systemText == nil)
        #expect(request.lastText == "")
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
