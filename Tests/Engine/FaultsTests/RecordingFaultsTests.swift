import Cassettes
import Documents
import FaultRules
import HTTPMessages
import Responders
import Synchronization
import Testing

/// Faults in front of recorders: nothing goes upstream, and nothing is recorded.
@Suite struct RecordingFaultsTests {
    private final class Upstream: Responder {
        let requests = Mutex<[Request]>([])

        func respond(to request: Request) async throws -> Response {
            requests.withLock { $0.append(request) }
            return Response(headers: ["content-type": "application/json"], body: Array(#"{"id": "1"}"#.utf8))
        }
    }

    private actor Sink: InteractionSink {
        var recorded: [Interaction] = []

        func record(_ interaction: Interaction) { recorded.append(interaction) }
    }

    private let upstream = Upstream()
    private let sink = Sink()
    private let session: Session
    private let responder: Route

    init() {
        let clock = VirtualClock(start: 0)
        let recorder = Recorder(to: sink, rules: MatchRules(), literals: LiteralSecrets(environment: [:]), clock: clock)
        let session = Session(
            name: "s", notes: SessionNotes(),
            responders: [
                .openai: RecordingResponder(service: .openai, upstream: upstream, recorder: recorder),
                .hopx: RecordingHopX(upstream: upstream, recorder: recorder),
            ])
        self.session = session
        responder = Route(Sessions(fallback: .single) { _ in session })
    }

    private func ask(_ method: String, _ path: String, _ body: String = "{}") async throws -> Response {
        try await responder.respond(
            to: Request(method: method, path: path, headers: ["x-api-key": "k"], body: Array(body.utf8)))
    }

    @Test(arguments: [
        FaultRule.Effect.answer(.init(status: 500)), .drop(afterEvents: nil), .drop(afterEvents: 3),
        .malformed(afterEvents: nil),
    ])
    func nothingGoesUpstreamAndNothingIsRecorded(effect: FaultRule.Effect) async throws {
        #expect(session.faults.add(FaultRule(times: nil, effect: effect)))
        _ = try? await ask("POST", "/v1/chat/completions")
        _ = try? await ask("POST", "/v1/sandboxes")
        #expect(upstream.requests.withLock { $0.isEmpty })
        #expect(await sink.recorded.isEmpty)
        #expect(session.journal.entries.map(\.outcome) == [.fault, .fault])
        session.faults.removeAll()
        _ = try await ask("POST", "/v1/chat/completions")
        #expect(upstream.requests.withLock { $0.count } == 1)
        #expect(await sink.recorded.map(\.number) == [1], "a fault took a number")
    }

    @Test func aDelayedRequestIsRecorded() async throws {
        #expect(session.faults.add(FaultRule(delay: .seconds(5), effect: .delayOnly)))
        _ = try await ask("POST", "/v1/chat/completions")
        #expect(await sink.recorded.count == 1)
    }

    /// The journal says what was kept, and under which key; chores of sandboxes are passed on only.
    @Test func theJournalTellsWhatWasRecorded() async throws {
        _ = try await ask("POST", "/v1/chat/completions")
        _ = try await ask("POST", "/v1/sandboxes", #"{"template_name": "t"}"#)
        let entries = session.journal.entries
        #expect(entries.map(\.outcome) == [.recorded, .recorded])
        #expect(entries.map(\.key) == (await sink.recorded).map(\.key.text))
    }

    /// Its line says what happened to it, though it was not answered.
    @Test func aClientThatLeavesDuringADelayHasMetTheFault() async throws {
        /// Waits for ever.
        struct Standstill: Clock {
            let began: AsyncStream<Void>.Continuation
            var now: Double { 0 }

            func wait(_ duration: Duration) async throws {
                began.finish()
                for await _ in AsyncStream<Void>.makeStream().stream {}
                throw CancellationError()
            }
        }
        let (waiting, began) = AsyncStream<Void>.makeStream()
        let session = Session(
            name: "s", notes: SessionNotes(), clock: VirtualClock(start: 0), delays: Standstill(began: began)
        ) { Session.Services([.openai: upstream]) }
        let responder = Route(Sessions(fallback: .single) { _ in session })
        for effect in [FaultRule.Effect.answer(.init(status: 500)), .delayOnly] {
            #expect(session.faults.add(FaultRule(delay: .seconds(5), effect: effect)))
        }
        for _ in 0..<2 {
            let client = Task { try await responder.respond(to: Request(method: "POST", path: "/v1/chat/completions")) }
            for await _ in waiting {}
            client.cancel()
            await #expect(throws: CancellationError.self) { try await client.value }
        }
        #expect(session.journal.entries.map(\.outcome) == [.fault, nil])
        #expect(upstream.requests.withLock { $0.isEmpty })
    }

    @Test func aServiceThatIsNotKeptIsLive() async throws {
        let live = LiveService(service: .openai, base: "http://127.0.0.1:9/v1", liveKey: nil) { request, _ in
            Response(body: request.body)
        }
        let session = Session(name: "s", notes: SessionNotes(), responders: [.openai: live])
        _ = try await Route(Sessions(fallback: .single) { _ in session })
            .respond(to: Request(method: "POST", path: "/v1/chat/completions"))
        #expect(session.journal.entries.map(\.outcome) == [.live])
    }
}
