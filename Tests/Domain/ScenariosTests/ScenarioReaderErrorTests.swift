import Documents
import Scenarios
import Testing

/// One wrong thing each in the sample file: what is replaced, by what, and all that must be reported.
@Suite struct ScenarioReaderErrorTests {
    @Test(
        arguments: [
            (
                "understudy: scenario/1\nname: primes", "name: primes\nunderstudy: scenario/1",
                ["2:1: the key 'understudy' is not the first"]
            ),
            ("understudy: scenario/1\n", "", ["1:1: the key 'understudy' is missing"]),
            ("scenario/1", "scenario/2", ["1:13: unknown scenario version 'scenario/2'"]),
            ("scenario/1", "cassette/1", ["1:13: this is no scenario: understudy is 'cassette/1'"]),
            ("scenario/1", "[scenario/1]", ["1:13: this is no scenario: understudy is a list"]),
            ("name: primes\n", "", ["1:1: the key 'name' is missing"]),
            ("name: primes\n", "name:\n", ["2:6: name cannot be without value"]),
            ("name: primes\n", "name: \"\"\n", ["2:7: name is empty"]),
            ("name: primes\n", "name: [primes]\n", ["2:7: name cannot be a list"]),
            ("name: primes\n", "name: primes\nname: more\n", ["3:1: the key 'name' is given twice"]),
            ("name: primes\n", "name: !beside primes\n", ["2:7: the tag '!beside' is not allowed here"]),
            ("name: primes\n", "name: &x primes\n", ["2:7: anchors and aliases are not allowed"]),
            ("tutorial/two-agent", "tutorial/two agent", ["3:11: 'tutorial/two agent' is not a cassette's name"]),
            ("tutorial/two-agent", "tutorial//two", ["3:11: 'tutorial//two' is not a cassette's name"]),
            ("tutorial/two-agent", "../secret", ["3:11: '../secret' is not a cassette's name"]),
            ("tutorial/two-agent", "two.yaml", ["3:11: 'two.yaml' is not a cassette's name"]),
            ("tags: [tutorial, quick]", "tags: tutorial", ["4:7: tags cannot be 'tutorial'"]),
            (
                "tags: [tutorial, quick]", "tags: [a b, [c]]",
                ["4:8: a tag cannot be 'a b'", "4:13: a tag cannot be a list"]
            ),
            ("tags: [tutorial, quick]", "tags: [quick, quick]", ["4:15: the tag 'quick' is given twice"]),
            ("tags:", "matrix: {}\ntags:", ["4:9: matrix cannot be a mapping"]),
            ("tags:", "repeat: 0\ntags:", ["4:9: repeat cannot be '0'"]),
            ("tags:", "faults: 3\ntags:", ["4:9: faults cannot be a number"]),
            (
                "tags:", "faults:\n- {kind: nope}\n- {status: 9, turn: 0}\n- {kind: reset, session: x}\ntags:",
                ["5:10: kind cannot be 'nope'", "6:12: status cannot be '9'", "6:21: turn cannot be '0'"]
            ),
            ("tags:", "faults:\n- {kind: reset, session: x}\ntags:", ["5:26: a scenario has one session"]),
            (
                "tags:", "drive: {}\ntags:",
                [
                    "4:8: the key 'command' is missing", "26:3: conversation stands beside drive",
                    "48:3: nobody can judge this of a program: why a conversation ended is known to whoever conducts it",
                ]
            ),
            (
                "tags:", "limits: {turns: 0, cost: -1}\nprices: {m: {prompt: 1}}\ntags:",
                ["4:17: turns cannot be '0'", "4:26: cost cannot be '-1'", "5:13: the key 'completion' is missing"]
            ),
            (
                "tags:", "endpoints: {openai: script, mail: x, hopx: {url: https://x.y, key: HOME}}\ntags:",
                [
                    "4:21: 'script' is not an address", "4:29: unknown service 'mail'", "4:68: key cannot be 'HOME'",
                ]
            ),
            ("  user_proxy:\n", "  assistant: {}\n  user_proxy:\n", ["18:3: the key 'assistant' is given twice"]),
        ] as [(String, String, [String])])
    func atTheTop(old: String, new: String, expected: [String]) {
        #expect(problems(replacing: old, with: new) == expected)
    }

    @Test(
        arguments: [
            ("kind: assistant", "kind: asistant", ["7:11: kind cannot be 'asistant'"]),
            ("    kind: assistant\n", "", ["7:5: the key 'kind' is missing"]),
            ("kind: user_proxy", "kind: group_manager", ["19:11: kind cannot be 'group_manager'"]),
            ("model: gpt-4o\n", "model: {name: gpt-4o}\n", ["8:12: model cannot be a mapping"]),
            ("temperature: 0.0", "temperature: hot", ["9:18: temperature cannot be 'hot'"]),
            ("temperature: 0.0", "temperature: null", ["9:18: temperature cannot be without value"]),
            ("temperature: 0.0", "temperature: \"0\"", ["9:18: temperature cannot be '0'"]),
            ("temperature: 0.0", "max_tokens: 0", ["9:17: max_tokens cannot be '0'"]),
            ("temperature: 0.0", "stream: true", ["9:5: unknown key 'stream'"]),
            ("temperature: 0.0", "tools: []", ["9:5: unknown key 'tools'"]),
            ("temperature: 0.0", "temprature: 0", ["9:5: unknown key 'temprature'"]),
            ("stop: [END]", "stop: [END, [X]]", ["10:11: stop cannot be a list"]),
            ("timeout: 30\n", "timeout: 0\n", ["11:14: timeout cannot be '0'"]),
            ("timeout: 30\n", "timeout: soon\n", ["11:14: timeout cannot be 'soon'"]),
            ("max_retries: 1", "max_retries: -1", ["12:18: max_retries cannot be '-1'"]),
            ("default_reply: go on", "default_reply:", ["17:19: default_reply cannot be without value"]),
            ("default_reply: go on", "executor: {kind: hopx}", ["17:5: an assistant runs no code"]),
            ("default_reply: go on", "look_back: 1", ["17:5: look_back has no effect on an agent without executor"]),
            (
                "    kind: user_proxy\n", "    kind: user_proxy\n    seed: 1\n",
                ["20:5: seed has no effect on an agent without model"]
            ),
            (
                "    kind: user_proxy\n", "    kind: user_proxy\n    timeout: 1\n",
                ["20:5: timeout has no effect on an agent without model"]
            ),
            ("kind: hopx", "kind: robusst", ["20:22: kind cannot be 'robusst'"]),
            (
                "kind: hopx, template: code-interpreter", "kind: persistent, template: x",
                ["20:34: unknown key 'template'", "20:60: unknown key 'ttl'"]
            ),
            (
                "kind: hopx, template: code-interpreter, timeout: 60, ttl: 300", "kind: robust, attempts: 0",
                ["20:40: attempts cannot be '0'"]
            ),
            ("{kind: hopx,", "{", ["20:15: the key 'kind' is missing"]),
            ("timeout: 60", "timeout: 0", ["20:65: timeout cannot be '0'"]),
            ("ttl: 300", "tll: 300", ["20:69: unknown key 'tll'"]),
            (
                "executor: {kind: hopx, template: code-interpreter, timeout: 60, ttl: 300}", "executor: hopx",
                ["20:15: executor cannot be 'hopx'"]
            ),
            ("max_auto_replies: 10", "max_auto_replies: 1.5", ["21:23: max_auto_replies cannot be '1.5'"]),
            ("{ends_with: TERMINATE}", "{}", ["22:21: terminate_when says nothing"]),
            ("{ends_with: TERMINATE}", "TERMINATE", ["22:21: terminate_when cannot be 'TERMINATE'"]),
            ("{ends_with: TERMINATE}", "{endswith: TERMINATE}", ["22:22: unknown key 'endswith'"]),
            ("{ends_with: TERMINATE}", "{ends_with: \"\"}", ["22:33: ends_with is empty"]),
            ("{ends_with: TERMINATE}", "{ends_with: a, equals: b}", ["22:36: equals and ends_with exclude each other"]),
            ("look_back: 2", "look_back: auto", ["23:16: look_back cannot be 'auto'"]),
            (
                "  assistant:\n", "  the assistant:\n",
                [
                    "6:3: 'the assistant' cannot be an agent's name", "27:9: unknown agent 'assistant'",
                    "43:14: unknown agent 'assistant'",
                ]
            ),
        ] as [(String, String, [String])])
    func inAnAgent(old: String, new: String, expected: [String]) {
        #expect(problems(replacing: old, with: new) == expected)
    }

    @Test(
        arguments: [
            ("two_agent:", "grup:", ["25:3: unknown key 'grup'"]),
            ("two_agent:", "pipeline:", ["26:5: pipeline cannot be a mapping"]),
            ("two_agent:", "persistent: {}\n  two_agent:", ["25:3: persistent stands beside two_agent"]),
            ("from: user_proxy", "from: user_prox", ["26:11: unknown agent 'user_prox'"]),
            ("    to: assistant\n", "", ["26:5: the key 'to' is missing"]),
            ("to: assistant", "to: user_proxy", ["27:9: 'user_proxy' cannot talk to itself"]),
            (
                "from: user_proxy\n    to: assistant", "from: assistant\n    to: user_proxy",
                ["27:9: 'user_proxy' must answer but has no model"]
            ),
            (
                "    model: gpt-4o\n    temperature: 0.0\n    stop: [END]\n    timeout: 30\n    max_retries: 1\n", "",
                ["22:9: 'assistant' must answer but has no model"]
            ),
            ("message: Sum the first 100 primes.", "message:", ["28:13: message cannot be without value"]),
            ("message: Sum the first 100 primes.", "message: {a: b}", ["28:14: message cannot be a mapping"]),
            ("max_turns: 6", "max_turns: 0", ["29:16: max_turns cannot be '0'"]),
            ("max_turns: 6", "summary_method: last_msg", ["29:5: unknown key 'summary_method'"]),
        ] as [(String, String, [String])])
    func inTheConversation(old: String, new: String, expected: [String]) {
        #expect(problems(replacing: old, with: new) == expected)
    }

    @Test(
        arguments: [
            ("request: 1", "request: 0", ["32:21: request cannot be '0'"]),
            ("{request: 1, model: gpt-4o}", "{}", ["32:11: when is empty"]),
            ("{request: 1, model: gpt-4o}", "{tool_result: x}", ["32:25: tool_result cannot be 'x'"]),
            ("reply: {text: \"first\"}", "reply: {}", ["33:12: reply says nothing"]),
            ("reply: {text: \"first\"}", "reply: first", ["33:12: reply cannot be 'first'"]),
            (
                "reply: {text: \"first\"}", "reply: {tool_calls: []}",
                ["33:25: tool_calls is empty"]
            ),
            (
                "reply: {text: \"first\"}", "reply: {text: a, error: {status: 500, message: b}}",
                ["33:13: an error has no text"]
            ),
            (
                "reply: {text: \"first\"}", "times: 2",
                ["32:5: the key 'reply' is missing", "33:5: a rule for one request answers once"]
            ),
            (
                "text: {contains: failed}", "text: {contains: failed, matches: x}",
                ["35:32: matches and contains exclude each other"]
            ),
            ("text: {contains: failed}", "text: failed", ["35:13: text cannot be 'failed'"]),
            ("status: 429", "status: 302", ["37:29: status cannot be '302'"]),
            ("status: 429, ", "", ["37:20: the key 'status' is missing"]),
            ("retry-after-ms: \"5\"", "content-length: 5", ["37:82: 'content-length' cannot be a header of a reply"]),
            ("retry-after-ms: \"5\"", "x: \"a\\r\\nb\"", ["37:85: the header 'x' cannot be \"a\\r\\nb\""]),
            ("times: 2", "times: 0", ["38:12: times cannot be '0'"]),
            (
                "finish_reason: length", "finish_reason: tool_calls",
                ["39:30: finish_reason cannot be 'tool_calls' without tool_calls"]
            ),
            ("otherwise: echo", "otherwise: ecko", ["40:14: otherwise cannot be 'ecko'"]),
        ] as [(String, String, [String])])
    func inTheScript(old: String, new: String, expected: [String]) {
        #expect(problems(replacing: old, with: new) == expected)
    }

    @Test(
        arguments: [
            ("exit_code: 0", "exit_code: zero", ["42:14: exit_code cannot be 'zero'"]),
            ("exit_code: 0", "exit_cod: 0", ["42:3: unknown expectation 'exit_cod'"]),
            (
                "exit_code: 0", "exit_code: 0\n  turns: {at_most: 1}",
                ["43:3: 'turns' stands in the expectation 'exit_code'"]
            ),
            ("- exit_code: 0", "- exit_code", ["42:3: an expectation cannot be 'exit_code'"]),
            ("by: assistant", "by: asistant", ["43:14: unknown agent 'asistant'"]),
            ("matches: TERMINATE", "like: TERMINATE", ["43:9: said says nothing", "43:25: unknown key 'like'"]),
            ("contains: \"24133\"", "contains: \"\"", ["44:22: contains is empty"]),
            ("turns: {at_most: 6}", "turns: 6", ["45:10: turns cannot be '6'"]),
            ("turns: {at_most: 6}", "turns: {}", ["45:10: turns has no bound"]),
            ("turns: {at_most: 6}", "turns: {atmost: 6}", ["45:11: unknown key 'atmost'"]),
            (
                "turns: {at_most: 6}", "turns: {at_most: 6, exactly: 2}",
                ["45:23: exactly excludes at_least and at_most"]
            ),
            ("{at_least: 1, at_most: 2}", "{at_least: 3, at_most: 2}", ["46:28: at_most 2 is less than at_least 3"]),
            ("{cause: termination_message, agent: user_proxy}", "terminate", ["47:13: ended_by cannot be 'terminate'"]),
            ("cause: termination_message, ", "", ["47:13: the key 'cause' is missing"]),
            ("agent: user_proxy", "agent: nobody", ["47:49: unknown agent 'nobody'"]),
            ("not: {stderr: {contains: Error}}", "not: {not: {exit_code: 1}}", ["48:9: unknown expectation 'not'"]),
            ("not: {stderr: {contains: Error}}", "not: {}", ["48:8: an expectation is empty"]),
        ] as [(String, String, [String])])
    func inAnExpectation(old: String, new: String, expected: [String]) {
        #expect(problems(replacing: old, with: new) == expected)
    }

    @Test func anEmptyListOfExpectationsIsAnError() {
        #expect(problemsFound(in: Array((Scenario.smallFile + "expect: []\n").utf8)) == ["5:9: expect is empty"])
        #expect(
            problemsFound(in: Array((Scenario.smallFile + "expect:\n").utf8)) == ["5:8: expect cannot be without value"]
        )
    }

    @Test func anInvalidPatternIsReportedAtItsPlace() throws {
        let found = problems(replacing: "matches: TERMINATE", with: "matches: \"(open\"")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("43:34: '(open' is not a regular expression: ") == true)
    }

    @Test(
        arguments: [
            ("", ["1:1: the file is empty"]),
            ("# only a comment\n", ["1:1: the file is empty"]),
            ("hello\n", ["1:1: a scenario must be a mapping, not text"]),
            ("[]\n", ["1:1: a scenario must be a mapping, not list"]),
            (
                "understudy: scenario/1\n",
                [
                    "1:1: the key 'agents' is missing", "1:1: the key 'conversation' is missing",
                    "1:1: the key 'name' is missing",
                ]
            ),
        ] as [(String, [String])])
    func inAFileWithoutContent(file: String, expected: [String]) {
        #expect(problemsFound(in: Array(file.utf8)).sorted() == expected)
    }

    private func problems(replacing old: String, with new: String) -> [String] {
        guard let range = Scenario.sampleFile.firstRange(of: old) else { return ["'\(old)' is not in the sample"] }
        let file = Scenario.sampleFile.replacingCharacters(in: range, with: new)
        return problemsFound(in: Array(file.utf8))
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
