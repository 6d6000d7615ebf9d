public import Documents
public import HTTPMessages

/// Hand-written answers of a language model: rules, tried in order for each request.
public struct Script: Sendable, Equatable {
    /// What answers a request that no rule answers.
    public enum Otherwise: String, Sendable, CaseIterable {
        /// An error that says which rules came closest.
        case error
        /// The text of the request's last message.
        case echo
    }

    /// The file it stands in, as the user typed it.
    public var file: String
    public var rules: [Rule]
    public var otherwise: Otherwise

    public init(file: String, rules: [Rule], otherwise: Otherwise = .error) {
        self.file = file
        self.rules = rules
        self.otherwise = otherwise
    }

    /// The models that rules ask for, each once, in the order of the rules.
    public var models: [String] {
        rules.compactMap(\.when.model).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

extension Script {
    /// One answer and when it is given.
    public struct Rule: Sendable, Equatable {
        public var when: Condition
        public var reply: Reply
        /// How often it may answer in one session; nil for no limit.
        public var times: Int?
        /// Nil for a rule that was not read from a file.
        public var place: Place?

        public init(when: Condition = Condition(), reply: Reply, times: Int? = nil, place: Place? = nil) {
            self.when = when
            self.reply = reply
            self.times = times
            self.place = place
        }
    }

    /// What a request must be like; nil parts hold for any.
    public struct Condition: Sendable, Equatable {
        /// The number of the session's request, counted from 1.
        public var request: Int?
        /// Of the last message; one without text has the empty text.
        public var text: TextCondition?
        /// Of the system messages, joined by line feeds; does not hold when there are none.
        public var system: TextCondition?
        public var model: String?

        public init(
            request: Int? = nil, text: TextCondition? = nil, system: TextCondition? = nil, model: String? = nil
        ) {
            self.request = request
            self.text = text
            self.system = system
            self.model = model
        }
    }

    public enum Reply: Sendable, Equatable {
        case text(String, finishReason: String = "stop")
        case failure(Failure)
    }

    /// An error instead of an answer; the protocol fills in what is nil.
    public struct Failure: Sendable, Equatable {
        public var status: Int
        public var message: String
        public var type: String?
        public var code: String?
        public var headers: Headers

        public init(
            status: Int, message: String, type: String? = nil, code: String? = nil, headers: Headers = [:]
        ) {
            self.status = status
            self.message = message
            self.type = type
            self.code = code
            self.headers = headers
        }
    }
}
