public import Documents

/// Hand-written answers of a language model: rules, tried in order for each request, whatever the provider.
public struct Script: Sendable, Equatable {
    /// What answers a request that no rule answers.
    public enum Otherwise: Sendable, Equatable {
        /// An error that says which rules came closest.
        case error
        /// The text of the request's last message.
        case echo
        case reply(Reply)
    }

    /// The file it stands in, as the user typed it.
    public var file: String
    public var rules: [Rule]
    public var otherwise: Otherwise
    /// What code does in sandboxes; empty for a script that says nothing of it.
    public var sandbox: [CodeRule]

    public init(file: String, rules: [Rule], otherwise: Otherwise = .error, sandbox: [CodeRule] = []) {
        self.file = file
        self.rules = rules
        self.sandbox = sandbox
        self.otherwise = otherwise
    }

    /// How each of its answers is sent, in the order of the rules.
    public var deliveries: [Delivery] {
        var replies = rules.flatMap { [$0.reply] + $0.then }
        if case .reply(let reply) = otherwise { replies.append(reply) }
        return replies.compactMap { reply in
            if case .said(let speech) = reply { speech.delivery } else { nil }
        }
    }

    /// The models that rules ask for by their whole name, each once, in the order of the rules.
    public var models: [String] {
        rules.flatMap { $0.when.flatMap(\.models) }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

extension Script {
    /// Answers and when they are given.
    public struct Rule: Sendable, Equatable {
        /// All of them must hold; empty for a rule that answers everything.
        public var when: [Condition]
        public var reply: Reply
        /// What it answers after its first time, in order; the last one of all goes on.
        public var then: [Reply]
        /// How often it may answer in one session; nil for no limit.
        public var times: Int?
        /// Nil for a rule that was not read from a file.
        public var place: Place?

        public init(
            when: [Condition] = [], reply: Reply, then: [Reply] = [], times: Int? = nil, place: Place? = nil
        ) {
            self.when = when
            self.reply = reply
            self.then = then
            self.times = times
            self.place = place
        }

        /// - Parameter uses: How often the rule has answered before.
        func reply(after uses: Int) -> Reply { uses == 0 || then.isEmpty ? reply : then[min(uses, then.count) - 1] }
    }
}
