/// What bounds a performance, and whom it asks.
extension Scenario {
    /// What ends an attempt; nil for no such limit.
    public struct Limits: Sendable, Equatable {
        public var turns: Int?
        /// Requests to models, retries included.
        public var requests: Int?
        /// Of all answers together.
        public var tokens: Int?
        /// Dollars.
        public var cost: Double?
        /// On this machine's clock, whatever the session's says.
        public var seconds: Double?

        public init(
            turns: Int? = nil, requests: Int? = nil, tokens: Int? = nil, cost: Double? = nil, seconds: Double? = nil
        ) {
            self.turns = turns
            self.requests = requests
            self.tokens = tokens
            self.cost = cost
            self.seconds = seconds
        }

        /// Whether anything but time is limited.
        public var isCounting: Bool { turns != nil || requests != nil || tokens != nil || cost != nil }
    }

    /// A live service at an address of its own.
    public struct Endpoint: Sendable, Equatable {
        /// `openai`, `azure`, `anthropic`, `gemini`, `hopx`.
        public var service: String
        public var url: String
        /// The variable with its key; nil for the service's own.
        public var keyVariable: String?

        public init(service: String, url: String, keyVariable: String? = nil) {
            self.service = service
            self.url = url
            self.keyVariable = keyVariable
        }
    }

    /// A program that is started, and watched on the wire.
    public struct Program: Sendable, Equatable {
        /// The executable, and its arguments.
        public var command: [String]
        /// Variables that it is given beside those that lead its clients here.
        public var environment: [String: String]

        public init(command: [String], environment: [String: String] = [:]) {
            self.command = command
            self.environment = environment
        }
    }

    /// The program that is started; nil for a conversation that is conducted.
    public var program: Program? { if case .program(let program) = conversation { program } else { nil } }

    /// The names of agents by their instructions, for whoever reads a program's requests.
    public var agentNames: [String: String] {
        var names: [String: String] = [:]
        for agent in agents {
            if let system = agent.system { names[system] = agent.name }
        }
        return names
    }
}
