import Cassettes
import Documents
import FaultRules
import HTTPMessages
import HopXProtocol
import LLMProtocols

extension FaultRule.Answer {
    /// The answer as a client of this service gets it.
    ///
    /// - Parameters:
    ///   - number: Goes into the request id, which clients show.
    ///   - now: Seconds since 1970, for limits that are told with the time at which they end.
    func response(to request: Request, service: Service, number: Int, now: Double) -> Response {
        var response: Response
        if let body {
            response = Response(status: status, body: body)
            response.headers["content-type"] = isJSON ? "application/json" : "text/plain; charset=utf-8"
            if retryAfter != nil {
                let failure = service.failure(self, to: request, number: number, now: now)
                for field in failure.headers.fields where field.name != "content-type" {
                    response.headers.add(field.name, field.value)
                }
            }
        } else if status >= 400 {
            response = service.failure(self, to: request, number: number, now: now)
        } else {
            response = Response(status: status, body: [])
        }
        for name in Set(headers.fields.map(\.name)) { response.headers[name] = nil }
        for field in headers.fields { response.headers.add(field.name, field.value) }
        return response
    }

    /// Seconds that the client is told to wait; nil when it is told nothing.
    var toldWait: Double? {
        if let milliseconds = headers["retry-after-ms"].flatMap(Double.init) { return milliseconds / 1000 }
        if let seconds = headers["retry-after"] { return Double(seconds) }
        return retryAfter ?? (status == 429 && body == nil ? 1 : nil)
    }
}

extension Service {
    /// The status with which a service says that it has too much to do.
    var overloadStatus: Int { self == .anthropic ? 529 : 503 }

    /// What the service itself sends with a status: its error shape, the header fields that its clients read.
    fileprivate func failure(_ answer: FaultRule.Answer, to request: Request, number: Int, now: Double) -> Response {
        let status = answer.status
        let message = "\(Service.phrase(for: status)) (a fault that was asked for)"
        let id = "req_fault_\(number)"
        let wait = answer.retryAfter ?? (status == 429 ? 1 : nil)
        let seconds = wait.flatMap { JSONNumber($0)?.spelling }
        let milliseconds = wait.map { String(Int(($0 * 1000).rounded(.up))) }
        switch self {
        case .openai, .azure, .http:
            var headers: Headers = ["x-request-id": id]
            if let seconds, let milliseconds {
                headers.add("retry-after", seconds)
                headers.add("retry-after-ms", milliseconds)
            }
            if status == 429, let seconds {
                for (kind, limit) in [("requests", "60"), ("tokens", "150000")] {
                    headers.add("x-ratelimit-limit-\(kind)", limit)
                    headers.add("x-ratelimit-remaining-\(kind)", "0")
                    headers.add("x-ratelimit-reset-\(kind)", "\(seconds)s")
                }
            }
            return OpenAIError(status: status, message: message, headers: headers).response
        case .anthropic:
            var headers: Headers = ["request-id": id]
            if let seconds { headers.add("retry-after", seconds) }
            if status == 429, let wait {
                let limits = [
                    ("requests", "60"), ("tokens", "100000"), ("input-tokens", "80000"), ("output-tokens", "20000"),
                ]
                for (kind, limit) in limits {
                    headers.add("anthropic-ratelimit-\(kind)-limit", limit)
                    headers.add("anthropic-ratelimit-\(kind)-remaining", "0")
                    headers.add("anthropic-ratelimit-\(kind)-reset", HopXTime.text((now + wait).rounded(.up)))
                }
            }
            return AnthropicError(status: status, message: message, headers: headers).response
        case .gemini:
            let response = GeminiError(
                code: status, message: message, headers: seconds.map { ["retry-after": $0] } ?? [:]
            ).response
            return seconds.map { Service.withRetryInfo(response, isQuota: status == 429, delay: $0) } ?? response
        case .hopx:
            let operation = HopXOperation(method: request.method, path: request.path)
            let plane = operation?.plane ?? .agent
            var error = HopXError(status, Service.hopXCode(for: status, on: plane), message)
            // The clients read the seconds here, and no header.
            if let wait { error.details["retry_after_seconds"] = JSONNumber(wait).map { .number($0) } }
            if status == 404, let sandbox = operation?.sandbox { error = HopXError.sandboxNotFound(sandbox) }
            if status == 404, let path = operation?.filePath(of: request) { error = HopXError.fileNotFound(path) }
            if status == 403, plane == .control {
                // By the word "limit" a client tells this refusal from others.
                error.message = "Sandbox limit reached (a fault that was asked for)"
                error.details = JSONObject([
                    ("limit", 10), ("current", 10), ("available", 0), ("upgrade_url", "https://hopx.ai/pricing"),
                ])
            }
            var response = error.response(on: plane, requestID: id, now: now)
            if let seconds { response.headers.add("retry-after", seconds) }
            return response
        }
    }

    /// google.rpc's details, in which Gemini's clients find how long to wait.
    private static func withRetryInfo(_ response: Response, isQuota: Bool, delay: String) -> Response {
        guard case .whole(let bytes) = response.content, var json = try? JSONValue(parsing: bytes) else {
            return response
        }
        let quota: JSONValue = [
            "@type": "type.googleapis.com/google.rpc.QuotaFailure",
            "violations": [
                [
                    "quotaMetric": "generativelanguage.googleapis.com/generate_content_free_tier_requests",
                    "quotaId": "GenerateRequestsPerMinutePerProjectPerModel",
                ]
            ],
        ]
        let retry: JSONValue = [
            "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": .string("\(delay)s"),
        ]
        json.set(.array((isQuota ? [quota] : []) + [retry]), at: JSONPointer(["error", "details"]))
        return Response(status: response.status, headers: response.headers, body: json.bytes())
    }

    private static func hopXCode(for status: Int, on plane: HopXOperation.Plane) -> String {
        switch status {
        case 400: "INVALID_REQUEST"
        case 401: plane == .control ? "UNAUTHORIZED" : "INVALID_TOKEN"
        case 402: "PAYMENT_REQUIRED"
        case 403: plane == .control ? "LIMIT_EXCEEDED" : "PERMISSION_DENIED"
        case 404: "NOT_FOUND"
        case 405: "METHOD_NOT_ALLOWED"
        case 408, 504: "EXECUTION_TIMEOUT"
        case 409: "CONFLICT"
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
        case 402: "Payment required"
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

extension HopXOperation {
    /// What a request for a file names, as it was sent; nil for any other.
    fileprivate func filePath(of request: Request) -> String? {
        switch kind {
        case .readFile, .downloadFile, .removeFile: request.queryValue("path")
        default: nil
        }
    }
}
