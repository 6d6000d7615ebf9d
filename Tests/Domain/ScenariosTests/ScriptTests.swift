import Documents
import Scenarios
import Testing

@Suite struct ScriptTests {
    static let question = Script.Question(model: "gpt-4o", text: "exitcode: 1 (failed)", system: "Be brief.")

    @Test(arguments: [
        (Script.Condition(), true), (Script.Condition(request: 1), true), (Script.Condition(request: 2), false),
        (Script.Condition(text: .contains("failed")), true), (Script.Condition(text: .contains("Failed")), false),
        (Script.Condition(text: .equals("exitcode: 1 (failed)")), true),
        (Script.Condition(text: .equals("exitcode: 1")), false),
        (Script.Condition(system: .contains("brief")), true), (Script.Condition(system: .equals("brief")), false),
        (Script.Condition(model: "gpt-4o"), true), (Script.Condition(model: "gpt-4"), false),
        (Script.Condition(request: 1, text: .contains("failed"), system: .contains("Be"), model: "gpt-4o"), true),
        (Script.Condition(request: 1, text: .contains("failed"), system: .contains("Be"), model: "o1"), false),
    ])
    func aRuleAnswersWhenAllItsConditionsHold(condition: Script.Condition, answers: Bool) {
        var cursor = Script.Cursor(Script(file: "s.yaml", rules: [Script.Rule(when: condition, reply: .text("yes"))]))
        guard case .reply(let reply) = cursor.next(for: Self.question) else {
            #expect(!answers)
            return
        }
        #expect(answers)
        #expect(reply == .text("yes"))
    }

    @Test func aPatternIsSearchedForInTheText() throws {
        let rule = Script.Rule(when: .init(text: .matches(try Pattern("^exitcode: [1-9]"))), reply: .text("fix"))
        var cursor = Script.Cursor(Script(file: "s", rules: [rule], otherwise: .echo))
        #expect(cursor.next(for: Self.question) == .reply(.text("fix")))
        #expect(cursor.next(for: .init(model: "m", text: "exitcode: 0")) == .reply(.text("exitcode: 0")))
    }

    @Test func theFirstRuleThatMayAnswersAndIsUsedUp() {
        let rules = [
            Script.Rule(when: .init(request: 2), reply: .text("second")), Script.Rule(reply: .text("twice"), times: 2),
            Script.Rule(reply: .text("rest")),
        ]
        var cursor = Script.Cursor(Script(file: "s", rules: rules))
        let answers = (0..<5).map { _ in cursor.next(for: Self.question) }
        #expect(answers == ["twice", "second", "twice", "rest", "rest"].map { .reply(.text($0)) })
        #expect(cursor.requestCount == 5)
    }

    @Test func aSystemConditionNeedsASystemMessage() {
        let rule = Script.Rule(when: .init(system: .equals("")), reply: .text("yes"))
        var cursor = Script.Cursor(Script(file: "s", rules: [rule]))
        guard case .noMatch(let noMatch) = cursor.next(for: .init(model: "m", text: "t")) else {
            Issue.record("expected no match")
            return
        }
        #expect(noMatch.candidates.map(\.reasons) == [["there is no system message"]])
        #expect(cursor.next(for: .init(model: "m", text: "t", system: "")) == .reply(.text("yes")))
    }

    @Test func noMatchNamesTheClosestRulesFirstAndWhyEachFails() {
        let rules = [
            Script.Rule(when: .init(request: 7, model: "o"), reply: .text("a"), place: Place(line: 3, column: 5)),
            Script.Rule(reply: .text("b"), times: 1, place: Place(line: 5, column: 5)),
            Script.Rule(when: .init(text: .contains("done")), reply: .text("c"), place: Place(line: 7, column: 5)),
            Script.Rule(when: .init(request: 9, text: .contains("x"), model: "o1"), reply: .text("d")),
        ]
        var cursor = Script.Cursor(Script(file: "s.yaml", rules: rules))
        #expect(cursor.next(for: Self.question) == .reply(.text("b")))
        guard case .noMatch(let noMatch) = cursor.next(for: Self.question) else {
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
        let rules = ["b", nil, "a", "b"].map { Script.Rule(when: .init(model: $0), reply: .text("")) }
        #expect(Script(file: "s", rules: rules).models == ["b", "a"])
    }
}
