import AgentChats
import Documents
import Transcripts

/// Plays a chat with answers and results that are known beforehand, and keeps what it was asked.
struct ChatPlayer {
    var chat: TwoAgentChat
    private(set) var said: [String] = []
    private(set) var requests: [[Message]] = []
    private(set) var runs: [[CodeBlock]] = []
    /// The system messages of the choices of speakers are left out.
    private(set) var selections: [[Message]] = []
    private(set) var calls: [String] = []
    private(set) var end: End?

    init(_ chat: TwoAgentChat) { self.chat = chat }

    /// The proxy asks the assistant; each has the defaults but for what is given.
    init(
        _ message: Message = Message(text: "Go."), proxy: Agent = .proxy(), assistant: Agent = .assistant(),
        maxTurns: Int? = nil
    ) {
        self.init(
            TwoAgentChat(
                cast: Cast([assistant, proxy]), from: proxy.name, to: assistant.name, message: message,
                opening: .initiate(clearsHistory: true, maxTurns: maxTurns)))
    }

    /// - Returns: Itself, when the chat has ended or what was given is used up.
    mutating func play(
        _ answers: [ModelAnswer], _ results: [CodeResult] = [], outcomes: [ToolOutcome] = []
    ) {
        var answers = answers[...], results = results[...], outcomes = outcomes[...]
        var action = chat.next(after: .started)
        while true {
            switch action {
            case .say(let message):
                said.append("\(message.speaker): \(message.text ?? "-")")
                action = chat.next(after: .heard)
            case .ask(_, let messages):
                requests.append(messages)
                guard let answer = answers.popFirst() else { return }
                action = chat.next(after: .answered(answer))
            case .select(_, let messages):
                selections.append(messages)
                guard let answer = answers.popFirst() else { return }
                action = chat.next(after: .answered(answer))
            case .call(_, let tool, let arguments):
                calls.append("\(tool) \(JSONValue.object(arguments).text())")
                guard let outcome = outcomes.popFirst() else { return }
                action = chat.next(after: .called(outcome))
            case .run(_, let blocks):
                runs.append(blocks)
                guard let result = results.popFirst() else { return }
                action = chat.next(after: .ranCode(result))
            case .finish(let end):
                self.end = end
                return
            }
        }
    }

    mutating func play(_ texts: String..., results: [CodeResult] = []) { play(texts.map(ModelAnswer.saying), results) }
}

extension Agent {
    static func proxy(
        limit: Int? = 10, lookBack: LookBack? = .auto, defaultReply: Message? = Message(text: ""),
        test: TerminationTest? = nil
    ) -> Agent {
        Agent(
            name: "user", kind: .userProxy, lookBack: lookBack, maxAutoReplies: limit, defaultReply: defaultReply,
            terminationTest: test)
    }

    static func assistant(limit: Int? = nil, system: String = "S") -> Agent {
        Agent(name: "helper", kind: .assistant, systemMessage: system, hasModel: true, maxAutoReplies: limit)
    }
}

extension ModelAnswer {
    static func saying(_ text: String) -> ModelAnswer {
        ModelAnswer(message: JSONObject([("role", "assistant"), ("content", .string(text))]))
    }

    static let silent = ModelAnswer(message: JSONObject([("role", "assistant"), ("content", .null)]))
}
