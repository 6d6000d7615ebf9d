import Documents
public import HTTPMessages

/// An error as Anthropic's services send it: `{"type": "error", "error": {type, message}, "request_id"}`.
public struct AnthropicError: Error, Sendable, Equatable {
    public var status: Int
    public var type: String
    public var message: String
    /// Further header fields.
    public var headers: Headers

    /// - Parameter type: Nil for the type that goes with the status.
    public init(status: Int, message: String, type: String? = nil, headers: Headers = [:]) {
        self.status = status
        self.type = type ?? AnthropicError.usualType(for: status)
        self.message = message
        self.headers = headers
    }

    public static func usualType(for status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 402: "billing_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 504: "timeout_error"
        case 529: "overloaded_error"
        case 500...: "api_error"
        default: "invalid_request_error"
        }
    }

    /// The error as a whole JSON answer, for streaming requests, too: nothing has been sent yet.
    public var response: Response {
        var fields = headers
        if fields["content-type"] == nil { fields.add("content-type", "application/json") }
        let body: JSONValue = [
            "type": "error", "error": ["type": .string(type), "message": .string(message)],
            "request_id": .string(fields["request-id"] ?? "req_understudy"),
        ]
        return Response(status: status, headers: fields, body: body.bytes())
    }
}
