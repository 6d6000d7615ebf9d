import AgentChats
import Documents
import Testing
import Transcripts

@Suite struct ToolCallTests {
    private static let tool = Tool(
        name: "run", description: "Runs.",
        parameters: [
            Tool.Parameter("code", .string), Tool.Parameter("lines", .integer, defaultValue: 3),
        ])

    private func player() -> ChatPlayer {
        var proxy = Agent.proxy(limit: 1)
        proxy.tools = [Self.tool]
        return ChatPlayer(proxy: proxy)
    }

    private func calling(_ arguments: [String]) -> ModelAnswer {
        let calls = arguments.enumerated().map { index, arguments -> JSONValue in
            [
                "id": .string("c\(index)"), "type": "function",
                "function": ["name": "run", "arguments": .string(arguments)],
            ]
        }
        return ModelAnswer(message: JSONObject([("content", .null), ("tool_calls", .array(calls))]))
    }

    // Every text is what Python 3.11 and AutoGen 0.2.40 say.
    @Test(arguments: [
        ("{}", "Error: run() missing 1 required positional argument: 'code'"),
        (#"{"code": "x", "more": 1}"#, "Error: run() got an unexpected keyword argument 'more'"),
        ("[1]", "Error: run() argument after ** must be a mapping, not list"),
        ("1.5", "Error: run() argument after ** must be a mapping, not float"),
        (" -Infinity", "Error: run() argument after ** must be a mapping, not float"),
        (#""NaN""#, "Error: run() argument after ** must be a mapping, not str"),
        ("", "Error: Expecting value: line 1 column 1 (char 0)\n The argument must be in JSON format."),
        (
            #"{"code": [1,]}"#,
            "Error: Expecting value: line 1 column 13 (char 12)\n The argument must be in JSON format."
        ),
        (
            #"{"code": "x",}"#,
            "Error: Expecting property name enclosed in double quotes: line 1 column 14 (char 13)\n"
                + " The argument must be in JSON format."
        ),
        (
            #"{"code" 1}"#,
            "Error: Expecting ':' delimiter: line 1 column 9 (char 8)\n The argument must be in JSON format."
        ),
        (
            #"{"a": 1 2}"#,
            "Error: Expecting ',' delimiter: line 1 column 9 (char 8)\n The argument must be in JSON format."
        ),
        ("{} x", "Error: Extra data: line 1 column 4 (char 3)\n The argument must be in JSON format."),
        (
            #"{"a"#,
            "Error: Unterminated string starting at: line 1 column 2 (char 1)\n The argument must be in JSON format."
        ),
        (
            "{\"a\r\": 1}",
            "Error: Invalid control character at: line 1 column 4 (char 3)\n The argument must be in JSON format."
        ),
        (
            #"{"\q": 1}"#,
            #"Error: Invalid \escape: line 1 column 3 (char 2)"# + "\n The argument must be in JSON format."
        ),
        (
            #"{"\u12": 1}"#,
            #"Error: Invalid \uXXXX escape: line 1 column 4 (char 3)"# + "\n The argument must be in JSON format."
        ),
    ])
    func aWrongCallIsAnsweredWithPythonsWords(arguments: String, answer: String) {
        var player = player()
        player.play([calling([arguments]), .saying("TERMINATE")])
        #expect(player.calls.isEmpty)
        #expect(player.requests.last?.last?.text == answer)
    }

    @Test func argumentsAreRepairedAndFilledIn() {
        var player = player()
        player.play([calling(["{\n\"code\":\n\"a\nb\tc\"}"])])
        #expect(player.calls == [#"run {"code":"a\nb\tc","lines":3}"#])
    }

    @Test func parallelCallsAreAnsweredByOneMessage() {
        var player = player()
        let outcomes: [ToolOutcome] = [
            .returned("text"), .returned(["a": [1, .number(JSONNumber(2.5) ?? JSONNumber(0)), nil, "\u{103}"]]),
            .raised("broke"),
        ]
        player.play(
            [calling([#"{"code": "1"}"#, #"{"code": "2"}"#, #"{"code": "3"}"#]), .saying("x")], outcomes: outcomes)
        #expect(player.calls.count == 3)
        let texts = player.requests.last?.suffix(3).map(\.text)
        #expect(texts == ["text", "{\"a\": [1, 2.5, null, \"\u{103}\"]}", "Error: broke"])
        #expect(player.said[2] == "user: text\n\n{\"a\": [1, 2.5, null, \"\u{103}\"]}\n\nError: broke")
    }

    // What Python says to calls that no service ought to make.
    @Test(arguments: [
        (#"{"type":"function","function":{"arguments":"{}"}}"#, "expected string or bytes-like object, got 'NoneType'"),
        (#"{"type":"function","function":{"name":5}}"#, "expected string or bytes-like object, got 'int'"),
        (#"{"type":"function"}"#, "'NoneType' object is not subscriptable"),
        (#"{"type":"custom","custom":{}}"#, "'function'"),
        (#""run""#, "string indices must be integers, not 'str'"),
        (#"[]"#, "list indices must be integers or slices, not str"),
        (#"{"function":{"name":"run"}}"#, "'NoneType' object is not iterable"),
        (#"{"function":{"name":"run","arguments":[1]}}"#, "sequence item 0: expected str instance, int found"),
    ])
    func aMalformedCallEndsTheChat(call: String, message: String) throws {
        var player = player()
        let call = try JSONValue(parsing: Array(call.utf8))
        player.play([ModelAnswer(message: JSONObject([("content", .null), ("tool_calls", [call])]))])
        #expect(player.chat.error?.message == message)
    }

    @Test func ofArgumentsInAnObjectTheNamesAreRead() {
        var player = player()
        let call: JSONValue = ["id": "c", "function": ["name": "run", "arguments": ["code": "x"]]]
        player.play([ModelAnswer(message: JSONObject([("content", .null), ("tool_calls", [call])])), .saying("x")])
        #expect(
            player.requests.last?.last?.text
                == "Error: Expecting value: line 1 column 1 (char 0)\n The argument must be in JSON format.")
    }

    @Test func numbersHaveADoublesPrecision() {
        var player = player()
        player.play([calling([#"{"code": [15734.48154903752095935, 1E2, 12345678901234567890123]}"#])])
        #expect(player.calls == [#"run {"code":[15734.48154903752,100.0,12345678901234567890123],"lines":3}"#])
    }

    @Test func argumentsOfNullEndTheChat() {
        var player = player()
        player.play([calling(["null"])])
        #expect(player.chat.error?.className == "UnboundLocalError")
        #expect(player.end?.cause == .error)
    }

    @Test func deepArgumentsEndTheChatAndNothingElse() {
        var player = player()
        player.play([calling([String(repeating: "[", count: 100_000)])])
        #expect(player.chat.error?.className == "RecursionError")
    }

    @Test func aResultCanBeTheTerminationMessage() {
        var player = player()
        player.play([calling([#"{"code": "1"}"#])], outcomes: [.returned("TERMINATE")])
        #expect(player.end == End(cause: .terminationMessage, agent: "helper"))
    }

    @Test func theSchemaIsPydantics() {
        let schema = Self.tool.schema.text()
        #expect(
            schema
                == #"{"type":"function","function":{"description":"Runs.","name":"run","parameters":{"type":"object","#
                + #""properties":{"code":{"type":"string","description":"code"},"#
                + #""lines":{"type":"integer","default":3,"description":"lines"}},"required":["code"]}}}"#)
    }

    @Test(arguments: [
        "", "str]", "List[", "Dict[str]", "Literal[]", "Literal['a\\n']", "Foo", "str | ", "Optional[str, int]",
        "Tuple[]",
        "Tuple[int, .]", "Union[]", "Literal['a",
    ])
    func otherAnnotationsAreRefused(text: String) { #expect(ParameterType(python: text) == nil) }

    // Every schema is what pydantic 2.14 writes.
    @Test(arguments: [
        ("Union[int, Optional[str]]", #"{"anyOf":[{"type":"integer"},{"type":"string"},{"type":"null"}]}"#),
        ("None | int", #"{"anyOf":[{"type":"integer"},{"type":"null"}]}"#),
        ("Union[int, int]", #"{"type":"integer"}"#),
        ("Literal['a', None, 'a']", #"{"enum":["a",null]}"#),
        ("Literal[None]", #"{"const":null,"type":"null"}"#),
        (#"Literal['it\'s']"#, #"{"const":"it's","type":"string"}"#),
        ("Tuple[int, ...]", #"{"items":{"type":"integer"},"type":"array"}"#),
        (
            "Tuple[int, str]",
            #"{"maxItems":2,"minItems":2,"prefixItems":[{"type":"integer"},{"type":"string"}],"type":"array"}"#
        ),
        ("Set[bytes]", #"{"items":{"format":"binary","type":"string"},"type":"array","uniqueItems":true}"#),
        ("Dict[int, object]", #"{"additionalProperties":true,"type":"object"}"#),
    ])
    func annotationsBecomeSchemas(text: String, schema: String) {
        #expect(ParameterType(python: text).map { JSONValue.object($0.schema).text() } == schema)
    }

    @Test func annotationsNest() {
        #expect(
            ParameterType(python: "Optional[Dict[str, List[Literal['a', 'b']]]]")
                == .oneOf([.dictionary(.list(.literal(["a", "b"]))), .null]))
        #expect(ParameterType(python: String(repeating: "List[", count: 10_000)) == nil)
    }
}
