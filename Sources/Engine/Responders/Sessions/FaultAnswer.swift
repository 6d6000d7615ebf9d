import Cassettes
import Documents
import FaultRules
import HTTPMessages
import HopXProtocol
import LLMProtocols

extension FaultRule.Answer {
    /// The answer as a client of this service gets it.
    ///
    /// - Parameter number: Goes into the request id, which clients show.
    func response(to request: Request, service: Service, number: Int) -> Response {
        var response: Response
        if let body {
            response = Response(status: status, body: body)
            response.headers["content-type"] = isJSON ? "application/json" : "text/plain; charset=utf-8"
        } else if status >= 400 {
            response = service.failure(status, to: request, number: number)
        } else {
            response = Response(status: status, body: [])
        }
        for name in Set(headers.fields.map(\.name)) { response.headers[name] = nil }
        for field in headers.fields { response.headers.add(field.name, field.value) }
        return response
    }
}

extension Service {
    /// What the service itself sends with a status: its error shape, the header fields that its clients read.
    fileprivate func failure(_ status: Int, to request: Request, number: Int) -> Response {
        let message = "\(Service.phrase(for: status)) (a fault that was asked for)"
        let id = "req_fault_\(number)"
        switch self {
        case .openai, .azure, .http:
            var headers: Headers = ["x-request-id": id]
            if status == 429 {
                headers.add("retry-after", "1")
                headers.add("x-ratelimit-limit-requests", "60")
                headers.add("x-ratelimit-remaining-requests", "0")
                headers.add("x-ratelimit-reset-requests", "1s")
            }
            return OpenAIError(status: status, message: message, headers: headers).response
        case .anthropic:
            var headers: Headers = ["request-id": id]
            if status == 429 {
                headers.add("retry-after", "1")
                headers.add("anthropic-ratelimit-requests-limit", "60")
                headers.add("anthropic-ratelimit-requests-remaining", "0")
            }
            return AnthropicError(status: status, message: message, headers: headers).response
        case .gemini:
            return GeminiError(code: status, message: message, headers: status == 429 ? ["retry-after": "1"] : [:])
                .response
        case .hopx:
            let plane = HopXOperation(method: request.method, path: request.path)?.plane ?? .agent
            var error = HopXError(status, Service.hopXCode(for: status), message)
            // The clients read the seconds here, and no header.
            if status == 429 { error.details["retry_after_seconds"] = 1 }
            var response = error.response(on: plane, requestID: id, now: VirtualClock.fixedStart)
            if status == 429 { response.headers.add("retry-after", "1") }
            return response
        }
    }

    private static func hopXCode(for status: Int) -> String {
        switch status {
        case 400: "INVALID_REQUEST"
        case 401: "INVALID_TOKEN"
        case 403: "PERMISSION_DENIED"
        case 404: "NOT_FOUND"
        case 405: "METHOD_NOT_ALLOWED"
        case 408, 504: "EXECUTION_TIMEOUT"
        case 410: "SANDBOX_EXPIRED"
        case 422: "EXECUTION_FAILED"
        case 429: "RATE_LIMIT_EXCEEDED"
        case 501: "NOT_IMPLEMENTED"
        case 503: "SERVICE_UNAVAILABLE"
        case 500...: "INTERNAL_ERROR"
        default: "INVALID_REQUEST"
        }
    }

    private static func phrase(for status: Int) -> String {
        switch status {
        case 400: "Bad request"
        case 401: "Incorrect API key provided"
        case 403: "Not allowed"
        case 404: "Not found"
        case 408, 504: "The request timed out"
        case 409: "Conflict"
        case 413: "The request is too large"
        case 429: "Rate limit reached"
        case 503: "The service is unavailable"
        case 529: "Overloaded"
        case 500...: "The server had an error"
        default: "The request was refused"
        }
    }
}
