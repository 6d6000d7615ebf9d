import Documents
public import HTTPMessages

/// The HopX service as its Python SDK (hopx-ai 0.5.0) speaks to it: the same requests, retries and error texts.
///
/// Both planes go to one responder: a sandbox's own address is taken for the path that it ends in.
public struct SandboxClient: SandboxService {
    private let control: ControlPlane

    /// - Parameter key: Sent as `X-API-Key`.
    public init(responder: any Responder, key: String, clock: any Clock) {
        control = ControlPlane(responder: responder, key: key, clock: clock)
    }

    public func createSandbox(template: String, ttl: Int) async throws -> any Sandbox {
        let body: JSONValue = ["template_name": .string(template), "timeout_seconds": .number(ttl)]
        let answer: JSONValue
        do {
            answer = try await control.send("POST", "/v1/sandboxes", body)
        } catch let error as SandboxError where error.status == 404 {
            throw await templateNotFound(template, error)
        }
        guard let id = answer["id"]?.stringValue else { throw SandboxError("'id'") }
        return HopXSandbox(id: id, token: try SandboxToken(answer), control: control)
    }

    /// The SDK looks for templates that the caller may have meant, and tells.
    private func templateNotFound(_ template: String, _ error: SandboxError) async -> SandboxError {
        let list = try? await control.send("GET", "/v1/templates", nil)
        let names = list?["data"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
        var found = error
        found.message = "Template '\(template)' not found"
        if let near = closestMatch(to: template, among: names) {
            found.message += ". Did you mean '\(near)'?"
        } else if !names.isEmpty {
            found.message += ". Available templates: \(names.prefix(5).joined(separator: ", "))"
        }
        return found
    }
}

/// The requests for sandboxes, as opposed to those that a sandbox answers itself.
struct ControlPlane: Sendable {
    let responder: any Responder
    let key: String
    let clock: any Clock

    private static let limit = 60.0
    private static let maxRetries = 3

    /// - Throws: `SandboxError` after the retries; `CancellationError`.
    func send(_ method: String, _ path: String, _ body: JSONValue?) async throws -> JSONValue {
        let request = Request(
            method: method, path: path,
            headers: ["x-api-key": key, "content-type": "application/json", "user-agent": "hopx-python/0.1.0"],
            body: body?.bytes() ?? [])
        var attempt = 0
        while true {
            var delay = Double(min(1 << attempt, 60))
            let failure: SandboxError
            switch try await responder.exchange(request, limit: ControlPlane.limit, clock: clock) {
            case .answered(let status, _, let body) where status < 400:
                guard let json = try? JSONValue(parsing: body) else { throw SandboxError.invalidJSON }
                return json
            case .answered(let status, let headers, let body):
                failure = SandboxError(controlStatus: status, headers: headers, body: body)
                guard [429, 500, 502, 503, 504].contains(status) else { throw failure }
                if status == 429, let asked = SandboxError.askedDelay(body) { delay = asked }
            case .timedOut: failure = SandboxError("Request timed out after 60s")
            case .failed(let words): failure = SandboxError("Network error: \(words)")
            }
            guard attempt < ControlPlane.maxRetries else { throw failure }
            try await clock.wait(.seconds(delay))
            attempt += 1
        }
    }
}

extension SandboxError {
    /// What Python's `json` says of an answer that is none.
    static let invalidJSON = SandboxError("Expecting value: line 1 column 1 (char 0)")

    /// Seconds that the service asks to wait after too many requests; its header is not looked at.
    fileprivate static func askedDelay(_ body: [UInt8]) -> Double? {
        let json = try? JSONValue(parsing: body)
        guard let seconds = json?["error"]?["details"]?["retry_after_seconds"]?.doubleValue, seconds > 0 else {
            return nil
        }
        return seconds
    }
}
