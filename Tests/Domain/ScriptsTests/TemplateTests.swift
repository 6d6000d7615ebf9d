import Conversations
import Documents
import Scripts
import TestSupport
import Testing
import TextConditions

@Suite struct TemplateTests {
    static let question = Script.Question.chat(
        "", system: "Be brief.", model: "m",
        results: [
            .init(callID: nil, name: "a", text: "18 °C in Rome"), .init(callID: nil, name: "b", text: "rain"),
            .init(callID: nil, name: "a", text: "19"),
        ],
        json: ["messages": [["content": "hi"]], "n": 1500, "stop": ["x", nil]])

    @Test(
        arguments: [
            ("", ""), ("plain", "plain"), ("{{text}}", "18 °C in Rome\nrain\n19"), ("{{ request }}", "1"),
            ("{{model}}/{{system}}", "m/Be brief."), ("{{tool_result}}", "18 °C in Rome\nrain\n19"),
            ("{{tool_result.a}}|{{tool_result.b}}|{{tool_result.c}}", "18 °C in Rome\n19|rain|"),
            ("{{json:/messages/0/content}}", "hi"), ("{{json:/n}}", "1500"), ("{{json:/stop}}", #"["x",null]"#),
            ("{{json:/none}}.", "."), ("{{0}}|{{1}}|{{2}}|{{3}}", "18 °C in Rome|18|Rome|"), ("{{city}}", "Rome"),
            ("{{kind}}", "Be"),
            // Code and JSON stay what they are.
            ("{a}", "{a}"), ("{'a': {1: 2}}", "{'a': {1: 2}}"), ("f\"{x}\"", "f\"{x}\""), ("}}", "}}"),
            ("{{{{x}}}}", "{{x}}}}"), ("{{{1}}}", "{18}"), ("{{{{{{1}}", "{{18"), ("{{{{{", "{{{"),
            (#"{"t": {{1}}}"#, #"{"t": 18}"#), ("{{1}}{{2}}", "18Rome"),
        ])
    func isFilled(source: String, expected: String) throws {
        let conditions: [Script.Condition] = [
            .toolResult(
                .init(name: "a", text: .matches(try Pattern("([0-9]+) °C in (?<city>[A-Z][a-z]+)( never)?")))),
            .system(.matches(try Pattern("(?<kind>Be|Do)"))),
        ]
        let reply = Script.Reply.said(.init(saying: .template(try Template(source))))
        var cursor = Script.Cursor(Script(file: "s", rules: [Script.Rule(when: conditions, reply: reply)]))
        #expect(cursor.next(for: Self.question).answer?.text == expected)
    }

    @Test(
        arguments: [
            ("{{", "'{{' is not closed"), ("{{a", "'{{' is not closed"), ("a {{1} b", "'{{' is not closed"),
            ("{{1\n}}", "'{{' is not closed"), ("{{a{{1}}", "'{{' is not closed"), ("{{}}", "a placeholder is empty"),
            ("{{ }}", "a placeholder is empty"), ("{{a b}}", "{{a b}} is no placeholder"),
            ("{{json:x}}", "{{json:x}} names no place"), ("{{-1}}", "{{-1}} is no placeholder"),
            ("{{99999999999999999999}}", "{{99999999999999999999}} is no placeholder"),
        ])
    func whatNothingCouldFillIsRefused(source: String, message: String) {
        let problem = #expect(throws: Template.Problem.self) { try Template(source) }
        #expect(problem?.message == message)
        #expect(problem?.fix != nil)
    }

    @Test func aGroupOfAnAlternativeThatDoesNotHoldIsEmpty() throws {
        let conditions: [Script.Condition] = [
            .any([.text(.matches(try Pattern("no(?<a>.)"))), .text(.matches(try Pattern("y(?<b>.)s")))])
        ]
        let reply = Script.Reply.said(.init(saying: .template(try Template("{{a}}/{{b}}/{{1}}"))))
        var cursor = Script.Cursor(Script(file: "s", rules: [Script.Rule(when: conditions, reply: reply)]))
        #expect(cursor.next(for: .chat("yes")).answer?.text == "/e/e")
    }

    @Test func treesAreFilledInTheirTexts() throws {
        let tree = TemplateTree.mapping([
            .init("{{text}}", .text(try Template("{{text}}"))),
            .init("list", .list([.value(.number(1)), .value(.null), .text(try Template("x"))])),
        ])
        let speech = Script.Speech(
            thinking: "hm", saying: .jsonTemplate(tree),
            calls: [
                .init(name: "f", arguments: .template(tree), id: "c1"), .init(name: "g", arguments: .json(["a": 1])),
                .init(name: "h", arguments: .text("{broken")),
            ])
        var cursor = Script.Cursor(Script(file: "s", rules: [Script.Rule(reply: .said(speech))]))
        let json = #"{"{{text}}":"say \"hi\"","list":[1,null,"x"]}"#
        #expect(
            cursor.next(for: .chat(#"say "hi""#)).answer
                == Answer([
                    .thinking("hm"), .text(json), .toolCall(ToolCall(id: "c1", name: "f", arguments: json)),
                    .toolCall(ToolCall(id: nil, name: "g", arguments: #"{"a":1}"#)),
                    .toolCall(ToolCall(id: nil, name: "h", arguments: "{broken")),
                ]))
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func anyTextIsATemplateOrRefused(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let parts = ["{", "}", "{{", "}}", "{{{{", "1", "a", "text", "json:/", "~", ".", "é", "e\u{301}", "\n", " "]
        for _ in 0..<2000 {
            let source = (0..<random.int(0...8)).map { _ in random.pick(parts) }.joined()
            guard let template = try? Template(source) else { continue }
            #expect(template.source == source)
            // Without braces that open, it says what it is.
            guard !source.contains("{{") else { continue }
            let rule = Script.Rule(reply: .said(.init(saying: .template(template))))
            var cursor = Script.Cursor(Script(file: "s", rules: [rule]))
            #expect(cursor.next(for: .chat("")).answer?.text == source)
        }
    }
}
