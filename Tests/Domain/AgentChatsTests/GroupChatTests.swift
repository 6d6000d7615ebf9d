import AgentChats
import Documents
import Testing
import Transcripts

@Suite struct GroupChatTests {
    private func player(_ group: Group, agents: [Agent] = GroupChatTests.agents, seed: RandomSeed = .number(0))
        -> ChatPlayer
    {
        let manager = Agent(name: group.manager, kind: .manager, hasModel: true)
        return ChatPlayer(
            TwoAgentChat(
                cast: Cast(agents + [manager], groups: [group], seed: seed), from: "User", to: group.manager,
                message: Message(text: "Hi."), opening: .initiate(clearsHistory: true, maxTurns: nil)))
    }

    private static let agents = [
        Agent(name: "User", kind: .userProxy, lookBack: .auto),
        Agent(name: "Coder", kind: .assistant, systemMessage: "C", hasModel: true),
        Agent(name: "Story_writer", kind: .assistant, systemMessage: "W", hasModel: true),
    ]

    private static let members = ["User", "Coder", "Story_writer"]

    @Test func membersSpeakInTurn() {
        var player = player(Group(members: Self.members, maxRounds: 5, selection: .method(.roundRobin)))
        player.play("one", "two", "three", "four")
        #expect(
            player.said == [
                "User: Hi.", "Coder: one", "Story_writer: two", "User: ", "Coder: three",
            ])
        #expect(player.end == End(cause: .maxRound, agent: "chat_manager"))
        let seen: [JSONValue] = [
            ["content": "W", "role": "system"],
            ["content": "Hi.", "role": "user", "name": "User"],
            ["content": "one", "role": "user", "name": "Coder"],
        ]
        #expect(player.requests[1].map(\.json) == seen)
    }

    @Test(arguments: [
        ("Coder", "Coder"), ("I pick **Story writer**.", "Story_writer"), ("Story\\_writer", "Story_writer"),
        ("(Coder) Coder", "Coder"),
    ])
    func theAnswerNamesTheSpeaker(answer: String, speaker: String) {
        var player = player(Group(members: Self.members, maxRounds: 2))
        player.play(answer, "said")
        #expect(player.said.last == "\(speaker): said")
        #expect(player.selections.count == 1)
    }

    @Test(arguments: ["Coders", "xCoder", "coder", "Coder\u{103}", "", "nobody"])
    func anAnswerThatNamesNobodyIsAskedAgain(answer: String) {
        var player = player(Group(members: Self.members, maxRounds: 2))
        player.play(answer, answer, answer, "said")
        #expect(player.selections.count == 3)
        #expect(player.selections[1].suffix(2).first?.name == "speaker_selection_agent")
        #expect(player.selections[2].last?.text.contains("['User', 'Coder', 'Story_writer']") == true)
        // Out of attempts the next in order speaks.
        #expect(player.said.last == "Coder: said")
    }

    @Test func severalNamesAreToldApart() {
        var player = player(Group(members: Self.members, maxRounds: 2))
        player.play("Coder or User", "User")
        #expect(player.selections[1].last?.text.hasPrefix("You provided more than one name in your text") == true)
        #expect(player.selections[1].last?.role == "system")
        #expect(player.said.last == "User: ")
    }

    @Test func theOnlyCandidateIsNotAskedFor() {
        let transitions = ["User": ["Coder"], "Coder": ["User"]]
        var player = player(Group(members: Self.members, maxRounds: 4, transitions: transitions))
        player.play("a", "b")
        #expect(player.selections.isEmpty)
        #expect(player.said == ["User: Hi.", "Coder: a", "User: ", "Coder: b"])
    }

    @Test func aMemberThatNobodyFollowsEndsTheChat() {
        var player = player(Group(members: Self.members, transitions: ["User": ["Coder"]]))
        player.play("a")
        #expect(player.end == End(cause: .noEligibleSpeaker, agent: "chat_manager"))
    }

    @Test func aFunctionThatLeavesItToTheConsoleEndsTheChat() {
        var player = player(Group(members: Self.members, selection: .scripted([.method(.manual)])))
        player.play()
        #expect(player.chat.error?.className == "AttributeError")
    }

    @Test func aBlankAnswerNamesNobody() {
        // `_` may be written as a space.
        let agents = Self.agents + [Agent(name: "_", kind: .userProxy)]
        var player = player(Group(members: Self.members + ["_"], maxRounds: 2), agents: agents)
        player.play("   ", "Coder", "said")
        #expect(player.selections.count == 2)
    }

    /// A call of a tool and its result; what the result says is what is looked at.
    private func forgetful(_ result: String) -> ChatPlayer {
        var agents = Self.agents
        agents[0].tools = [Tool(name: "tidy", description: "")]
        var player = player(
            Group(members: Self.members, maxRounds: 4, selection: .method(.roundRobin), clearsOnRequest: true),
            agents: agents)
        let call: JSONValue = ["id": "c", "type": "function", "function": ["name": "tidy", "arguments": "{}"]]
        let calling = ModelAnswer(message: JSONObject([("content", .null), ("tool_calls", [call])]))
        player.play([calling, .saying("w")], outcomes: [.returned(.string(result))])
        return player
    }

    // Every text and number is AutoGen 0.2.40's.
    @Test(arguments: [
        ("Clear history", "", [3, 3, 3]),
        ("a  clear history  2 b", "a b", [4, 4, 4]),
        ("a clear\thistory b", "a clear\thistory b", [4, 4, 4]),
        ("clear history Story_writer, 1", "", [4, 4, 3]),
        ("clear history nobody", "nobody", [3, 3, 3]),
    ])
    func aResultMakesMembersForget(result: String, text: String, lengths: [Int]) {
        let cast = forgetful(result).chat.cast
        #expect(Self.members.map { cast.history(of: $0, with: "chat_manager").count } == lengths)
        #expect(cast.history(of: "chat_manager", with: "User").last { $0.role == "tool" }?.text == text)
    }

    @Test(arguments: [("an unclear history", "StopIteration"), ("clear history 9", "IndexError")])
    func aWrongRequestToForgetEndsTheChat(result: String, error: String) {
        #expect(forgetful(result).chat.error?.className == error)
    }

    @Test func aScriptedSelectionIsFollowedToItsEnd() {
        let script: [Group.Choice] = [.agent("Story_writer"), .method(.roundRobin), .nobody]
        var player = player(Group(members: Self.members, selection: .scripted(script)))
        player.play("w")
        #expect(player.said == ["User: Hi.", "Story_writer: w", "User: "])
        #expect(player.end?.cause == .noEligibleSpeaker)
    }

    @Test func aManagersTestEndsTheChat() {
        var player = player(Group(members: Self.members, selection: .method(.roundRobin)))
        player.play("TERMINATE")
        #expect(player.end == End(cause: .terminationMessage, agent: "chat_manager"))
    }

    /// As Python 3.11 says after `random.seed(seed)`: `[random.choice(range(5)) for _ in range(12)]`.
    @Test(arguments: [
        (RandomSeed.number(42), [0, 0, 2, 1, 1, 1, 0, 4, 0, 4, 3, 0]),
        (.number(0), [3, 3, 0, 2, 4, 3, 3, 2, 3, 2, 4, 1]),
        (.number(-7), [2, 1, 3, 0, 0, 4, 0, 2, 4, 0, 4, 1]),
        (.number(1_099_511_627_779), [1, 0, 4, 0, 4, 2, 3, 1, 3, 4, 4, 2]),
        (.text("seed"), [1, 0, 1, 2, 2, 3, 0, 4, 2, 4, 4, 3]),
        (.text("ăé"), [0, 4, 0, 0, 4, 1, 2, 0, 3, 3, 3, 1]),
        (.text(""), [3, 4, 1, 3, 1, 2, 4, 0, 4, 2, 2, 0]),
    ])
    func speakersAreDrawnAsPythonDrawsThem(seed: RandomSeed, expected: [Int]) {
        let names = ["A", "B", "C", "D", "E"]
        let agents =
            [Agent(name: "User", kind: .userProxy)]
            + names.map { Agent(name: $0, kind: .conversable, defaultReply: Message(text: $0)) }
        var player = player(
            Group(members: names, maxRounds: 13, selection: .method(.random)), agents: agents, seed: seed)
        player.play()
        #expect(player.said.dropFirst().map { String($0.prefix(1)) } == expected.map { names[$0] })
    }
}
