import Documents
import Testing

@testable import AgentChats

@Suite struct MessageTests {
    @Test(arguments: [
        (
            "text", #"{"content":"a"}"#, #"{"content":"a","role":"assistant","name":"me"}"#,
            #"{"content":"a","role":"user","name":"me"}"#
        ),
        (
            "a name of its own", #"{"name":"x","content":"a"}"#, #"{"content":"a","name":"x","role":"assistant"}"#,
            #"{"content":"a","name":"x","role":"user"}"#
        ),
        (
            "calls", #"{"role":"assistant","content":null,"refusal":null,"tool_calls":[{"id":"1"}]}"#,
            #"{"tool_calls":[{"id":"1"}],"content":null,"role":"assistant"}"#,
            #"{"tool_calls":[{"id":"1"}],"content":null,"role":"assistant"}"#
        ),
        (
            "calls with text", #"{"tool_calls":[{"id":"1"}],"content":""}"#,
            #"{"content":"","tool_calls":[{"id":"1"}],"role":"assistant"}"#,
            #"{"content":"","tool_calls":[{"id":"1"}],"role":"assistant"}"#
        ),
        (
            "an empty list of calls", #"{"content":null,"tool_calls":[]}"#,
            #"{"tool_calls":[],"content":null,"role":"assistant","name":"me"}"#,
            #"{"tool_calls":[],"content":null,"role":"user","name":"me"}"#
        ),
        (
            "results", #"{"role":"tool","tool_responses":[{"content":"r"}],"content":"r"}"#,
            #"{"content":"r","tool_responses":[{"content":"r"}],"role":"tool","name":"me"}"#,
            #"{"content":"r","tool_responses":[{"content":"r"}],"role":"tool","name":"me"}"#
        ),
        (
            "an old call", #"{"content":null,"function_call":{"name":"f"}}"#,
            #"{"function_call":{"name":"f"},"content":null,"role":"assistant"}"#,
            #"{"function_call":{"name":"f"},"content":null,"role":"assistant"}"#
        ),
        (
            "a role overridden", #"{"content":"a","override_role":"system"}"#,
            #"{"content":"a","role":"system","name":"me"}"#, #"{"content":"a","role":"system","name":"me"}"#
        ),
    ])
    func bothSidesKeepTheirCopy(label: String, message: String, said: String, heard: String) throws {
        let message = Message(try #require(JSONValue(parsing: message).objectValue))
        #expect(message.kept(as: "assistant", speaker: "me")?.json.text() == said, "\(label)")
        #expect(message.kept(as: "user", speaker: "me")?.json.text() == heard, "\(label)")
    }

    @Test(arguments: [#"{}"#, #"{"content":null}"#, #"{"content":null,"tool_calls":null,"name":"x"}"#])
    func nothingToKeepIsNil(message: String) throws {
        let message = Message(try #require(JSONValue(parsing: message).objectValue))
        #expect(message.kept(as: "user", speaker: "me") == nil)
    }

    @Test func resultsStandOnTheirOwnInRequests() throws {
        let results = #""tool_responses":[{"role":"tool","content":"r"}]"#
        let joined = Message(
            try #require(JSONValue(parsing: #"{"content":"r",\#(results),"role":"tool"}"#).objectValue))
        let interrupted = Message(
            try #require(JSONValue(parsing: #"{"content":"no",\#(results),"role":"user"}"#).objectValue))
        #expect(joined.unrolledMessages.map { $0.json.text() } == [#"{"role":"tool","content":"r"}"#])
        #expect(
            interrupted.unrolledMessages.map { $0.json.text() } == [
                #"{"role":"tool","content":"r"}"#, #"{"content":"no","role":"user"}"#,
            ])
    }

    @Test func partsAreReadAsText() throws {
        let json =
            #"{"content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{}},{"type":"text","text":"b"}]}"#
        #expect(Message(try #require(JSONValue(parsing: json).objectValue)).text == "a<image>b")
    }

    @Test(arguments: [
        ("get weather", "get_weather"), ("é.b-1_", "__b-1_"),
        (String(repeating: "x", count: 70), String(repeating: "x", count: 64)),
    ])
    func namesOfFunctionsAreMadeAcceptable(name: String, expected: String) {
        #expect(ModelAnswer.normalized(name: name) == expected)
    }

    @Test(arguments: [
        ("\u{1C}\u{85} a\r\n b \u{3000}\u{2028}", "a\r\n b"), ("\u{200B}a\u{200B}", "\u{200B}a\u{200B}"), ("", ""),
        (" \n", ""),
    ])
    func whiteSpaceIsPythons(text: String, trimmed: String) {
        #expect(PythonText.trimming(text).hasSameScalars(as: trimmed))
    }

    @Test func theLongSystemMessageIsAutoGens() {
        let text = Agent.Kind.assistant.systemMessage
        #expect(text.hasPrefix("You are a helpful AI assistant.\nSolve tasks using"))
        #expect(text.hasSuffix("\nReply \"TERMINATE\" in the end when everything is done.\n    "))
    }
}
