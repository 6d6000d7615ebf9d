/// What ends a conversation from outside: an exception, as the Python program would have seen it.
public struct ChatError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The Python class: `BadRequestError`, `RuntimeError`, ….
    public var className: String
    public var message: String
    /// HTTP status, when a service refused.
    public var status: Int?
    /// The service's own code: `content_filter`, `invalid_api_key`, ….
    public var code: String?

    public init(_ className: String, _ message: String, status: Int? = nil, code: String? = nil) {
        self.className = className
        self.message = message
        self.status = status
        self.code = code
    }

    /// A message that has neither content nor a call.
    static let unsendable = ChatError(
        "ValueError",
        "Message can't be converted into a valid ChatCompletion message. "
            + "Either content or function_call must be provided.")

    public var description: String {
        let facts = [status.map { "status \($0)" }, code.map { "code \($0)" }].compactMap { $0 }
        return "\(className): \(message)" + (facts.isEmpty ? "" : " (\(facts.joined(separator: ", ")))")
    }
}
