import Documents
public import HTTPMessages

/// An error as Gemini's services send it: `{"error": {code, message, status}}`.
public struct GeminiError: Error, Sendable, Equatable {
    /// The HTTP status, which is the code in the body, too.
    public var code: Int
    public var message: String
    /// `INVALID_ARGUMENT`, `RESOURCE_EXHAUSTED`, …: a name of google.rpc.Code.
    public var status: String
    /// Further header fields.
    public var headers: Headers

    /// - Parameter status: Nil for the name that goes with the code.
    public init(code: Int, message: String, status: String? = nil, headers: Headers = [:]) {
        self.code = code
        self.message = message
        self.status = status ?? GeminiError.usualStatus(for: code)
        self.headers = headers
    }

    public static func usualStatus(for code: Int) -> String {
        switch code {
        case 401: "UNAUTHENTICATED"
        case 403: "PERMISSION_DENIED"
        case 404: "NOT_FOUND"
        case 409: "ABORTED"
        case 422: "FAILED_PRECONDITION"
        case 429: "RESOURCE_EXHAUSTED"
        // 529 is how others say that they have too much to do.
        case 503, 529: "UNAVAILABLE"
        case 504: "DEADLINE_EXCEEDED"
        case 500...: "INTERNAL"
        default: "INVALID_ARGUMENT"
        }
    }

    /// The error as a whole JSON answer, for streaming requests, too: nothing has been sent yet.
    public var response: Response {
        var fields = headers
        if fields["content-type"] == nil { fields.add("content-type", "application/json; charset=UTF-8") }
        let body: JSONValue = [
            "error": ["code": .number(code), "message": .string(message), "status": .string(status)]
        ]
        return Response(status: code, headers: fields, body: body.bytes())
    }
}
