public import AgentChats

extension Scenario {
    /// A conversation of several agents, conducted by a manager that is no agent of the file.
    public struct GroupChat: Sendable, Equatable {
        /// Who sends the first message; member or not.
        public var from: String
        public var message: String
        public var maxTurns: Int?
        public var group: Group
        /// Chooses speakers; nil when nobody needs to be asked.
        public var model: Model?
        /// Which message ends the chat for the manager; nil for AutoGen's own.
        public var termination: Termination?
        /// Of the speakers that are chosen at random.
        public var seed: RandomSeed

        public init(
            from: String, message: String, maxTurns: Int? = nil, group: Group, model: Model? = nil,
            termination: Termination? = nil, seed: RandomSeed = .number(0)
        ) {
            self.from = from
            self.message = message
            self.maxTurns = maxTurns
            self.group = group
            self.model = model
            self.termination = termination
            self.seed = seed
        }
    }
}

extension Scenario.Conversation {
    /// Whether a model is asked who speaks next.
    public var choosesByModel: Bool { if case .group(let chat) = self { chat.model != nil } else { false } }
}
