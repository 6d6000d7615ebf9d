import Documents

/// A request's body, taken apart into the messages that the next request will repeat, and the rest.
struct StoredRequest {
    /// The member that holds the conversation; nil when none does.
    var member: String?
    /// The request with null in place of the messages.
    var rest: JSONValue
    var messages: [JSONValue] = []

    /// Chat completions and Messages, Responses, Gemini.
    private static let members = ["messages", "input", "contents"]

    init(_ request: JSONValue) {
        rest = request
        for name in StoredRequest.members {
            guard let items = request[name]?.arrayValue, !items.isEmpty else { continue }
            member = name
            messages = items
            rest.set(.null, at: JSONPointer([name]))
            return
        }
    }

    init(rest: JSONValue, member: String?, messages: [JSONValue]) {
        self.rest = rest
        self.member = member
        self.messages = messages
    }

    var request: JSONValue {
        guard let member else { return rest }
        var request = rest
        request.set(.array(messages), at: JSONPointer([member]))
        return request
    }
}
