/// What a model says to a conversation, in no provider's own words.
public struct Answer: Sendable, Equatable {
    public enum Part: Sendable, Equatable {
        case text(String)
        /// Why the model does not answer, in its own words.
        case refusal(String)
        /// What it says to itself; providers that show none leave it out.
        case thinking(String)
        /// An id of nil is made up by the provider's reply.
        case toolCall(ToolCall)
    }

    public enum Ending: String, Sendable, CaseIterable {
        /// Also where the model stops to have functions called: a provider says that by its calls.
        case stop
        /// The limit of tokens was reached.
        case length
        case contentFilter = "content_filter"
    }

    /// In the order in which they are said.
    public var parts: [Part]
    public var ending: Ending

    public init(_ parts: [Part], ending: Ending = .stop) {
        self.parts = parts
        self.ending = ending
    }

    public init(text: String, ending: Ending = .stop) { self.init([.text(text)], ending: ending) }
}

extension Answer {
    /// Text parts, joined; nil when there are none.
    public var text: String? {
        joined { if case .text(let text) = $0 { text } else { nil } }
    }

    /// Refusals, joined; nil when there are none.
    public var refusal: String? {
        joined { if case .refusal(let text) = $0 { text } else { nil } }
    }

    /// Thinking parts, joined; nil when there are none.
    public var thinking: String? {
        joined { if case .thinking(let text) = $0 { text } else { nil } }
    }

    public var toolCalls: [ToolCall] {
        parts.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
    }

    private func joined(_ text: (Part) -> String?) -> String? {
        let texts = parts.compactMap(text)
        return texts.isEmpty ? nil : texts.joined()
    }
}
