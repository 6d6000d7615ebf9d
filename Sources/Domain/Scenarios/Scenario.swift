public import AgentChats
public import Documents
public import FaultRules
public import Scripts

/// A rehearsal that can be run again: agents, a conversation, and what is expected of it.
public struct Scenario: Sendable {
    public var name: String
    /// The file it was read from, as the user typed it.
    public var file: String
    /// The name of the cassette it plays; nil for the one of the scenario's own path.
    public var cassette: String?
    public var tags: [String]
    public var agents: [Agent]
    public var tools: [Tool]
    public var conversation: Conversation
    /// Hand-written answers for `--upstream SERVICE=script` and `--mode script`.
    public var script: Script?
    /// What is made to go wrong, in force from the start.
    public var faults: [FaultRule]
    public var expectations: [Expectation]
    /// Which point of its matrix it is, as `NAME=VALUE` joined by commas; nil for a scenario without a matrix.
    public var point: String?
    /// SHA-256 of all that it says, 64 hex digits: comments, layout and quotation marks do not count, what it extends does.
    /// Nil for one that was not read from a file.
    public var digest: String?
    /// How often it is performed unless somebody says otherwise.
    public var repetitions = 1
    /// What chance is drawn from; nil leaves nothing to it.
    public var seed: Int?
    public var limits = Limits()
    /// Dollars for a thousand tokens, by model; others have AutoGen's prices.
    public var prices: [String: Price] = [:]
    /// Who is asked where live services are, unless the command line names another.
    public var endpoints: [Endpoint] = []

    public init(
        name: String, file: String, cassette: String? = nil, tags: [String] = [], agents: [Agent],
        tools: [Tool] = [], conversation: Conversation, script: Script? = nil, faults: [FaultRule] = [],
        expectations: [Expectation] = []
    ) {
        self.name = name
        self.file = file
        self.cassette = cassette
        self.tags = tags
        self.agents = agents
        self.tools = tools
        self.conversation = conversation
        self.script = script
        self.faults = faults
        self.expectations = expectations
    }

    public func agent(named name: String) -> Agent? { agents.first { $0.name == name } }
}

extension Scenario {
    /// One participant; nil means AutoGen's default for its kind.
    public struct Agent: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable {
            case assistant
            case userProxy = "user_proxy"
            case conversable
        }

        public var name: String
        public var kind: Kind
        /// Nil for an agent without a language model.
        public var model: Model?
        public var system: String?
        public var description: String?
        /// Nil for an agent that runs no code.
        public var executor: Executor?
        public var maxAutoReplies: Int?
        public var defaultReply: String?
        public var termination: Termination?
        /// How many of the last messages are searched for code; nil for AutoGen's `auto`.
        public var lookBack: Int?

        public init(
            name: String, kind: Kind, model: Model? = nil, system: String? = nil, description: String? = nil,
            executor: Executor? = nil, maxAutoReplies: Int? = nil, defaultReply: String? = nil,
            termination: Termination? = nil, lookBack: Int? = nil
        ) {
            self.name = name
            self.kind = kind
            self.model = model
            self.system = system
            self.description = description
            self.executor = executor
            self.maxAutoReplies = maxAutoReplies
            self.defaultReply = defaultReply
            self.termination = termination
            self.lookBack = lookBack
        }
    }

    /// A model and the options that go into each request's body.
    public struct Model: Sendable, Equatable {
        public var name: String
        /// In written order, numbers spelled as written: `temperature`, `top_p`, `seed`, ….
        public var options: JSONObject
        /// Seconds until a request is given up; nil for the client's 600.
        public var timeout: Double?
        /// SDK retries after the first try.
        public var maxRetries: Int
        /// Asked in this order when this one fails, each from the first for every request: the rest of AutoGen's `config_list`.
        public var fallbacks: [Model] = []
        /// Names AutoGen's cache, in which equal requests find the first one's answer; nil to ask every time.
        public var cacheSeed: String?

        public init(name: String, options: JSONObject = JSONObject(), timeout: Double? = nil, maxRetries: Int = 2) {
            self.name = name
            self.options = options
            self.timeout = timeout
            self.maxRetries = maxRetries
        }

        public static func == (a: Model, b: Model) -> Bool {
            a.name == b.name && JSONValue.object(a.options) == .object(b.options) && a.timeout == b.timeout
                && a.maxRetries == b.maxRetries && a.fallbacks == b.fallbacks && a.cacheSeed == b.cacheSeed
        }
    }

    /// Who runs an agent's code: one of the tutorial's executors. Times are in seconds.
    public enum Executor: Sendable, Equatable {
        /// `HopXCodeExecutor`.
        case hopx(template: String, timeout: Int, ttl: Int)
        /// `PersistentHopXExecutor`: Python only, with the usual libraries imported first.
        case persistent(timeout: Int)
        /// `RobustHopXExecutor`: an error is tried again in a new sandbox.
        case robust(attempts: Int)
        /// `HopXExecutor` of the complete example.
        ///
        /// - outputLimit: Characters of standard output that the conversation gets to see; nil for all.
        case production(timeout: Int, persists: Bool, outputLimit: Int?)
    }

    /// Which message ends the chat.
    public enum Termination: Sendable, Equatable {
        case equals(String)
        case contains(String)
        /// Trailing white space removed, then a suffix.
        case endsWith(String)
    }

    public enum Conversation: Sendable, Equatable {
        /// AutoGen's `from.initiate_chat(to, message, max_turns)`.
        case twoAgent(from: String, to: String, message: String, maxTurns: Int?)
        /// The first message by `initiate_chat`, each other by `send`, all histories kept.
        case persistent(from: String, to: String, messages: [String])
        case group(GroupChat)
        /// AutoGen's `initiate_chats`.
        case pipeline([Pipeline.Chat])
        /// Whatever a program does that nobody conducts.
        case program(Program)
    }
}
