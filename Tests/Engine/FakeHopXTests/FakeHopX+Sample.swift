import Documents
import HTTPMessages
import HopXProtocol
import Responders
import Synchronization
import Testing

/// A clock that stands at 2025-11-23T12:13:20Z until it is moved.
final class ManualClock: Clock {
    private let time = Mutex(1_763_900_000.0)

    var now: Double { time.withLock { $0 } }

    func advance(by seconds: Double) { time.withLock { $0 += seconds } }

    func wait(_ duration: Duration) async throws { advance(by: duration / .seconds(1)) }
}

/// Answers as it was told, and keeps the calls it got.
final class ScriptedOutcomes: OutcomeSource {
    struct Script: Sendable {
        var identity: String?
        var failure: Response?
        var answer = Response(body: Array("{}".utf8))
        fileprivate var calls: [SandboxCall] = []
        fileprivate var expired: [String] = []
    }

    private let script = Mutex(Script())

    var calls: [SandboxCall] { script.withLock { $0.calls } }
    var expired: [String] { script.withLock { $0.expired } }

    func set(_ change: (inout Script) -> Void) { script.withLock { change(&$0) } }

    func identity(for creation: SandboxCall) async throws -> String? {
        script.withLock { script in
            script.calls.append(creation)
            return script.identity
        }
    }

    func failure(of change: SandboxCall) async throws -> Response? {
        script.withLock { script in
            script.calls.append(change)
            return script.failure
        }
    }

    func outcome(of call: SandboxCall) async throws -> Response {
        script.withLock { script in
            script.calls.append(call)
            return script.answer
        }
    }

    func expired(_ sandbox: String) async { script.withLock { $0.expired.append(sandbox) } }
}

extension FakeHopX {
    func ask(
        _ method: String, _ path: String, query: String? = nil, headers: Headers = ["x-api-key": "key"],
        body: String = ""
    ) async throws -> (status: Int, body: JSONValue) {
        let response = try await respond(
            to: Request(method: method, path: path, query: query, headers: headers, body: Array(body.utf8)))
        let bytes = try #require(try await response.content.joined())
        return (response.status, try JSONValue(parsing: bytes))
    }

    func agent(
        _ token: String, _ method: String, _ path: String, query: String? = nil, body: String = ""
    ) async throws -> (status: Int, body: JSONValue) {
        try await ask(method, path, query: query, headers: ["authorization": "Bearer \(token)"], body: body)
    }

    func create(_ body: String = #"{"template_name": "base"}"#) async throws -> (id: String, token: String) {
        let created = try await ask("POST", "/v1/sandboxes", body: body).body
        return (try #require(created["id"]?.stringValue), try #require(created["auth_token"]?.stringValue))
    }
}
