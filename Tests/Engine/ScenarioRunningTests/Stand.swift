import Documents
import HTTPMessages
import Synchronization

/// Time that passes only by being waited for, at once; keeps the waits.
final class StandClock: Clock {
    private let state = Mutex<(now: Double, waits: [Double])>((1_700_000_000, []))

    var now: Double { state.withLock { $0.now } }
    var waits: [Double] { state.withLock { $0.waits } }

    func wait(_ duration: Duration) async throws {
        try Task.checkCancellation()
        state.withLock { state in
            state.now += duration / .seconds(1)
            state.waits.append(duration / .seconds(1))
        }
    }
}

/// Plays answers in their order, and keeps the requests.
final class StandResponder: Responder {
    enum Answer: Sendable {
        case response(Response)
        /// The clock moves on before the answer.
        case late(Double, Response)
        case failure(String)
        /// Never answers; the request ends when it is cancelled.
        case silence
    }

    private let clock: StandClock
    private let state: Mutex<(answers: [Answer], requests: [Request])>
    private let fallback: @Sendable (Request) -> Response?
    private let onRequest: @Sendable (Request) -> Void

    /// - Parameters:
    ///   - fallback: Asked first; what it answers is not taken from the answers.
    ///   - onRequest: Called before each answer.
    init(
        _ answers: [Answer], clock: StandClock, fallback: @escaping @Sendable (Request) -> Response? = { _ in nil },
        onRequest: @escaping @Sendable (Request) -> Void = { _ in }
    ) {
        self.clock = clock
        self.fallback = fallback
        self.onRequest = onRequest
        state = Mutex((answers, []))
    }

    var requests: [Request] { state.withLock { $0.requests } }
    var targets: [String] { requests.map { "\($0.method) \($0.path)" } }

    func respond(to request: Request) async throws -> Response {
        state.withLock { $0.requests.append(request) }
        onRequest(request)
        if let response = fallback(request) { return response }
        switch state.withLock({ $0.answers.isEmpty ? nil : $0.answers.removeFirst() }) {
        case .response(let response)?: return response
        case .late(let seconds, let response)?:
            try await clock.wait(.seconds(seconds))
            return response
        case .failure(let words)?: throw Failure(description: words)
        case .silence?:
            // Ends by cancellation only.
            for await _ in AsyncStream<Never>(unfolding: { await Self.untilCancelled() }) {}
            throw CancellationError()
        case nil: throw Failure(description: "no answer left for \(request.method) \(request.path)")
        }
    }

    private struct Failure: Error, CustomStringConvertible { let description: String }

    private static func untilCancelled() async -> Never? {
        let (stream, continuation) = AsyncStream<Never>.makeStream()
        await withTaskCancellationHandler {
            for await _ in stream {}
        } onCancel: {
            continuation.finish()
        }
        return nil
    }
}

extension Response {
    static func json(_ value: JSONValue, status: Int = 200, headers: Headers = [:]) -> Response {
        var headers = headers
        headers["content-type"] = "application/json"
        return Response(status: status, headers: headers, body: value.bytes())
    }

    /// A chat completion.
    static func saying(_ text: String) -> Response {
        .json([
            "model": "gpt-4o",
            "choices": [["message": ["role": "assistant", "content": .string(text)], "finish_reason": "stop"]],
            "usage": ["prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120],
        ])
    }

    /// An error in OpenAI's shape.
    static func refusing(_ status: Int, code: JSONValue = nil, headers: Headers = [:]) -> Response {
        .json(["error": ["message": "no", "type": "t", "param": nil, "code": code]], status: status, headers: headers)
    }
}

/// A HopX service with one healthy sandbox `s1`; runs are answered by what is given.
struct StandHopX: Sendable {
    var run: @Sendable (JSONValue) -> Response = { _ in .json(["success": true, "stdout": "ok\n", "exit_code": 0]) }
    var tokenExpiry = "2099-01-01T00:00:00Z"
    var createdStatus = 201

    func respond(to request: Request) -> Response? {
        let body = (try? JSONValue(parsing: request.body)) ?? .null
        let info: JSONValue = [
            "id": "s1", "status": "running", "public_host": "http://127.0.0.1:9/x/s1.local.vms.hopx.dev",
        ]
        switch "\(request.method) \(request.path)" {
        case "GET /x/s1.local.vms.hopx.dev/files/exists": return .json(["exists": true])
        case "GET /x/s1.local.vms.hopx.dev/files/read":
            return .json(["error": "not found"], status: 404)
        case "POST /v1/sandboxes":
            guard createdStatus < 400, var created = info.objectValue else {
                return .json(
                    ["error": ["message": "no room", "code": "FULL", "request_id": "r1"]], status: createdStatus)
            }
            created["auth_token"] = "t1"
            created["token_expires_at"] = .string(tokenExpiry)
            return .json(.object(created), status: createdStatus)
        case "GET /v1/sandboxes/s1": return .json(info)
        case "DELETE /v1/sandboxes/s1": return .json(["id": "s1"])
        case "POST /v1/sandboxes/s1/token/refresh":
            return .json(["auth_token": "t2", "token_expires_at": "2099-01-01T00:00:00Z"])
        case "GET /x/s1.local.vms.hopx.dev/health": return .json(["status": "healthy"])
        case "POST /x/s1.local.vms.hopx.dev/execute": return run(body)
        default: return nil
        }
    }
}
