import Conversations
import Documents
import HTTPMessages
import Scripts
import Testing
import TextConditions

@Suite struct ScriptCursorTests {
    static let question = Script.Question.chat("exitcode: 1 (failed)", system: "Be brief.")

    @Test func theFirstRuleThatMayAnswersAndIsUsedUp() {
        let rules = [
            Script.Rule(when: [.request(2)], reply: .text("second")), Script.Rule(reply: .text("twice"), times: 2),
            Script.Rule(reply: .text("rest")),
        ]
        var cursor = Script.Cursor(Script(file: "s", rules: rules))
        let answers = (0..<5).map { _ in cursor.next(for: Self.question).answer?.text }
        #expect(answers == ["twice", "second", "twice", "rest", "rest"])
        #expect(cursor.requestCount == 5)
    }

    @Test(arguments: [(nil, ["a", "b", "c", "c", "c"]), (4, ["a", "b", "c", "c", nil])] as [(Int?, [String?])])
    func theLastReplyGoesOnUnlessTimesEndsIt(times: Int?, expected: [String?]) {
        let rule = Script.Rule(reply: .text("a"), then: [.text("b"), .text("c")], times: times)
        var cursor = Script.Cursor(Script(file: "s", rules: [rule]))
        #expect(expected.map { _ in cursor.next(for: Self.question).answer?.text } == expected)
    }

    @Test func otherwiseAnswersTheRest() throws {
        let rules = [Script.Rule(when: [.request(1)], reply: .text("one"))]
        var echo = Script.Cursor(Script(file: "s", rules: rules, otherwise: .echo))
        #expect(echo.next(for: Self.question).answer == Answer(text: "one"))
        #expect(echo.next(for: Self.question).answer == Answer(text: "exitcode: 1 (failed)"))
        let reply = Script.Reply.said(.init(saying: .template(try Template("{{request}}"))))
        var other = Script.Cursor(Script(file: "s", rules: [], otherwise: .reply(reply)))
        #expect((0..<3).map { _ in other.next(for: Self.question).answer?.text } == ["1", "2", "3"])
    }

    @Test func aFailureIsGivenAsItIs() {
        let failure = Script.Failure(status: 503, message: "m", type: "t", code: "c", headers: ["retry-after": "1"])
        var cursor = Script.Cursor(Script(file: "s", rules: [Script.Rule(reply: .failure(failure))]))
        #expect(cursor.next(for: Self.question) == .reply(.failure(failure)))
    }

    @Test func noMatchNamesTheClosestRulesFirstAndWhyEachFails() {
        let rules = [
            Script.Rule(
                when: [.request(7), .model(.equals("o"))], reply: .text("a"), place: Place(line: 3, column: 5)),
            Script.Rule(reply: .text("b"), times: 1, place: Place(line: 5, column: 5)),
            Script.Rule(when: [.text(.contains("done"))], reply: .text("c"), place: Place(line: 7, column: 5)),
            Script.Rule(when: [.request(9), .text(.contains("x")), .model(.equals("o1"))], reply: .text("d")),
        ]
        var cursor = Script.Cursor(Script(file: "s.yaml", rules: rules))
        #expect(cursor.next(for: Self.question).answer?.text == "b")
        guard let noMatch = cursor.next(for: Self.question).noMatch else {
            Issue.record("expected no match")
            return
        }
        #expect(noMatch.request == 2)
        #expect(noMatch.candidates.map(\.rule) == [2, 3, 1, 4])
        #expect(
            noMatch.description == """
                no rule of the script in s.yaml answers request 2
                rule 2 (s.yaml:5:5): it has answered once, as often as it may
                rule 3 (s.yaml:7:5): the last message does not contain "done", it is "exitcode: 1 (failed)"
                rule 1 (s.yaml:3:5): it answers request 7, this is request 2; it answers the model "o", this is "gpt-4o"
                and 1 more rule
                fix: add a rule without 'when' at the end, or 'otherwise: echo'
                """)
    }

    @Test func modelsAreThoseOfTheRulesOnce() {
        let rules = ["b", nil, "a", "b"].map { name in
            Script.Rule(when: name.map { [.model(.equals($0))] } ?? [], reply: .text(""))
        }
        let nested = Script.Rule(
            when: [.any([.model(.equals("c")), .model(.contains("d"))]), .not(.model(.equals("e")))], reply: .text(""))
        #expect(Script(file: "s", rules: rules + [nested]).models == ["b", "a", "c"])
    }
}
