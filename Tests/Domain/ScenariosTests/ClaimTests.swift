import AgentChats
import Conversations
import Documents
import Scenarios
import Testing
import Transcripts

/// Claims about who took part, which tools were called, and what it took.
@Suite struct ClaimTests {
    /// A question, a call of a tool, code that fails once, and an answer in JSON; then another chat.
    private static let transcript: Transcript = {
        func call(_ agent: String, _ prompt: Int, _ completion: Int, failure: String? = nil) -> Entry.Kind {
            .llmCall(
                LLMCall(
                    agent: agent, model: "gpt-4o", request: [:], status: failure == nil ? 200 : 500,
                    usage: failure == nil ? Usage(promptTokens: prompt, completionTokens: completion) : nil,
                    failure: failure))
        }
        func said(_ speaker: String, _ recipient: String, _ text: String?, _ calls: [ToolCall] = []) -> Entry.Kind {
            .message(MessageSent(speaker: speaker, recipient: recipient, text: text, toolCalls: calls))
        }
        func code(_ exit: Int) -> Entry.Kind {
            .codeRun(CodeRun(agent: "user", language: "python", code: "x", exitCode: exit))
        }
        let kinds: [(Int, Entry.Kind)] = [
            (1, said("user", "bot", "Search for it.")),
            (2, call("bot", 0, 0, failure: "overloaded")), (2, call("bot", 100, 20)),
            (
                2,
                said(
                    "bot", "user", nil,
                    [
                        ToolCall(id: "1", name: "search", arguments: #"{"query":{"text":"it","deep":true},"limit":5}"#),
                        ToolCall(id: "2", name: "open", arguments: "not json"),
                    ])
            ),
            (3, code(1)), (3, said("user", "bot", "exitcode: 1")),
            (4, call("bot", 200, 30)), (4, said("bot", "user", "Again.")),
            (5, code(0)), (5, said("user", "bot", "exitcode: 0")),
            (6, call("bot", 300, 50)),
            (6, said("bot", "user", "Here:\n```json\n{\"count\": 3, \"names\": [\"a\"]}\n```\n")),
            (6, .end(End(cause: .maxTurns, agent: nil))),
            (7, said("user", "writer", "Write.")), (8, call("writer", 10, 5)), (8, said("writer", "user", "Done.")),
            (8, .end(End(cause: .terminationMessage, agent: "user"))),
        ]
        return Transcript(
            subject: "claims",
            entries: kinds.enumerated().map {
                Entry(turn: $1.0, kind: $1.1, timing: Timing(start: Double($0), duration: 0.5))
            })
    }()

    private func expectation(_ line: String) throws -> Expectation {
        let text = """
            understudy: scenario/1
            name: x
            agents:
              user: {kind: user_proxy}
              bot: {kind: assistant, model: gpt-4o}
              writer: {kind: assistant, model: gpt-4o}
            conversation:
              two_agent: {from: user, to: bot, message: m}
            expect:
            - \(line)
            """
        return try #require(try ScenarioReader.read(text, file: "s.yaml").expectations.first)
    }

    @Test(arguments: [
        "spoke: {by: bot}", "spoke: {by: bot, exactly: 3}", "share: {by: user, at_least: 0.5, at_most: 0.5}",
        "speakers: {exactly: [user, bot, user, bot, user, bot, user, writer]}", "speakers: {in_order: [bot, writer]}",
        "speakers: {only: [user, bot, writer]}", "llm_calls: {exactly: 5}", "llm_calls: {by: writer, exactly: 1}",
        "tool: {name: search}", "tool: {name: search, by: bot, exactly: 1}",
        "tool: {name: search, arguments: {limit: 5.0}}", "tool: {name: search, arguments: {query: {deep: true}}}",
        "tool: {name: open, at_most: 1}", "tool: {name: nothing, exactly: 0}", "tools: {exactly: [search, open]}",
        "tools: {in_order: [open]}", "tools: {only: [search, open, close]}", "tokens: {exactly: 715}",
        "prompt_tokens: {at_most: 610}", "completion_tokens: {at_least: 105}", "cost: {at_most: 0.005}",
        "latency: {at_most: 16.5}", "recovered_within: 2",
        "json: {by: bot, schema: {type: object, required: [count]}}",
        "json: {schema: {properties: {count: {type: integer, maximum: 3}, names: {items: {type: string, maxLength: 1}}}}}",
        "all_played: true", "byte_identical: true",
    ])
    func whatHoldsFailsOnlyNegated(line: String) throws {
        let expectation = try expectation(line)
        #expect(expectation.description == line)
        #expect(expectation.judge(Self.transcript) == nil)
        let negated = try self.expectation("not: {\(line)}")
        #expect(negated.judge(Self.transcript) != nil)
    }

    @Test(arguments: [
        ("spoke: {by: bot, at_most: 2}", 6, "3 messages by bot"),
        ("spoke: {by: bot, at_least: 4}", 6, "3 messages by bot"),
        ("share: {by: bot, at_least: 0.5}", 6, "3 of 8 messages are by bot"),
        (
            "speakers: {exactly: [user, bot, bot]}", 3,
            "the speakers were user, bot, user, bot, user, bot, user, writer"
        ),
        (
            "speakers: {in_order: [writer, bot]}", 8,
            "the speakers were user, bot, user, bot, user, bot, user, writer: no 'bot' in its place"
        ),
        ("speakers: {only: [user, bot]}", 8, "'writer' is among the speakers"),
        ("llm_calls: {at_most: 3}", 6, "5 calls of models"),
        ("llm_calls: {by: bot, at_most: 1}", 2, "4 calls of models by bot"),
        (
            "tool: {name: search, arguments: {limit: 6}}", 2,
            #"search was called with "{\"query\":{\"text\":\"it\",\"deep\":true},\"limit\":5}""#
        ),
        ("tool: {name: open, arguments: {a: 1}}", 2, #"open was called with "not json""#),
        ("tool: {name: close}", 2, "only open, search was called"),
        ("tools: {exactly: [search]}", 2, "the tools were search, open"),
        ("tokens: {at_most: 400}", 6, "715 tokens"), ("cost: {at_most: 0.001}", 4, "$0.004625"),
        ("latency: {at_most: 3}", 2, "it took 16.5 s"), ("recovered_within: 1", 3, "it recovered after 2 turns"),
        (
            "json: {by: bot, schema: {properties: {names: {items: {minLength: 2}}}}}", 6,
            "the JSON that bot said has at /names/0: 1 characters, expected at least 2"
        ),
        ("json: {by: writer, schema: {}}", 8, "no message is JSON"),
    ])
    func whatDoesNotHoldIsToldWithItsTurn(line: String, turn: Int, seen: String) throws {
        let finding = try #require(try expectation(line).judge(Self.transcript))
        #expect(finding.turn == turn)
        #expect(finding.seen == seen)
    }

    @Test func aModelWithoutPriceHoldsNoBudget() throws {
        var transcript = Self.transcript
        transcript.entries.append(
            Entry(
                turn: 9,
                kind: .llmCall(
                    LLMCall(
                        agent: "bot", model: "new", request: [:], status: 200,
                        usage: Usage(promptTokens: 1000, completionTokens: 1000)))))
        let expectation = try expectation("cost: {at_most: 100}")
        #expect(expectation.judge(transcript)?.seen == "no price is known of new: give it under 'prices'")
        let priced = Circumstances(prices: ["new": Price(prompt: 1, completion: 2)])
        #expect(expectation.judge(transcript, priced) == nil)
        #expect(try self.expectation("cost: {at_most: 3}").judge(transcript, priced)?.seen == "$3.004625")
        #expect(transcript.cost([:]) == nil, "to count what is not known as free would hide it")
        #expect(transcript.cost(priced.prices) == 3.004625)
        #expect(Transcript(subject: "nobody was asked").cost([:]) == nil)
    }

    @Test func whatIsKnownBesideTheTranscriptIsJudged() throws {
        let circumstances = Circumstances(leftovers: ["interaction 3"], difference: ["turn 2"])
        #expect(
            try expectation("all_played: true").judge(Self.transcript, circumstances)?.seen
                == "not played: interaction 3")
        #expect(
            try expectation("byte_identical: true").judge(Self.transcript, circumstances)?.seen
                == "a second performance differs: turn 2")
    }

    @Test func whatNeverSucceedsAgainIsNoRecovery() throws {
        var transcript = Self.transcript
        transcript.entries.removeAll { $0.turn == 5 }
        let finding = try #require(try expectation("recovered_within: 9").judge(transcript))
        #expect(finding.turn == 3 && finding.seen == "what failed there never succeeded afterwards")
    }

    @Test func aChatOfAPipelineIsJudgedAlone() throws {
        let text = """
            understudy: scenario/1
            name: x
            agents:
              user: {kind: user_proxy}
              bot: {kind: assistant, model: m}
            conversation:
              pipeline:
              - {from: user, to: bot, message: m, expect: [{spoke: {by: bot, exactly: 3}}]}
              - {from: user, to: bot, message: m, expect: [{turns: {at_most: 1}}, {said: {contains: Search}}]}
            """
        let expectations = try ScenarioReader.read(text, file: "s.yaml").expectations
        #expect(expectations.map(\.chat) == [0, 1, 1])
        #expect(expectations[0].judge(Self.transcript) == nil)
        #expect(expectations[2].judge(Self.transcript)?.seen == #"the last of 2 messages, by writer, is "Done.""#)
        #expect(expectations[2].description == "said: {contains: Search}, of chat 2")
        let misplaced = text.replacing("{turns: {at_most: 1}}", with: "{all_played: true}")
        #expect(throws: Diagnostics.self) { try ScenarioReader.read(misplaced, file: "s.yaml") }
    }

    @Test(arguments: [
        ("spoke: {at_least: 1}", "the key 'by' is missing"), ("share: {by: bot, at_most: 2}", "at_most cannot be '2'"),
        ("share: {by: bot}", "share has no bound"), ("speakers: {}", "speakers is empty"),
        ("speakers: {only: [nobody]}", "unknown agent 'nobody'"),
        ("tools: {only: [a], exactly: [b]}", "exactly stands beside only"),
        ("tool: {name: a, arguments: [b]}", "arguments cannot be a list"), ("tokens: {}", "tokens has no bound"),
        ("cost: {at_most: -1}", "at_most cannot be '-1'"), ("all_played: false", "all_played cannot be 'false'"),
        ("recovered_within: -1", "recovered_within cannot be '-1'"),
        ("json: {schema: {type: text}}", "type cannot be 'text'"),
        ("json: {schema: {$ref: x}}", "unknown key '$ref'"), ("json: {by: bot}", "the key 'schema' is missing"),
    ])
    func whatIsNoClaimIsRefused(line: String, message: String) {
        let error = #expect(throws: Diagnostics.self) { try expectation(line) }
        #expect(error?.all.first?.message == message)
        #expect(error?.all.first?.place?.line == 10)
    }
}
