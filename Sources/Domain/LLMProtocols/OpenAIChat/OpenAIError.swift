public import Documents
public import HTTPMessages

/// An error as OpenAI's services send it: `{"error": {message, type, param, code}}`.
public struct OpenAIError: Error, Sendable, Equatable {
    public var status: Int
    public var message: String
    public var type: String
    /// The request's field that is to blame: `messages[0].role`.
    public var param: String?
    public var code: String?
    /// Further header fields, `retry-after-ms` for one.
    public var headers: Headers

    /// - Parameters:
    ///   - type: Nil for the type that usually goes with the status.
    ///   - code: Nil for the code that usually goes with the status, which may be none.
    public init(
        status: Int, message: String, type: String? = nil, param: String? = nil, code: String? = nil,
        headers: Headers = [:]
    ) {
        self.status = status
        self.message = message
        self.type = type ?? OpenAIError.usualType(for: status)
        self.param = param
        self.code = code ?? OpenAIError.usualCode(for: status)
        self.headers = headers
    }

    /// No prepared answer fits the request: 422, and the client is told not to ask again.
    ///
    /// Not 408, 409 or 429: clients retry those whatever the headers say.
    public static func noAnswer(code: String, message: String) -> OpenAIError {
        OpenAIError(status: 422, message: message, code: code, headers: ["x-should-retry": "false"])
    }

    /// A failure in the service's words.
    public init(_ failure: ModelFailure) {
        self.init(
            status: failure.status, message: failure.message, type: failure.type, code: failure.code,
            headers: failure.headers)
    }

    public static func usualType(for status: Int) -> String {
        switch status {
        case 429: "requests"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }

    public static func usualCode(for status: Int) -> String? {
        switch status {
        case 401: "invalid_api_key"
        case 429: "rate_limit_exceeded"
        default: nil
        }
    }

    public var json: JSONValue {
        let text = { (value: String?) in value.map(JSONValue.string) ?? .null }
        return [
            "error": ["message": .string(message), "type": .string(type), "param": text(param), "code": text(code)]
        ]
    }

    /// The error as a whole JSON answer, for streaming requests, too: nothing has been sent yet.
    public var response: Response {
        var fields = headers
        if fields["content-type"] == nil { fields.add("content-type", "application/json") }
        return Response(status: status, headers: fields, body: json.bytes())
    }
}

extension OpenAIError {
    /// A path that the service does not have.
    public static func unknownPath(_ request: Request) -> OpenAIError {
        OpenAIError(
            status: 404,
            message: "Unknown request URL: \(request.method) \(request.path). "
                + "Answered here: POST …/chat/completions, GET …/models, GET …/models/{model}.",
            code: "unknown_url")
    }

    /// A path that the service has, asked with another method.
    public static func wrongMethod(_ request: Request, allowed: String) -> OpenAIError {
        OpenAIError(
            status: 405, message: "Not allowed to \(request.method) on \(request.path). Use \(allowed).",
            code: "method_not_supported", headers: ["allow": allowed])
    }

    public static func unknownModel(_ model: String) -> OpenAIError {
        OpenAIError(
            status: 404, message: "The model '\(model)' does not exist.", param: "model", code: "model_not_found")
    }

    static func wrongType(_ value: JSONValue, of param: String, expected: String) -> OpenAIError {
        OpenAIError(
            status: 400,
            message: "Invalid type for '\(param)': expected \(expected), but got \(value.article) instead.",
            param: param, code: "invalid_type")
    }

    static func unknownValue(_ word: String, of param: String, accepted: [String]) -> OpenAIError {
        let words = accepted.map { "'\($0)'" }.joined(separator: ", ")
        return OpenAIError(
            status: 400, message: "Invalid value: '\(word)'. Supported values are: \(words).", param: param,
            code: "invalid_value")
    }

    static func emptyArray(_ param: String) -> OpenAIError {
        OpenAIError(
            status: 400, message: "Invalid '\(param)': empty array. Expected an array with minimum length 1.",
            param: param, code: "empty_array")
    }

    static func missing(_ param: String) -> OpenAIError {
        OpenAIError(
            status: 400, message: "Missing required parameter: '\(param)'.", param: param,
            code: "missing_required_parameter")
    }
}

extension JSONValue {
    /// The kind of value, in JSON's words.
    fileprivate var article: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
