import Cassettes
import Conversations
import Documents
import Scripts
import Testing
import TextConditions

@Suite struct ScriptConditionTests {
    typealias Condition = Script.Condition

    static let question = Script.Question.chat(
        "exitcode: 1 (failed)", system: "Be brief.", tools: ["search", "fetch"],
        json: ["temperature": 0, "stop": ["END", "STOP"], "user": nil, "n": 2])

    static let results = Script.Question.chat(
        "",
        results: [
            .init(callID: "c1", name: "search", text: "nothing found"),
            .init(callID: nil, name: "fetch", text: "timeout", isError: true),
        ], isStream: true)

    static func path(_ text: String) -> JSONPath { JSONPath(parsing: text) ?? JSONPath(JSONPointer()) }

    @Test(
        arguments: [
            (.request(1), []),
            (.request(2), ["it answers request 2, this is request 1"]),
            (.text(.contains("failed")), []),
            (
                .text(.contains("Failed")),
                [#"the last message does not contain "Failed", it is "exitcode: 1 (failed)""#]
            ),
            (.text(.equals("exitcode: 1 (failed)")), []),
            (.text(.equals("exitcode: 1")), [#"the last message is not "exitcode: 1", it is "exitcode: 1 (failed)""#]),
            (.system(.contains("brief")), []),
            (.system(.equals("brief")), [#"the system message is not "brief", it is "Be brief.""#]),
            (.model(.equals("gpt-4o")), []),
            (.model(.equals("o1")), [#"it answers the model "o1", this is "gpt-4o""#]),
            (.model(.contains("o1")), [#"the model does not contain "o1", it is "gpt-4o""#]),
            (.hasTools(true), []), (.hasTools(false), [#"the request offers tools: "search", "fetch""#]),
            (.offers(["fetch"]), []), (.offers(["fetch", "run"]), [#"the tool "run" is not offered"#]),
            (.stream(false), []), (.stream(true), ["the client did not ask for a stream"]),
            (.json(path("$.temperature"), .equals(0)), []),
            (.json(path("$.temperature"), .equals(1)), ["$.temperature is not 1, it is 0"]),
            (.json(path("$.stop[*]"), .equals("STOP")), []),
            (.json(path("$.stop[*]"), .equals("X")), [#"$.stop[*] is not "X", it is "END" and 1 more"#]),
            (.json(path("/n"), .text(.equals("2"))), []),
            (.json(path("/stop"), .text(.contains(#"["END""#))), []),
            (.json(path("/seed"), .text(.equals("2"))), ["there is nothing at /seed"]),
            (.json(path("/user"), .exists(true)), []),
            (.json(path("/user"), .exists(false)), ["there is something at /user"]),
            (.json(path("$..deep"), .exists(true)), ["there is nothing at $..deep"]),
            (.json(path("/seed"), .exists(false)), []),
            (.toolResult(.init()), ["there is no new tool result"]),
            (.not(.toolResult(.init())), []),
            (.all([.request(1), .model(.equals("gpt-4o"))]), []),
            (
                .all([.request(3), .stream(true)]),
                ["it answers request 3, this is request 1", "the client did not ask for a stream"]
            ),
            (.any([.request(3), .stream(false)]), []),
            (
                .any([.request(3), .all([.stream(true), .request(4)])]),
                [
                    "none of 'any' holds: it answers request 3, this is request 1, or "
                        + "the client did not ask for a stream and it answers request 4, this is request 1"
                ]
            ),
            (
                .not(.all([.text(.contains("failed")), .hasTools(true)])),
                [#"'not' excludes that the last message contains "failed" and the request offers tools"#]
            ),
            (.not(.not(.request(1))), []),
        ] as [(Condition, [String])])
    func holdsOrSaysWhyNot(condition: Condition, reasons: [String]) throws {
        try check(condition, Self.question, reasons)
    }

    @Test(
        arguments: [
            (.toolResult(.init()), []),
            (.toolResult(.init(name: "search")), []),
            (.toolResult(.init(name: "run")), [#"there is no new tool result of "run", only: "search", "fetch""#]),
            (.toolResult(.init(name: "fetch", text: .equals("timeout"), isError: true)), []),
            (
                .toolResult(.init(name: "search", isError: true)),
                [#"there is no new tool result with an error of "search", only: "search", "fetch""#]
            ),
            (
                .toolResult(.init(name: "search", text: .contains("timeout"))),
                [#"the new tool result does not contain "timeout", it is "nothing found""#]
            ),
            (.text(.equals("nothing found\ntimeout")), []),
            (.system(.equals("")), ["there is no system message"]),
            (.hasTools(true), ["the request offers no tools"]),
            (.stream(false), ["the client asked for a stream"]),
        ] as [(Condition, [String])])
    func ofToolResults(condition: Condition, reasons: [String]) throws {
        try check(condition, Self.results, reasons)
    }

    @Test func resultsFromBeforeTheLastAnswerAreNotNew() {
        let old = Conversation.ToolResult(callID: "c", name: "f", text: "old")
        let conversation = Conversation(
            model: "m",
            messages: [
                .init(role: .tool, text: nil, toolResults: [old]), .init(role: .assistant, text: "done"),
                .init(role: .user, text: "next"),
            ])
        var cursor = Script.Cursor(
            Script(file: "s", rules: [Script.Rule(when: [.toolResult(.init())], reply: .text("yes"))]))
        #expect(cursor.next(for: .init(conversation: conversation, json: [:], isStream: false)).noMatch != nil)
    }

    @Test func aPatternIsSearchedForInTheText() throws {
        try check(.text(.matches(Pattern("^exitcode: [1-9]"))), Self.question, [])
        try check(
            .text(.matches(Pattern("^failed"))), Self.question,
            [#"the last message does not match "^failed", it is "exitcode: 1 (failed)""#])
        try check(.model(.matches(Pattern("^gpt"))), Self.question, [])
    }

    private func check(_ condition: Condition, _ question: Script.Question, _ reasons: [String]) throws {
        let rule = Script.Rule(when: [condition], reply: .text("yes"))
        var cursor = Script.Cursor(Script(file: "s.yaml", rules: [rule]))
        let outcome = cursor.next(for: question)
        #expect(outcome.noMatch?.candidates.first?.reasons ?? [] == reasons)
        #expect((outcome.answer?.text == "yes") == reasons.isEmpty)
    }
}
