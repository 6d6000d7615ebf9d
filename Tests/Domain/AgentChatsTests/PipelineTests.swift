import AgentChats
import Documents
import Testing

@Suite struct PipelineTests {
    private static let cast = Cast([
        .proxy(limit: 0), .assistant(), Agent(name: "writer", kind: .assistant, hasModel: true),
    ])

    /// Plays all chats, each with the one answer that ends it.
    private func play(_ chats: [Pipeline.Chat], summaries: [JSONValue]) -> (Pipeline, [String]) {
        var pipeline = Pipeline(chats, cast: Self.cast)
        var messages: [String] = []
        var action = pipeline.next(after: .started)
        while case .perform(let chat, _) = action {
            var player = ChatPlayer(chat)
            player.play("done")
            messages.append(player.said[0])
            let result = ChatResult(
                history: player.chat.history, summary: summaries[pipeline.results.count], cost: Spending())
            action = pipeline.next(after: .finished(player.chat, result))
        }
        return (pipeline, messages)
    }

    private func chat(_ recipient: String, carryover: [JSONValue] = [], excluding: Set<Int> = []) -> Pipeline.Chat {
        Pipeline.Chat(
            from: "user", to: recipient, message: Message(text: "Go."), carryover: carryover, excluding: excluding)
    }

    @Test func eachChatIsToldAllSummariesBefore() {
        let (pipeline, messages) = play(
            [chat("helper"), chat("writer"), chat("helper")], summaries: ["one", "", "three"])
        #expect(messages == ["user: Go.", "user: Go.\nContext: \none", "user: Go.\nContext: \none\n"])
        #expect(pipeline.results.count == 3)
    }

    @Test func excludedSummariesAreNotTold() {
        let (_, messages) = play(
            [chat("helper"), chat("writer"), chat("helper", excluding: [0])], summaries: ["one", "two", ""])
        #expect(messages[2] == "user: Go.\nContext: \ntwo")
    }

    @Test func whatIsCarriedOverIsShownAsPythonShowsIt() {
        let items: [JSONValue] = ["text", ["content": "inner"], 7, nil, ["x": [true, "it's"]]]
        let (_, messages) = play([chat("helper", carryover: items)], summaries: [nil])
        #expect(messages == ["user: Go.\nContext: \ntext\ninner\n7\nNone\n{'x': [True, \"it's\"]}"])
    }

    @Test func aSummaryOfNullIsNone() {
        let (_, messages) = play([chat("helper"), chat("writer")], summaries: [nil, nil])
        #expect(messages[1] == "user: Go.\nContext: \nNone")
    }
}
