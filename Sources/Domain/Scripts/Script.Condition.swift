public import Cassettes
public import Documents
public import TextConditions

extension Script {
    /// One thing that a request must be like.
    public indirect enum Condition: Sendable, Equatable {
        /// The number of the session's request, counted from 1.
        case request(Int)
        /// Of the last message; one without text has the empty text.
        case text(TextCondition)
        /// Of the system messages, joined by line feeds; does not hold when there are none.
        case system(TextCondition)
        case model(TextCondition)
        /// Of the request's own body, in its provider's words.
        case json(JSONPath, JSONClaim)
        /// Of a result that came since the model spoke last; holds when one of them is like this.
        case toolResult(ToolResultClaim)
        /// Whether any function may be called.
        case hasTools(Bool)
        /// Functions that may be called, maybe among others.
        case offers([String])
        /// Whether the client asked for events.
        case stream(Bool)
        case all([Condition])
        case any([Condition])
        case not(Condition)
    }

    /// What the values at a path are like; holds when one of them is.
    public enum JSONClaim: Sendable, Equatable {
        case exists(Bool)
        case equals(JSONValue)
        /// Of a text as it is, of any other value as compact JSON.
        case text(TextCondition)
    }

    /// What a function's result is like; nil parts hold for any.
    public struct ToolResultClaim: Sendable, Equatable {
        /// Of the function.
        public var name: String?
        public var text: TextCondition?
        public var isError: Bool?

        public init(name: String? = nil, text: TextCondition? = nil, isError: Bool? = nil) {
            self.name = name
            self.text = text
            self.isError = isError
        }
    }
}

extension Script.Condition {
    /// The models that it asks for by their whole name.
    var models: [String] {
        switch self {
        case .model(.equals(let name)): [name]
        case .all(let parts), .any(let parts): parts.flatMap(\.models)
        default: []
        }
    }

    /// The patterns whose groups a reply may speak of: those that can have matched when the rule answers.
    var patterns: [Pattern] {
        switch self {
        case .text(.matches(let pattern)), .system(.matches(let pattern)), .model(.matches(let pattern)),
            .json(_, .text(.matches(let pattern))):
            [pattern]
        case .toolResult(let claim): if case .matches(let pattern)? = claim.text { [pattern] } else { [] }
        case .all(let parts), .any(let parts): parts.flatMap(\.patterns)
        default: []
        }
    }
}
