import Documents
import HTTPMessages
import Synchronization

/// Plays the replies of `script.llm`, one for each request, and keeps the requests.
final class ScriptedLLM: Responder {
    struct Asked: Sendable {
        var retryCount: String
        var body: JSONValue
    }

    private let replies: [JSONValue]
    private let clock: any Clock
    private let state = Mutex<[Asked]>([])

    init(replies: [JSONValue], clock: any Clock) {
        self.replies = replies
        self.clock = clock
    }

    var asked: [Asked] { state.withLock { $0 } }

    func respond(to request: Request) async throws -> Response {
        let index = state.withLock { asked in
            asked.append(
                Asked(
                    retryCount: request.headers["x-stainless-retry-count"] ?? "",
                    body: (try? JSONValue(parsing: request.body)) ?? .null))
            return asked.count - 1
        }
        guard request.method == "POST", request.path == "/v1/chat/completions" else {
            return Response(status: 404, body: [])
        }
        guard index < replies.count else { throw ScriptUsedUp() }
        let reply = replies[index]
        if let delay = reply["delay_seconds"]?.doubleValue { try await clock.wait(.seconds(delay)) }
        var headers: Headers = ["content-type": "application/json"]
        for member in reply["headers"]?.objectValue?.members ?? [] {
            headers.add(member.name, member.value.stringValue ?? member.value.text())
        }
        return Response(
            status: reply["status"]?.intValue ?? 200, headers: headers, body: (reply["body"] ?? .null).bytes())
    }
}

/// More was asked than the script has answers for.
struct ScriptUsedUp: Error {}
