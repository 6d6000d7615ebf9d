import Documents
import TestSupport
import Testing

@Suite struct YAMLReaderTests {
    private func problems(_ text: String, firstLine: Int = 1) -> [Diagnostic] {
        do {
            _ = try YAMLReader.read(text, file: "f.yaml", firstLine: firstLine)
            return []
        } catch let error as Diagnostics {
            return error.all
        } catch {
            Issue.record("\(error)")
            return []
        }
    }

    @Test(arguments: [
        ("a: &x 1", 1, 4, "anchors and aliases are not allowed"),
        ("&x a: 1", 1, 1, "anchors and aliases are not allowed"),
        ("a:\n- &x {b: 1}\n- 2\n", 2, 3, "anchors and aliases are not allowed"),
        ("a: *x", 1, 4, "not valid YAML: found undefined alias"),
        ("a: 1\n<<: {b: 2}\n", 2, 1, "merge keys are not allowed"),
        ("{a: {<<: {b: 2}}}", 1, 6, "merge keys are not allowed"),
        ("a: !foo 1", 1, 4, "the tag '!foo' is not allowed"),
        ("a: !!str 1", 1, 4, "the tag 'tag:yaml.org,2002:str' is not allowed"),
        ("a: !!binary aGk=", 1, 4, "the tag 'tag:yaml.org,2002:binary' is not allowed"),
        ("a: !!seq [1]", 1, 4, "the tag 'tag:yaml.org,2002:seq' is not allowed"),
        ("a: !!map {}", 1, 4, "the tag 'tag:yaml.org,2002:map' is not allowed"),
        ("a: ! 1", 1, 4, "the tag '!' is not allowed"),
        ("!foo a: 1", 1, 1, "the tag '!foo' is not allowed"),
        ("a: !<tag:x.y,2000:z> 1", 1, 4, "the tag 'tag:x.y,2000:z' is not allowed"),
        ("? [a, b]\n: 1\n", 1, 3, "a key must be text"),
        ("{{a: 1}: 2}", 1, 2, "a key must be text"),
        ("a: 1\nb: 2\na: 3\n", 3, 1, "the key 'a' is given twice"),
        ("a: 1\n'a': 3\n", 2, 1, "the key 'a' is given twice"),
        ("1: 1\n\"1\": 3\n", 2, 1, "the key '1' is given twice"),
        ("x:\n- b: 1\n  c: 2\n  b: 3\n", 4, 3, "the key 'b' is given twice"),
        ("x:\n  b: {b: 1}\n  c:\n    b: 2\n  b: 3\n", 5, 3, "the key 'b' is given twice"),
        ("x: {a: 1, b: 2, a: 3}", 1, 17, "the key 'a' is given twice"),
        ("x: {a: 1, b: {a: 2, c: 'a: 5', d: \"\\\", a: 1\"}, a: 3}", 1, 48, "the key 'a' is given twice"),
        ("x: {a: 1,\n  b: [a, {a: 1}],\n  a: 3}", 3, 3, "the key 'a' is given twice"),
        ("x: {\n  a: 1,\n  'a': 3}", 3, 3, "the key 'a' is given twice"),
        ("x: {ab: 1, a: 2, ab: 3}", 1, 18, "the key 'ab' is given twice"),
        ("é: {日本: 1, 日本: 2}", 1, 12, "the key '日本' is given twice"),
        ("a: 'x\n", 2, 1, "not valid YAML: while scanning a quoted scalar, found unexpected end of stream"),
        ("a: [1, 2\n", 2, 1, "not valid YAML: while parsing a flow sequence, did not find expected ',' or ']'"),
        ("a: b: c\n", 1, 5, "not valid YAML: mapping values are not allowed in this context"),
        ("a: 1\n b: 2\n", 2, 3, "not valid YAML: mapping values are not allowed in this context"),
        (
            "a:\n\t- 1\n", 2, 1,
            "not valid YAML: while scanning for the next token, found character that cannot start any token"
        ),
        ("a: \"\\q\"\n", 1, 5, "not valid YAML: while parsing a quoted scalar, found unknown escape character"),
        (
            "a: @x\n", 1, 4,
            "not valid YAML: while scanning for the next token, found character that cannot start any token"
        ),
        (
            "a: 1\n---\nb: 2\n", 2, 1,
            "not valid YAML: expected a single document in the stream, but found another document"
        ),
        ("a: \u{1}b\n", 1, 4, "not readable as YAML: control characters are not allowed"),
        ("é: b\nc: é\u{7F}\n", 2, 5, "not readable as YAML: control characters are not allowed"),
    ])
    func refuses(text: String, line: Int, column: Int, message: String) {
        let found = problems(text)
        #expect(found.map(\.message) == [message])
        #expect(found.first?.place == Place(line: line, column: column))
        #expect(found.first?.expected != nil)
        #expect(problems(text, firstLine: 101).first?.place == Place(line: line + 100, column: column))
    }

    @Test func readsWhatItsOwnTagStandsFor() throws {
        let node = try YAMLReader.read("a: !beside abc", file: "f")
        #expect(node?["a"]?.tag == "beside")
        #expect(node?["a"]?.text == "abc")
    }

    @Test func findsAllThatIsWrongAtOnce() {
        let found = problems("a: 1\na: 2\nb: {c: 1, c: 2}\nd: !x 1\n<<: 1\na: 3\n")
        #expect(
            found.compactMap(\.place)
                == [(2, 1), (3, 11), (4, 4), (5, 1), (6, 1)].map { Place(line: $0.0, column: $0.1) })
    }

    @Test func readsOnPastAKeyGivenTwice() throws {
        var problems: [Diagnostic] = []
        let node = YAMLReader.read("a: 1\na: 2\nb: 3\n", file: "f", problems: &problems)
        #expect(problems.map(\.message) == ["the key 'a' is given twice"])
        #expect(node?.json == ["a": 1, "b": 3])
    }

    @Test func wordsItsErrors() {
        #expect(
            Diagnostics(problems("a: &x 1\nb: *x\nc: 1\nc: 2\n")).description == """
                f.yaml:1:4: error: anchors and aliases are not allowed
                  expected: each value written out
                  fix: replace the aliases by what they stand for
                f.yaml:4:1: error: the key 'c' is given twice
                  expected: each key once
                  fix: remove or rename one of them
                """)
    }

    @Test func nestsToItsLimitAndNoFurther() throws {
        let limit = JSONValue.depthLimit
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try YAMLReader.read(nested(limit), file: "f") != nil)
        #expect(problems(nested(limit + 2)).first?.message == "nested deeper than \(limit)")
        // The parser has a limit of its own, well before the stack.
        for text in [
            nested(100_000), String(repeating: "- ", count: 100_000), String(repeating: "{a: ", count: 100_000),
        ] {
            #expect(problems(text).first?.message == "nested deeper than \(limit)")
        }
    }

    @Test func aliasesDoNotMultiply() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            text +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
                + "]\n"
        }
        #expect(problems(text).first?.message == "anchors and aliases are not allowed")
    }

    @Test func plainScalarsAreJSONsOrText() throws {
        let node = try YAMLReader.read(
            "[1, 1.50, -0, 1e3, true, false, null, yes, ~, 0x10, .5, True, 1_0, 01, '1', \"true\", '', 2026-11-23, '<<', =]",
            file: "f")
        let expected: [JSONValue] = [
            1, .number(try #require(JSONNumber(spelling: "1.50"))), 0, 1000, true, false, .null, "yes", "~", "0x10",
            ".5", "True", "1_0", "01",
            "1", "true", "", "2026-11-23", "<<", "=",
        ]
        #expect(node?.json == .array(expected))
        #expect(node?.items?.dropFirst().first?.json.text() == "1.50")
        #expect(try YAMLReader.read("a:\nb: ''\n", file: "f")?.json == ["a": "", "b": ""])
        #expect(try YAMLReader.read("", file: "f") == nil)
        #expect(try YAMLReader.read("# only a comment\n", file: "f") == nil)
    }

    @Test func knowsWhereEverythingStands() throws {
        let node = try #require(try YAMLReader.read("é: [a, {b: c}]\nd:\n- e\n", file: "f", firstLine: 7))
        #expect(node.place == Place(line: 7, column: 1))
        #expect(node["é"]?.place == Place(line: 7, column: 4))
        #expect(node["é"]?.items?.last?["b"]?.place == Place(line: 7, column: 12))
        #expect(node.members?.last?.place == Place(line: 8, column: 1))
        #expect(node["d"]?.items?.first?.place == Place(line: 9, column: 3))
    }

    /// Whatever a person's editor leaves behind is read or refused with a place, and never stops the program.
    @Test func everyEditOfATextIsReadOrRefused() {
        let text = Array(
            """
            understudy: scenario/1
            agents: {a: {kind: assistant, temperature: 0.0, note: "x\\ty é"}, 'b': [1, 2]}
            text: |2-
                indented
              - "quoted": 'it''s'
            list:
            - - x: 1
                y: ? 2
            - >-
              folded
            # comment

            """.utf8)
        var random = SeededGenerator(seed: 7)
        let pieces =
            Array("{}[]:,&*!|>'\"%@`#?- \n\t\u{1}\u{FEFF}~<aé\\0".unicodeScalars).map { Array(String($0).utf8) } + [
                [0xFF], [0xC3], [0],
            ]
        for end in text.indices { _ = problems(String(decoding: text[..<end], as: UTF8.self)) }
        for _ in 0..<3000 {
            var edited = text
            for _ in 0..<random.int(1...4) {
                let at = random.int(0...edited.count - 1)
                let end = min(edited.count, at + random.int(0...6))
                edited.replaceSubrange(at..<end, with: random.pick(pieces))
            }
            for problem in problems(String(decoding: edited, as: UTF8.self)) { #expect(!problem.message.isEmpty) }
        }
    }
}
