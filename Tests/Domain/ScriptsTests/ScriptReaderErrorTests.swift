import Documents
import Scripts
import Testing

/// One wrong thing each in the sample file: what is replaced, by what, and all that must be reported.
@Suite struct ScriptReaderErrorTests {
    @Test(
        arguments: [
            ("understudy: script/1\n", "", ["1:1: the key 'understudy' is missing"]),
            ("script/1", "script/2", ["1:13: unknown script version 'script/2'"]),
            ("script/1", "scenario/1", ["1:13: this is no script: understudy is 'scenario/1'"]),
            ("rules:", "rulez:", ["1:1: the key 'rules' is missing", "2:1: unknown key 'rulez'"]),
            ("rules:", "rules: []\nrulez:", ["2:8: the script has no rules", "3:1: unknown key 'rulez'"]),
            ("request: 1,", "request: 0,", ["3:19: request cannot be '0'"]),
            ("model: gpt-4o", "model: [a]", ["3:29: model cannot be a list"]),
            ("model: gpt-4o", "model: \"\"", ["3:29: model is empty"]),
            ("model: gpt-4o", "model: {like: a}", ["3:29: model says nothing", "3:30: unknown key 'like'"]),
            ("{request: 1, model: gpt-4o}", "{}", ["3:9: when is empty"]),
            ("{request: 1, model: gpt-4o}", "1", ["3:9: when cannot be '1'"]),
            ("{text: \"first\"}", "{}", ["4:10: reply says nothing"]),
            ("{text: \"first\"}", "{thinking: hm}", ["4:10: reply only thinks"]),
            ("{text: \"first\"}", "{text: a, template: b}", ["4:20: template and text exclude each other"]),
            (
                "{text: \"first\"}", "{text: a}\n  times: 2\n  then: [{text: b}]",
                ["5:3: a rule for one request answers once", "6:3: a rule for one request answers once"]
            ),
            (
                "{text: \"first\"}", "{text: a, finish_reason: tool_calls}",
                ["4:20: finish_reason cannot be 'tool_calls' without tool_calls"]
            ),
            ("{text: \"first\"}", "{text: a, finish_reason: done}", ["4:35: finish_reason cannot be 'done'"]),
            (
                "reply: {error:", "reply: {text: a, pace: {ttft: 1}, error:",
                ["8:11: an error has no text", "8:20: an error has no pace"]
            ),
            ("tps: 40", "tps: 0", ["24:84: tps cannot be '0'"]),
        ] as [(String, String, [String])])
    func atTheTop(old: String, new: String, expected: [String]) {
        #expect(problems(replacing: old, with: new) == expected)
    }

    @Test(
        arguments: [
            ("[get_weather]", "[]", ["12:16: has_tools is empty"]),
            ("[get_weather]", "maybe", ["12:16: has_tools cannot be 'maybe'"]),
            ("[get_weather]", "[{a: b}]", ["12:17: a function's name cannot be a mapping"]),
            ("\"weather in (?<city>[A-Za-z]+)\"", "weather", ["16:54: unknown placeholder {{city}}"]),
            ("(?<city>", "(?<town>", ["16:54: unknown placeholder {{city}}"]),
            ("{{city}}", "{{citty}}", ["16:54: unknown placeholder {{citty}}"]),
            ("{{city}}", "{{2}}", ["16:54: {{2}} stands for nothing: no pattern of its rule has more than 1 group"]),
            ("{{city}}", "{{city", ["16:54: '{{' is not closed"]),
            (
                "arguments: {city: Rome}", "arguments: {city: Rome}, arguments_template: {}",
                ["17:52: arguments_template and arguments exclude each other"]
            ),
            (
                "- {name: get_weather, arguments: {city", "- {nam: get_weather, arguments: {city",
                ["17:7: the key 'name' is missing", "17:8: unknown key 'nam'"]
            ),
            (
                "{name: get_weather, matches:", "{matches: a, equals:",
                [
                    "20:31: equals and matches exclude each other",
                    "21:21: {{1}} stands for nothing: its rule has no pattern",
                ]
            ),
            ("is_error: false", "is_error: no", ["20:72: is_error cannot be 'no'"]),
            (
                "tool_result: {name: get_weather, matches: \"([0-9]+) °C\", is_error: false}", "tool_result: {}",
                ["20:18: tool_result says nothing", "21:21: {{1}} stands for nothing: its rule has no pattern"]
            ),
            ("  then:\n", "  then: []\n  than:\n", ["22:9: then is empty", "23:3: unknown key 'than'"]),
            ("times: 5", "times: 3", ["26:3: the rule has 4 replies, and times 3 leaves some of them unsaid"]),
            ("ttft: 0.5, tps: 40, ", "", ["24:67: pace has no speed", "24:68: jitter has no effect without tps"]),
            ("jitter: 0.25", "jitter: 2", ["24:96: jitter cannot be '2'"]),
            ("jitter: 0.25, ", "", ["24:88: seed has no effect without jitter"]),
            ("ttft: 0.5", "ttft: -1", ["24:74: ttft cannot be '-1'"]),
            ("cut_after: 3", "cut_after: -3", ["25:44: cut_after cannot be '-3'"]),
            ("\"{{text}}\", ", "\"{{text\", ", ["24:28: '{{' is not closed"]),
            ("all:\n", "all: []\n    al:\n", ["28:10: all is empty", "29:5: unknown key 'al'"]),
            ("- stream: true", "- {}", ["30:9: a condition of 'any' is empty"]),
            ("\"$.temperature\"", "temperature", ["31:22: 'temperature' is no JSON path"]),
            ("equals: 0}", "equals: 0, exists: true}", ["31:50: exists and equals exclude each other"]),
            ("exists: true", "exists: 1", ["32:37: exists cannot be '1'"]),
            ("exists: true", "exist: true", ["32:29: unknown key 'exist'"]),
            (
                "otherwise: {template: \"request {{request}}\"}", "otherwise: ecko",
                ["37:12: otherwise cannot be 'ecko'"]
            ),
            ("{{request}}", "{{1}}", ["37:23: {{1}} stands for nothing: its rule has no pattern"]),
            ("{{request}}", "{{reqest}}", ["37:23: unknown placeholder {{reqest}}"]),
        ] as [(String, String, [String])])
    func inARule(old: String, new: String, expected: [String]) {
        #expect(problems(replacing: old, with: new) == expected)
    }

    @Test func anUnknownPlaceholderIsTurnedIntoTheNearestOne() throws {
        let file = Script.sampleFile.replacing("{{city}}", with: "{{citty}}").replacing(
            "{{request}}", with: "{{reqest}}")
        let error = #expect(throws: Diagnostics.self) { try ScriptReader.read(file, file: "s.yaml") }
        #expect(error?.all.map(\.fix) == ["did you mean {{city}}?", "did you mean {{request}}?"])
    }

    @Test func allErrorsAreToldAtOnce() {
        let found = problemsFound(
            in: Array("understudy: script/1\nrules:\n- {}\n- when: {txt: 1}\n  reply: {tex: a}\notherwise: 1\n".utf8))
        #expect(
            found == [
                "3:3: the key 'reply' is missing", "4:10: unknown key 'txt'", "5:11: unknown key 'tex'",
                "6:12: otherwise cannot be '1'",
            ])
    }

    @Test(arguments: [
        ("", ["1:1: the file is empty"]), ("hello\n", ["1:1: a script must be a mapping, not text"]),
        ("understudy: script/1\n", ["1:1: the key 'rules' is missing"]),
        ("understudy: script/1\nrules: x\n", ["2:8: rules cannot be 'x'"]),
        ("understudy: script/1\nrules: [x]\n", ["2:9: a rule cannot be 'x'"]),
    ])
    func inAFileWithoutContent(file: String, expected: [String]) {
        #expect(problemsFound(in: Array(file.utf8)) == expected)
    }

    @Test func aHugeFileIsRead() throws {
        let rule = "- {when: {text: {matches: \"q([0-9]+)$\"}, request: 1}, reply: {template: \"{{1}}\"}}\n"
        let file = "understudy: script/1\nrules:\n" + String(repeating: rule, count: 3000)
        #expect(try ScriptReader.read(file, file: "s").rules.count == 3000)
    }

    private func problems(replacing old: String, with new: String) -> [String] {
        guard let range = Script.sampleFile.firstRange(of: old) else { return ["'\(old)' is not in the sample"] }
        let file = Script.sampleFile[..<range.lowerBound] + new + Script.sampleFile[range.upperBound...]
        return problemsFound(in: Array(file.utf8))
    }

    /// `line:column: message` of each problem.
    private func problemsFound(in bytes: [UInt8]) -> [String] {
        do {
            _ = try ScriptReader.read(bytes, file: "s.yaml")
            return []
        } catch let error as Diagnostics {
            return error.all.map { "\($0.place.map { "\($0.line):\($0.column)" } ?? "-"): \($0.message)" }
        } catch {
            return ["\(error)"]
        }
    }
}
