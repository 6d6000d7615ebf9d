import AgentChats
import Documents
import Scenarios
import Testing

/// Scenarios that are made of several files, or are several scenarios in one.
@Suite struct ScenarioCompositionTests {
    private static let base = """
        understudy: scenario/1
        agents:
          user: {kind: user_proxy, max_auto_replies: 0}
          bot: {kind: assistant, model: m, temperature: 0, system: Be brief.}
        conversation:
          two_agent: {from: user, to: bot, message: Hello.}
        expect:
        - turns: {exactly: 2}
        """

    private func scenarios(_ text: String, _ others: [String: String] = ["a/_base.yaml": base]) throws -> [Scenario] {
        try ScenarioReader.readAll(Array(text.utf8), file: "a/s.yaml") { path in
            guard let text = others[path] else { throw Diagnostic(file: path, "there is no such file") }
            return Array(text.utf8)
        }
    }

    private func problems(_ text: String, _ others: [String: String] = ["a/_base.yaml": base]) -> [String] {
        do {
            _ = try scenarios(text, others)
            return []
        } catch let error as Diagnostics {
            return error.all.map { "\($0.place?.text(in: $0.file) ?? $0.file): \($0.message)" }
        } catch {
            return ["\(error)"]
        }
    }

    @Test func mappingsAreJoinedAndListsReplaced() throws {
        let text = """
            understudy: scenario/1
            extends: _base.yaml
            name: extended
            agents:
              bot: {model: n, top_p: 0.5}
              critic: {kind: assistant, model: m}
            expect:
            - turns: {at_most: 9}
            """
        let scenario = try #require(try scenarios(text).first)
        #expect(scenario.agents.map(\.name) == ["user", "bot", "critic"])
        #expect(scenario.agents[1].model?.name == "n" && scenario.agents[1].system == "Be brief.")
        #expect(
            JSONValue.object(scenario.agents[1].model?.options ?? .init()).text() == #"{"temperature":0,"top_p":0.5}"#)
        #expect(scenario.expectations.map(\.description) == ["turns: {at_most: 9}"])
        #expect(
            scenario.conversation == .twoAgent(from: "user", to: "bot", message: "Hello.", maxTurns: nil))
    }

    /// What is said counts, not how, nor where.
    @Test func aDigestIsOfWhatAScenarioSays() throws {
        func digests(_ text: String, base: String = Self.base) throws -> [String?] {
            try scenarios(text, ["a/_base.yaml": base]).map(\.digest)
        }
        let plain = "understudy: scenario/1\nextends: _base.yaml\nname: extended\n"
        let digest = try #require(try digests(plain).first ?? nil)
        #expect(digest.utf8.count == 64)
        #expect(
            try digests("# A comment.\nunderstudy: scenario/1\nextends: _base.yaml\n\nname:   'extended'\n") == [digest]
        )
        #expect(try digests(plain.replacing("extended", with: "other")) != [digest])
        #expect(try digests(plain, base: Self.base.replacing("Hello.", with: "Hello!")) != [digest])
        let points = try digests(plain + "tags: ['${word}']\nmatrix: {word: [a, b]}\n")
        #expect(Set(points).count == 2 && !points.contains(nil))
    }

    @Test func anotherKindOfConversationReplacesTheBases() throws {
        let text = """
            understudy: scenario/1
            extends: ../a/./_base.yaml
            name: extended
            conversation:
              persistent: {from: user, to: bot, messages: [One, Two]}
            """
        #expect(
            try scenarios(text).first?.conversation == .persistent(from: "user", to: "bot", messages: ["One", "Two"]))
        let drive = "understudy: scenario/1\nextends: _base.yaml\nname: x\ndrive: {command: [python3, x.py]}\n"
        #expect(try scenarios(drive).first?.program?.command == ["python3", "x.py"])
    }

    @Test func errorsOfABaseStandInTheBase() {
        let bad = Self.base.replacing("temperature: 0", with: "temprature: 0")
        #expect(
            problems("understudy: scenario/1\nextends: _base.yaml\nname: x\ntgas: [a]\n", ["a/_base.yaml": bad]) == [
                "a/_base.yaml:4:36: unknown key 'temprature'", "a/s.yaml:4:1: unknown key 'tgas'",
            ])
    }

    @Test(arguments: [
        (
            "extends: nobody.yaml",
            "a/s.yaml:2:10: a/nobody.yaml cannot be read: a/nobody.yaml: error: there is no such file"
        ),
        ("extends: s.yaml", "a/s.yaml:2:10: 's.yaml' extends this file itself"),
        ("extends: loop.yaml", "a/loop.yaml:2:10: 's.yaml' extends this file itself"),
        ("extends: [x]", "a/s.yaml:2:10: extends cannot be a list"),
        ("extends: /etc/passwd", "a/s.yaml:2:10: extends cannot be '/etc/passwd'"),
    ])
    func whatCannotBeExtendedIsToldThere(line: String, expected: String) {
        let loop = "understudy: scenario/1\nextends: s.yaml\n"
        #expect(problems("understudy: scenario/1\n\(line)\nname: x\n", ["a/loop.yaml": loop]) == [expected])
    }

    private static let matrix = """
        understudy: scenario/1
        name: ${model} at ${temperature}
        matrix:
          model: [gpt-4o, gpt-4.1]
          temperature: [0, "1"]
        agents:
          user: {kind: user_proxy, max_auto_replies: 0}
          bot:
            kind: assistant
            model: ${model}
            temperature: ${temperature}
        conversation:
          two_agent: {from: user, to: bot, message: "echo ${HOME}"}
        """

    @Test func eachPointIsAScenario() throws {
        let all = try scenarios(Self.matrix.replacing(#""1""#, with: "1"))
        #expect(
            all.map(\.point) == [
                "model=gpt-4o,temperature=0", "model=gpt-4o,temperature=1", "model=gpt-4.1,temperature=0",
                "model=gpt-4.1,temperature=1",
            ])
        #expect(all.map(\.name) == ["gpt-4o at 0", "gpt-4o at 1", "gpt-4.1 at 0", "gpt-4.1 at 1"])
        #expect(all[3].agents[1].model?.name == "gpt-4.1")
        #expect(all[3].agents[1].model?.options["temperature"] == 1)
        // What is no parameter stays as it is.
        #expect(all[0].conversation == .twoAgent(from: "user", to: "bot", message: "echo ${HOME}", maxTurns: nil))
    }

    @Test func aQuotedNumberStaysText() {
        #expect(problems(Self.matrix) == ["a/s.yaml:11:18: temperature cannot be '1'"])
    }

    @Test func pointsAreListedByThemselves() throws {
        let text = Self.matrix.replacing(
            "  model: [gpt-4o, gpt-4.1]\n  temperature: [0, \"1\"]",
            with: "- {model: a, temperature: 0}\n- {model: b, temperature: 0.5}")
        #expect(try scenarios(text).map(\.point) == ["model=a,temperature=0", "model=b,temperature=0.5"])
    }

    @Test(arguments: [
        ("  model: [gpt-4o, gpt-4.1]", "  model: []", "a/s.yaml:4:10: model cannot be a list"),
        ("  model: [gpt-4o, gpt-4.1]", "  model: [a, [b]]", "a/s.yaml:4:14: model cannot be a list"),
        (
            "  model: [gpt-4o, gpt-4.1]", "  model: [a.b, a/b]",
            "a/s.yaml:4:3: the point model=a/b,temperature=0 is there twice, or differs from another one only by signs"
        ),
        (
            "temperature: [0, \"1\"]", "temperature: [0]\n  top: [1, 2]",
            "a/s.yaml:6:3: the parameter 'top' is used nowhere"
        ),
    ])
    func whatIsNoMatrixIsToldThere(old: String, new: String, expected: String) {
        #expect(problems(Self.matrix.replacing(old, with: new)).first == expected)
    }

    @Test func whatIsWrongAtEveryPointIsToldOnce() {
        let text = Self.matrix.replacing(#""1""#, with: "1").replacing("from: user", with: "from: usr")
        #expect(problems(text) == ["a/s.yaml:13:21: unknown agent 'usr'"])
    }

    @Test func termsAreRead() throws {
        let text =
            Self.base + """

                name: terms
                repeat: 4
                seed: -3
                limits: {turns: 5, requests: 6, tokens: 7, cost: 0.5, seconds: 8.5}
                prices: {m: {prompt: 0.1, completion: 0.2}}
                endpoints: {openai: https://x.example/v1, hopx: {url: http://y.example, key: MY_API_KEY}}
                """
        let scenario = try #require(try scenarios(text).first)
        #expect(scenario.repetitions == 4 && scenario.seed == -3)
        #expect(scenario.limits == .init(turns: 5, requests: 6, tokens: 7, cost: 0.5, seconds: 8.5))
        #expect(scenario.prices == ["m": Price(prompt: 0.1, completion: 0.2)])
        #expect(
            scenario.endpoints == [
                .init(service: "openai", url: "https://x.example/v1"),
                .init(service: "hopx", url: "http://y.example", keyVariable: "MY_API_KEY"),
            ])
    }

    /// A file must not make anybody send another secret of this machine to an address of its own.
    @Test(arguments: ["HOME", "AWS_SECRET_ACCESS_KEY", "api_key", "X-_API_KEY", "MY_API_KEY_2"])
    func onlyKeysOfServicesMayBeNamed(variable: String) {
        let text = Self.base + "\nname: x\nendpoints: {openai: {url: https://x.example, key: \(variable)}}\n"
        #expect(problems(text) == ["a/s.yaml:10:51: key cannot be '\(variable)'"])
    }

    @Test(arguments: [
        ("ended_by: max_turns", "why a conversation ended is known to whoever conducts it"),
        ("speakers: {exactly: [a, b]}", "a speaker whose words no model is sent is not seen"),
        ("share: {by: a, at_most: 0.5}", "a speaker whose words no model is sent is not seen"),
        ("not: {byte_identical: true}", "a program's times are its own"),
    ])
    func whatAWireDoesNotShowIsRefused(claim: String, reason: String) {
        let text = "understudy: scenario/1\nname: x\ndrive: {command: [x]}\nexpect:\n- \(claim)\n"
        #expect(problems(text) == ["a/s.yaml:5:3: nobody can judge this of a program: \(reason)"])
    }

    @Test func whatAWireShowsIsJudgedOfPrograms() {
        let claims = [
            "said: {by: anyone, contains: x}", "llm_calls: {at_most: 2}", "ended_by: program_exit", "tool: {name: t}",
        ]
        let text =
            "understudy: scenario/1\nname: x\ndrive: {command: [x]}\nexpect:\n"
            + claims.map { "- \($0)\n" }.joined()
        #expect(problems(text) == [])
    }
}
