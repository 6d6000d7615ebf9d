public import Conversations
public import Documents
public import HTTPMessages

extension Script {
    public enum Reply: Sendable, Equatable {
        case said(Speech)
        case failure(Failure)

        public static func text(_ text: String, ending: Answer.Ending = .stop) -> Reply {
            .said(Speech(saying: .text(text), ending: ending))
        }
    }

    /// What the model says, and how it gets to the client.
    public struct Speech: Sendable, Equatable {
        /// What it says to itself before.
        public var thinking: String?
        /// Nil beside calls without a text.
        public var saying: Saying?
        public var calls: [Call]
        public var ending: Answer.Ending
        public var delivery: Delivery

        public init(
            thinking: String? = nil, saying: Saying?, calls: [Call] = [], ending: Answer.Ending = .stop,
            delivery: Delivery = Delivery()
        ) {
            self.thinking = thinking
            self.saying = saying
            self.calls = calls
            self.ending = ending
            self.delivery = delivery
        }
    }

    public enum Saying: Sendable, Equatable {
        case text(String)
        case template(Template)
        /// Sent as compact JSON.
        case json(JSONValue)
        case jsonTemplate(TemplateTree)
        case refusal(String)
    }

    /// A function that the model wants to have called.
    public struct Call: Sendable, Equatable {
        public enum Arguments: Sendable, Equatable {
            /// As it is, valid or not.
            case text(String)
            /// Sent as compact JSON.
            case json(JSONValue)
            case template(TemplateTree)
        }

        public var name: String
        public var arguments: Arguments
        /// Nil for one that the provider's reply makes up.
        public var id: String?

        public init(name: String, arguments: Arguments, id: String? = nil) {
            self.name = name
            self.arguments = arguments
            self.id = id
        }
    }

    /// How an answer gets to the client.
    public struct Delivery: Sendable, Equatable {
        /// Nil for at once.
        public var pace: Pace?
        /// Events after which the connection is reset; an answer that is no stream is reset at once. Nil for never.
        public var cutAfter: Int?

        public init(pace: Pace? = nil, cutAfter: Int? = nil) {
            self.pace = pace
            self.cutAfter = cutAfter
        }
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

extension Script.Reply {
    /// What has to be filled in.
    var placeholders: [Template.Placeholder] {
        guard case .said(let speech) = self else { return [] }
        let said: [Template.Placeholder] =
            switch speech.saying {
            case .template(let template)?: template.placeholders
            case .jsonTemplate(let tree)?: tree.placeholders
            default: []
            }
        let called = speech.calls.flatMap { call -> [Template.Placeholder] in
            if case .template(let tree) = call.arguments { tree.placeholders } else { [] }
        }
        return said + called
    }
}
