import Conversations
import Documents
import HTTPMessages
import LLMProtocols
import Testing

@Suite struct GeminiRequestTests {
    private static let camel = """
        {"systemInstruction":{"parts":[{"text":"Be "},{"text":"brief."}]},
         "contents":[
          {"role":"user","parts":[{"text":"Hi "},{"inlineData":{"mimeType":"image/png","data":""}},{"text":"there"},
            {"fileData":{"fileUri":"gs://x"}}]},
          {"role":"model","parts":[{"text":"hm","thought":true},{"thoughtSignature":"c2ln"},
            {"text":"I look.","thoughtSignature":"c2ln"},
            {"functionCall":{"id":"1","name":"weather","args":{"cityName":"Oslo"}}},{"functionCall":{"name":"now"}}]},
          {"role":"user","parts":[
            {"functionResponse":{"id":"1","name":"weather","response":{"result": {"air_temp": 4}}}},
            {"functionResponse":{"name":"now","response":{"error":"no clock"}}}]}],
         "tools":[{"functionDeclarations":[
            {"name":"weather","description":"tells","parameters":{"type":"OBJECT","properties":{"any_of":{"type":"STRING",
             "nullable":true,"maxLength":"5"}}}},
            {"name":"now","parametersJsonSchema":{"type":"object"}}]},{"googleSearch":{}}],
         "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["weather","now"]}},
         "generationConfig":{"candidateCount":2,"responseMimeType":"application/json",
          "responseSchema":{"type":"ARRAY","items":{"anyOf":[{"type":"INTEGER"}]},"minItems":1,"title":"List"}}}
        """

    /// The same with the services' own names in snake case.
    private static let snake = [
        "systemInstruction", "inlineData", "mimeType", "fileData", "fileUri", "thoughtSignature", "functionCall",
        "functionResponse", "functionDeclarations", "maxLength", "parametersJsonSchema", "googleSearch", "toolConfig",
        "functionCallingConfig", "allowedFunctionNames", "generationConfig", "candidateCount", "responseMimeType",
        "responseSchema", "anyOf", "minItems",
    ].reduce(camel) { text, name in
        text.replacing("\"\(name)\"", with: "\"\(name.replacing(/[A-Z]/) { "_" + String($0.output).lowercased() })\"")
    }

    @Test(arguments: [camel, snake])
    func everyPartIsReadInEitherCase(body: String) throws {
        let request = try GeminiRequest(body: Array(body.utf8), model: "gemini", isStream: true, streamsEvents: true)
        let parameters: JSONValue = [
            "type": "object", "properties": ["any_of": ["type": ["string", "null"], "maxLength": 5]],
        ]
        #expect(
            request.conversation
                == Conversation(
                    model: "gemini",
                    messages: [
                        .init(role: .system, text: "Be brief."), .init(role: .user, text: "Hi there"),
                        .init(
                            role: .assistant, text: "I look.",
                            toolCalls: [
                                ToolCall(id: "1", name: "weather", arguments: #"{"cityName":"Oslo"}"#),
                                ToolCall(id: nil, name: "now", arguments: "{}"),
                            ]),
                        .init(
                            role: .tool, text: nil,
                            toolResults: [
                                .init(callID: "1", name: "weather", text: #"{"result":{"air_temp":4}}"#),
                                .init(callID: nil, name: "now", text: #"{"error":"no clock"}"#, isError: true),
                            ]),
                    ],
                    tools: [
                        .init(name: "weather", description: "tells", parameters: parameters),
                        .init(name: "now", parameters: ["type": "object"]),
                    ],
                    toolChoice: .required,
                    answerFormat: .schema(
                        name: "List",
                        [
                            "type": "array", "items": ["anyOf": [["type": "integer"]]], "minItems": 1, "title": "List",
                        ]),
                    answerCount: 2))
        #expect(request.isStream && request.streamsEvents)
    }

    @Test func snakeCaseIsAnotherText() { #expect(Self.snake.contains("allowed_function_names")) }

    @Test func aListOfOneMayStandWithoutBrackets() throws {
        let body = """
            {"contents":{"parts":{"text":"Hi"}},"system_instruction":{"parts":{"text":"S"}},
             "tools":{"function_declarations":{"name":"f"}}}
            """
        let conversation = try GeminiRequest(body: Array(body.utf8), model: "m").conversation
        #expect(conversation.lastText == "Hi")
        #expect(conversation.systemText == "S")
        #expect(conversation.tools == [.init(name: "f")])
    }

    @Test(arguments: [
        (
            #"{"mode":"AUTO","allowedFunctionNames":["f"]}"#, Conversation.ToolChoice.automatic,
            ["f", "g", "codeExecution"]
        ),
        (#"{"mode":"any"}"#, .required, ["f", "g", "codeExecution"]),
        (#"{"mode":"ANY","allowedFunctionNames":["g"]}"#, .named("g"), ["g"]),
        (#"{"mode":"VALIDATED","allowedFunctionNames":["f"]}"#, .automatic, ["f"]),
        (#"{"mode":"NONE"}"#, .none, ["f", "g", "codeExecution"]), ("{}", .automatic, ["f", "g", "codeExecution"]),
        ("null", .automatic, ["f", "g", "codeExecution"]),
    ])
    func eachModeIsRead(config: String, choice: Conversation.ToolChoice, tools: [String]) throws {
        let conversation = try Self.request(
            """
            "tools":[{"functionDeclarations":[{"name":"f"},{"name":"g"}]},{"code_execution":{}}],
            "toolConfig":{"functionCallingConfig":\(config)}
            """
        ).conversation
        #expect(conversation.toolChoice == choice)
        #expect(conversation.tools.map(\.name) == tools)
    }

    @Test(arguments: [
        ("{}", Conversation.AnswerFormat.text), (#"{"responseMimeType":"text/plain"}"#, .text),
        (#"{"response_mime_type":"application/json"}"#, .json),
        (
            #"{"responseJsonSchema":{"type":"object","$defs":{}}}"#,
            .schema(name: nil, ["type": "object", "$defs": [:]])
        ),
    ])
    func eachAnswerFormatIsRead(config: String, format: Conversation.AnswerFormat) throws {
        #expect(try Self.request(#""generationConfig":\#(config)"#).conversation.answerFormat == format)
    }

    @Test(arguments: [
        ("", "Invalid JSON payload received."), ("{", "Invalid JSON payload received."),
        ("[]", "Invalid value at 'request' (TYPE_MESSAGE), []"),
        ("{}", "* GenerateContentRequest.contents: contents is not specified\n"),
        (#"{"contents":[]}"#, "* GenerateContentRequest.contents: contents is not specified\n"),
        (#"{"contents":"hi"}"#, "Invalid value at 'contents' (TYPE_MESSAGE), \"hi\""),
        (#"{"contents":["hi"]}"#, "Invalid value at 'contents[0]' (TYPE_MESSAGE), \"hi\""),
        (#"{"contents":[{}]}"#, "* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.\n"),
        (#"{"contents":[{"role":"system","parts":[{"text":"x"}]}]}"#, "Please use a valid role: user, model."),
        (#"{"contents":[{"role":1,"parts":[{"text":"x"}]}]}"#, "Invalid value at 'contents[0].role' (TYPE_STRING), 1"),
    ])
    func aWrongBodyIsRefused(body: String, message: String) {
        let error = #expect(throws: GeminiError.self) { try GeminiRequest(body: Array(body.utf8), model: "m") }
        #expect(error?.code == 400)
        #expect(error?.status == "INVALID_ARGUMENT")
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        ("{}", "* GenerateContentRequest.contents[0].parts[0].data: required oneof field 'data' must have one"),
        (#"{"thought":true}"#, "* GenerateContentRequest.contents[0].parts[0].data: required oneof field 'data'"),
        (#"{"text":5}"#, "Invalid value at 'contents[0].parts[0].text' (TYPE_STRING), 5"),
        (#"{"inline_data":5}"#, "Invalid value at 'contents[0].parts[0].inline_data' (TYPE_MESSAGE), 5"),
        (#"{"functionCall":{}}"#, "* GenerateContentRequest.contents[0].parts[0].function_call.name: Name cannot be"),
        (
            #"{"function_call":{"name":"f","args":"{}"}}"#,
            "Invalid value at 'contents[0].parts[0].function_call.args' (TYPE_MESSAGE), \"{}\""
        ),
        (
            #"{"functionResponse":{"response":{}}}"#,
            "* GenerateContentRequest.contents[0].parts[0].function_response.name: Name cannot be empty."
        ),
        (
            #"{"functionResponse":{"name":"f","response":"4"}}"#,
            "Invalid value at 'contents[0].parts[0].function_response.response' (TYPE_MESSAGE), \"4\""
        ),
    ])
    func aWrongPartIsRefused(part: String, message: String) {
        let body = #"{"contents":[{"parts":[\#(part)]}]}"#
        let error = #expect(throws: GeminiError.self) { try GeminiRequest(body: Array(body.utf8), model: "m") }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        (#""systemInstruction":"S""#, "Invalid value at 'system_instruction' (TYPE_MESSAGE), \"S\""),
        (#""tools":5"#, "Invalid value at 'tools' (TYPE_MESSAGE), 5"),
        (
            #""tools":[{"functionDeclarations":[{}]}]"#,
            "* GenerateContentRequest.tools[0].function_declarations[0].name: Name cannot be empty.\n"
        ),
        (
            #""toolConfig":{"functionCallingConfig":{"mode":"MUST"}}"#,
            "Invalid value at 'tool_config.function_calling_config.mode' (type.googleapis.com/"
                + "google.ai.generativelanguage.v1beta.FunctionCallingConfig.Mode), \"MUST\""
        ),
        (
            #""toolConfig":{"functionCallingConfig":{"allowedFunctionNames":[1]}}"#,
            "Invalid value at 'tool_config.function_calling_config.allowed_function_names' (TYPE_STRING), [1]"
        ),
        (
            #""generationConfig":{"candidateCount":9}"#,
            "* GenerateContentRequest.generation_config.candidate_count: candidate_count must be in the range [1, 8].\n"
        ),
        (
            #""generationConfig":{"candidate_count":"many"}"#,
            "Invalid value at 'generation_config.candidate_count' (TYPE_INT32), \"many\""
        ),
        (
            #""generationConfig":{"responseSchema":[]}"#,
            "Invalid value at 'generation_config.response_schema' (TYPE_MESSAGE), []"
        ),
    ])
    func aWrongFieldIsRefused(field: String, message: String) {
        let error = #expect(throws: GeminiError.self) { try Self.request(field) }
        #expect(error?.message == message)
    }

    @Test func aFailureIsSaidInTheServicesShape() async throws {
        let response = try Self.request().response(ModelFailure.noAnswer(code: "no_rule", message: "nothing fits"))
        #expect(response.status == 422)
        #expect(response.headers["x-should-retry"] == "false")
        let body = try JSONValue(parsing: try await response.content.joined() ?? [])
        #expect(
            body == [
                "error": ["code": 422, "message": "no_rule: nothing fits", "status": "FAILED_PRECONDITION"]
            ])
        let named = try Self.request().response(ModelFailure(status: 400, message: "old", type: "OUT_OF_RANGE"))
        #expect(try JSONValue(parsing: try await named.content.joined() ?? [])["error"]?["status"] == "OUT_OF_RANGE")
    }

    static func request(_ more: String = #""safetySettings":[]"#) throws -> GeminiRequest {
        let body = #"{"contents":[{"role":"user","parts":[{"text":"Hello"}]}],\#(more)}"#
        return try GeminiRequest(body: Array(body.utf8), model: "gemini")
    }
}
