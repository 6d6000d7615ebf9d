public import Cassettes
import Documents
public import HTTPMessages
import Synchronization

/// Replays what is recorded of a service, and records the rest: the mode `new`.
public final class ExtendingResponder: Responder {
    private let service: Service
    private let replay: ReplayResponder
    private let recording: RecordingResponder
    /// Ids of replayed answers of the Responses API: the live service does not know them.
    private let replayedResponses = Mutex<Set<String>>([])

    public init(service: Service, replay: ReplayResponder, recording: RecordingResponder) {
        self.service = service
        self.replay = replay
        self.recording = recording
    }

    public func respond(to request: Request) async throws -> Response {
        if request.opensSocket {
            return replay.hasSocket(for: request)
                ? try await replay.respond(to: request) : try await recording.respond(to: request)
        }
        if let recorded = replay.answerNow(request) {
            try await noteID(of: recorded, to: request)
            return recorded
        }
        if let previous = (try? JSONValue(parsing: request.body))?["previous_response_id"]?.stringValue,
            replayedResponses.withLock({ $0.contains(previous) })
        {
            return service.refusal(
                code: "cassette_miss",
                message:
                    "this request goes on from \(previous), which was replayed and which the live service does not know; "
                    + "record the whole conversation with --mode record")
        }
        return try await recording.respond(to: request)
    }

    private func noteID(of response: Response, to request: Request) async throws {
        guard request.path.hasSuffix("/responses"), let body = try await response.content.joined() else { return }
        let whole = (try? JSONValue(parsing: body))?["id"]?.stringValue
        let streamed = EventStream.split(body).events.first.flatMap(EventStream.parse)
            .flatMap { try? JSONValue(parsing: $0.data) }?["response"]?["id"]?.stringValue
        if let id = whole ?? streamed { _ = replayedResponses.withLock { $0.insert(id) } }
    }
}
