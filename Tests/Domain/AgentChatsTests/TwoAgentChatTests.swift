import AgentChats
import Documents
import Testing
import Transcripts

@Suite struct TwoAgentChatTests {
    @Test func codeIsRunAndItsResultSentBack() throws {
        var player = ChatPlayer()
        player.play("```python\n1/0\n```", "TERMINATE", results: [CodeResult(exitCode: 1, output: "oops")])
        #expect(player.runs == [[CodeBlock(language: "python", code: "1/0")]])
        #expect(
            player.said == [
                "user: Go.", "helper: ```python\n1/0\n```",
                "user: exitcode: 1 (execution failed)\nCode output: oops", "helper: TERMINATE",
            ])
        #expect(player.end == End(cause: .terminationMessage, agent: "user"))
        #expect(try player.chat.lastMessageSummary() == "")
    }

    @Test func requestsNameEveryTextAndBeginWithTheSystemMessage() {
        var player = ChatPlayer()
        player.play("hi", "TERMINATE")
        let expected: [JSONValue] = [
            ["content": "S", "role": "system"],
            ["content": "Go.", "role": "user", "name": "user"],
            ["content": "hi", "role": "assistant", "name": "helper"],
            ["content": "", "role": "user", "name": "user"],
        ]
        #expect(player.requests.last?.map(\.json) == expected)
        #expect(player.requests.last?.last?.json.text() == #"{"content":"","role":"user","name":"user"}"#)
    }

    @Test(arguments: [
        ("only the whole text ends it by default", nil, ["done. TERMINATE", "TERMINATE ", "TERMINATE"], 3),
        ("a suffix", TerminationTest.endsWith("TERMINATE"), ["x", "done. TERMINATE \n\u{3000}"], 2),
        ("a part", TerminationTest.contains("END"), ["x", "the END of it"], 2),
        ("termination before code", TerminationTest.contains("END"), ["```python\nx\n```\nEND"], 1),
    ])
    func theProxyEndsTheChatOnATerminationMessage(
        label: String, test: TerminationTest?, answers: [String], requests: Int
    ) {
        var player = ChatPlayer(proxy: .proxy(test: test))
        player.play(answers.map(ModelAnswer.saying))
        #expect(player.requests.count == requests, "\(label)")
        #expect(player.end == End(cause: .terminationMessage, agent: "user"), "\(label)")
    }

    @Test(arguments: [(0, 1), (1, 2), (2, 3), (5, 6)])
    func aLimitOfRepliesMeansOneMoreRequest(limit: Int, requests: Int) {
        var player = ChatPlayer(proxy: .proxy(limit: limit))
        player.play(Array(repeating: .saying("more"), count: 20))
        #expect(player.requests.count == requests)
        #expect(player.end == End(cause: .maxConsecutiveAutoReply, agent: "user"))
    }

    @Test func theLimitIsAHundredUnlessGiven() {
        var player = ChatPlayer(proxy: .proxy(limit: nil))
        player.play(Array(repeating: .saying("more"), count: 200))
        #expect(player.requests.count == 100)
        #expect(player.end == End(cause: .maxConsecutiveAutoReply, agent: "helper"))
    }

    @Test func aLimitComesBeforeATerminationMessage() {
        var player = ChatPlayer(proxy: .proxy(limit: 1))
        player.play("a", "TERMINATE")
        #expect(player.end?.cause == .maxConsecutiveAutoReply)
    }

    @Test func theLastOfTheTurnsIsNotReactedTo() throws {
        var player = ChatPlayer(maxTurns: 2)
        player.play("```python\na\n```", "```python\nb\n```", results: [CodeResult(exitCode: 0, output: "")])
        #expect(player.runs.count == 1)
        #expect(player.requests.count == 2)
        #expect(player.end == End(cause: .maxTurns, agent: nil))
        #expect(try player.chat.lastMessageSummary() == "```python\nb\n```")
    }

    @Test func turnsEndEarlyWhenTheSenderHasNoReply() {
        var player = ChatPlayer(maxTurns: 5)
        player.play("a", "TERMINATE")
        #expect(player.end == End(cause: .terminationMessage, agent: "user"))
    }

    @Test func theSenderTakesItsNextTurnWhenTheRecipientIsSilent() {
        var player = ChatPlayer(assistant: .assistant(limit: 1), maxTurns: 3)
        player.play("a", "b", "c")
        #expect(player.said == ["user: Go.", "helper: a", "user: ", "user: ", "helper: b"])
        #expect(player.chat.notices.map(\.cause) == [.maxConsecutiveAutoReply])
        #expect(player.chat.notices.map(\.agent) == ["helper"])
        #expect(player.chat.notices.map(\.peer) == ["user"])
        #expect(player.end == End(cause: .maxTurns, agent: nil))
    }

    @Test func noTurnsSayNothing() {
        var player = ChatPlayer(maxTurns: 0)
        player.play()
        #expect(player.said.isEmpty)
        #expect(player.end?.cause == .maxTurns)
    }

    @Test func aNewChatForgetsUnlessToldOtherwise() {
        var player = ChatPlayer()
        player.play("TERMINATE")
        for (clears, count) in [(false, 4), (true, 2)] {
            var next = ChatPlayer(
                TwoAgentChat(
                    cast: player.chat.cast, from: "user", to: "helper", message: Message(text: "Again."),
                    opening: .initiate(clearsHistory: clears, maxTurns: nil)))
            next.play("TERMINATE")
            #expect(next.chat.history.count == count)
        }
    }

    @Test(arguments: [(nil, 2), (true, 2), (false, 1)])
    func aSentMessageGoesOnFromWhereTheTwoAre(requestsReply: Bool?, messages: Int) {
        var player = ChatPlayer()
        player.play("TERMINATE")
        var next = ChatPlayer(
            TwoAgentChat(
                cast: player.chat.cast, from: "user", to: "helper", message: Message(text: "More."),
                opening: .send(requestsReply: requestsReply)))
        next.play("TERMINATE")
        #expect(next.chat.history.count == 2 + messages)
        #expect(next.end?.cause == (requestsReply == false ? .noReplyRequested : .terminationMessage))
    }

    @Test func nobodyRepliesToAMessageBeforeAnyChatOrAfterCountedTurns() {
        var player = ChatPlayer(maxTurns: 1)
        player.play("a")
        for cast in [Cast([.proxy(), .assistant()]), player.chat.cast] {
            var next = ChatPlayer(
                TwoAgentChat(
                    cast: cast, from: "user", to: "helper", message: Message(text: "Hi."),
                    opening: .send(requestsReply: nil)))
            next.play("TERMINATE")
            #expect(next.requests.isEmpty)
            #expect(next.end == End(cause: .noReplyRequested, agent: nil))
        }
    }

    @Test(arguments: [
        (Agent.LookBack.auto, 1), (.last(1), 1), (.last(2), 1), (.last(3), 2), (.last(0), 3), (.last(99), 3),
    ])
    func olderCodeIsFoundAsFarAsTheLookBackReaches(lookBack: Agent.LookBack, runs: Int) {
        var player = ChatPlayer(proxy: .proxy(limit: 3, lookBack: lookBack))
        player.play(
            ["```python\na\n```", "no code", "none"].map(ModelAnswer.saying),
            Array(repeating: CodeResult(exitCode: 0, output: ""), count: 5))
        #expect(player.runs.count == runs)
        #expect(player.runs.allSatisfy { $0.map(\.code) == ["a"] })
    }

    @Test func aNullAnswerBecomesTheDefaultReplyAndAnEmptyOneStays() {
        var assistant = Agent.assistant()
        assistant.defaultReply = Message(text: "well")
        var player = ChatPlayer(assistant: assistant)
        player.play([.silent, .saying(""), .saying("TERMINATE")])
        #expect(player.said == ["user: Go.", "helper: well", "user: ", "helper: ", "user: ", "helper: TERMINATE"])
    }

    @Test func withoutADefaultReplyTheChatEnds() {
        var player = ChatPlayer(proxy: .proxy(defaultReply: nil))
        player.play("hm")
        #expect(player.end == End(cause: .noReplyRequested, agent: "user"))
    }

    @Test func callsOfToolsThatNobodyHasAreAnsweredBeforeCode() throws {
        let answer = ModelAnswer(
            message: JSONObject([
                ("role", "assistant"), ("content", "```python\nx\n```"), ("refusal", .null),
                (
                    "tool_calls",
                    [
                        ["id": "c1", "type": "function", "function": ["name": "a b", "arguments": "{}"]],
                        ["id": .null, "type": "function", "function": ["name": "c", "arguments": ""]],
                    ]
                ),
            ]))
        var player = ChatPlayer()
        player.play([answer, .saying("TERMINATE")])
        #expect(player.runs.isEmpty)
        let messages = try #require(player.requests.last).map(\.json)
        let expected: [JSONValue] = [
            [
                "content": "```python\nx\n```",
                "tool_calls": [
                    ["id": "c1", "type": "function", "function": ["name": "a_b", "arguments": "{}"]],
                    ["type": "function", "function": ["name": "c", "arguments": ""]],
                ], "role": "assistant",
            ],
            ["tool_call_id": "c1", "role": "tool", "content": "Error: Function a_b not found."],
            ["role": "tool", "content": "Error: Function c not found."],
        ]
        #expect(Array(messages.suffix(3)) == expected)
        #expect(player.said[2] == "user: Error: Function a_b not found.\n\nError: Function c not found.")
    }

    @Test func anEmptyListOfCallsIsKeptWithAName() throws {
        var player = ChatPlayer(proxy: .proxy(limit: 1))
        player.play([
            ModelAnswer(message: JSONObject([("content", "x"), ("tool_calls", .array([]))])), .saying("TERMINATE"),
        ])
        #expect(
            try #require(player.requests.last)[2].json
                == ["content": "x", "tool_calls": [], "role": "assistant", "name": "helper"])
    }

    @Test func aMessageOfNothingCannotBeSent() {
        var player = ChatPlayer(Message(JSONObject([("content", .null), ("name", "x")])))
        player.play()
        #expect(player.said.isEmpty)
        #expect(player.chat.error?.className == "ValueError")
        #expect(player.end?.cause == .error)
        #expect(player.chat.history.isEmpty)
    }

    @Test func aFailureEndsTheChatAndKeepsWhatWasSaid() {
        var chat = ChatPlayer().chat
        _ = chat.next(after: .started)
        _ = chat.next(after: .heard)
        let error = ChatError("BadRequestError", "too long", status: 400, code: "context_length_exceeded")
        guard case .finish(let end) = chat.next(after: .failed(error)) else {
            Issue.record("the chat goes on")
            return
        }
        #expect(end.cause == .error)
        #expect(end.failure == "BadRequestError: too long (status 400, code context_length_exceeded)")
        #expect(chat.history.count == 1)
    }

    @Test func theSummaryDropsTheWordAndTrimsNothing() throws {
        var player = ChatPlayer(proxy: .proxy(test: .contains("TERMINATE")))
        player.play(" a TERMINATE b\nTERMINATETERMINATE ")
        #expect(try player.chat.lastMessageSummary() == " a  b\n ")
    }
}
