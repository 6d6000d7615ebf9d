import Conversations
import Documents
import HTTPMessages
import Scenarios
import Scripts
import Testing
import TextConditions
import Transcripts

@Suite struct ScenarioReaderTests {
    @Test func aFullFileIsReadWithAllItsKeys() throws {
        let scenario = try ScenarioReader.read(Scenario.sampleFile, file: "s.yaml")
        #expect(scenario.name == "primes")
        #expect(scenario.file == "s.yaml")
        #expect(scenario.cassette == "tutorial/two-agent")
        #expect(scenario.tags == ["tutorial", "quick"])
        #expect(scenario.agents.map(\.name) == ["assistant", "user_proxy"])
        let options = JSONObject([("temperature", .number(0)), ("stop", ["END"])])
        #expect(
            scenario.agent(named: "assistant")
                == Scenario.Agent(
                    name: "assistant", kind: .assistant,
                    model: Scenario.Model(name: "gpt-4o", options: options, timeout: 30, maxRetries: 1),
                    system: "You write Python.\nSay TERMINATE at the end.", description: "writes code",
                    defaultReply: "go on"))
        #expect(
            scenario.agent(named: "user_proxy")
                == Scenario.Agent(
                    name: "user_proxy", kind: .userProxy,
                    executor: .hopx(template: "code-interpreter", timeout: 60, ttl: 300), maxAutoReplies: 10,
                    termination: .endsWith("TERMINATE"), lookBack: 2))
        #expect(
            scenario.conversation
                == .twoAgent(
                    from: "user_proxy", to: "assistant", message: "Sum the first 100 primes.", maxTurns: 6))
        let error = Script.Failure(
            status: 429, message: "slow down", type: "t", code: "c", headers: ["retry-after-ms": "5"])
        #expect(
            scenario.script
                == Script(
                    file: "s.yaml",
                    rules: [
                        Script.Rule(
                            when: [.request(1), .model(.equals("gpt-4o"))], reply: .text("first"),
                            place: Place(line: 32, column: 5)),
                        Script.Rule(
                            when: [.text(.contains("failed")), .system(.matches(try Pattern("(?i)python")))],
                            reply: .failure(error), times: 2, place: Place(line: 34, column: 5)),
                        Script.Rule(
                            reply: .text("TERMINATE", ending: .length), place: Place(line: 39, column: 5)),
                    ], otherwise: .echo))
        func at(_ line: Int) -> Place { Place(line: line, column: 3) }
        #expect(
            scenario.expectations == [
                Expectation(.exitCode(0), place: at(42)),
                Expectation(.said(by: "assistant", .matches(try Pattern("TERMINATE"))), place: at(43)),
                Expectation(.printed(.output, .contains("24133")), place: at(44)),
                Expectation(.turns(.init(atMost: 6)), place: at(45)),
                Expectation(.codeRuns(.init(atLeast: 1, atMost: 2)), place: at(46)),
                Expectation(.endedBy(.terminationMessage, agent: "user_proxy"), place: at(47)),
                Expectation(.printed(.stderr, .contains("Error")), isNegated: true, place: at(48)),
            ])
    }

    @Test func whatIsLeftOutHasItsDefault() throws {
        let scenario = try ScenarioReader.read(Array(Scenario.smallFile.utf8), file: "s.yaml")
        #expect(scenario.cassette == nil)
        #expect(scenario.script == nil)
        #expect(scenario.expectations.isEmpty)
        #expect(scenario.agents[0] == .init(name: "a", kind: .assistant, model: .init(name: "m")))
        #expect(scenario.conversation == .twoAgent(from: "u", to: "a", message: "hello", maxTurns: nil))
        let executor = Scenario.smallFile.replacing(
            "kind: user_proxy", with: "kind: user_proxy, executor: {kind: hopx}")
        #expect(
            try ScenarioReader.read(executor, file: "s.yaml").agents[1].executor
                == .hopx(template: "code-interpreter", timeout: 60, ttl: 300))
    }

    @Test(
        arguments: [
            ("{kind: persistent}", .persistent(timeout: 60)),
            ("{kind: persistent, timeout: 5}", .persistent(timeout: 5)),
            ("{kind: robust}", .robust(attempts: 3)), ("{kind: robust, attempts: 5}", .robust(attempts: 5)),
            ("{kind: hopx_production}", .production(timeout: 60, persists: true, outputLimit: nil)),
            (
                "{kind: hopx_production, timeout: 9, persist: false, output_limit: 10000}",
                .production(timeout: 9, persists: false, outputLimit: 10_000)
            ),
        ] as [(String, Scenario.Executor)])
    func executorsAreThoseOfTheTutorial(written: String, executor: Scenario.Executor) throws {
        let file = Scenario.smallFile.replacing("kind: user_proxy", with: "kind: user_proxy, executor: \(written)")
        #expect(try ScenarioReader.read(file, file: "s.yaml").agents[1].executor == executor)
    }

    @Test func numbersInModelOptionsKeepTheirSpelling() throws {
        let file = Scenario.smallFile.replacing("model: m", with: "top_p: 0.50, model: m, temperature: 1e0, n: 2")
        let scenario = try ScenarioReader.read(file, file: "s.yaml")
        let options = try #require(scenario.agents[0].model?.options)
        #expect(JSONValue.object(options).text() == #"{"top_p":0.50,"temperature":1e0,"n":2}"#)
    }

    @Test func bytesThatAreNotUTF8AreNamedByTheirPlace() throws {
        let bytes = Array("understudy: scenario/1\nname: ü".utf8) + [0xFF, 0x0A]
        #expect(problemsFound(in: bytes) == ["2:8: the file is not UTF-8 text"])
    }

    @Test func aFullMessageSaysPlaceExpectationAndFix() throws {
        let file = Scenario.sampleFile.replacing("expect:", with: "exepct:")
        let error = #expect(throws: Diagnostics.self) { try ScenarioReader.read(file, file: "scenarios/refund.yaml") }
        #expect(
            error?.description == """
                scenarios/refund.yaml:41:1: error: unknown key 'exepct'
                  expected: one of agents, cassette, conversation, drive, endpoints, expect, extends, faults, limits, matrix, \
                name, prices, repeat, script, seed, tags, tools, understudy
                  fix: did you mean 'expect'?
                """)
    }

    @Test func allErrorsOfAFileAreReportedInOrder() throws {
        let file = Scenario.sampleFile.replacing("exit_code: 0", with: "exit_code: zero")
            .replacing("temperature: 0.0", with: "temprature: 0.0").replacing("to: assistant", with: "to: asistant")
            .replacing("name: primes", with: "nmae: primes").replacing("status: 429", with: "status: 200")
        #expect(
            problemsFound(in: Array(file.utf8)) == [
                "1:1: the key 'name' is missing", "2:1: unknown key 'nmae'", "9:5: unknown key 'temprature'",
                "27:9: unknown agent 'asistant'", "37:29: status cannot be '200'", "42:14: exit_code cannot be 'zero'",
            ])
    }
}

/// `LINE:COLUMN: MESSAGE` of each problem; empty for a good file.
func problemsFound(in bytes: [UInt8]) -> [String] {
    do {
        _ = try ScenarioReader.read(bytes, file: "s.yaml")
        return []
    } catch let error as Diagnostics {
        return error.all.map { "\($0.place.map { "\($0.line):\($0.column)" } ?? "-"): \($0.message)" }
    } catch {
        return ["\(error)"]
    }
}
