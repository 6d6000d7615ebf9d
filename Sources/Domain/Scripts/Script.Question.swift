public import Conversations
public import Documents

extension Script {
    /// A request as rules see it.
    public struct Question: Sendable, Equatable {
        public let conversation: Conversation
        /// The request's body as its provider has it.
        public let json: JSONValue
        /// Whether the client asked for events.
        public let isStream: Bool
        /// Of the last message; empty when it has none.
        let text: String
        /// Nil when there is no system message.
        let system: String?
        let toolResults: [Conversation.ToolResult]

        public init(conversation: Conversation, json: JSONValue, isStream: Bool) {
            self.conversation = conversation
            self.json = json
            self.isStream = isStream
            // Once for all rules.
            text = conversation.lastText
            system = conversation.systemText
            toolResults = conversation.newToolResults
        }

        var model: String { conversation.model }
    }
}
