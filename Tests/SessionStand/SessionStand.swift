import Cassettes
public import Documents
public import HTTPMessages
import HopXProtocol
public import Responders

/// A whole service over one small cassette, as it stands on a port but for the port.
public struct SessionStand: Sendable {
    public let sessions: Sessions
    public let responder: any Responder
    /// What latencies are measured by: it moves only when a test moves it.
    public let meter: VirtualClock

    /// - Parameters:
    ///   - token: The control token.
    ///   - bound: How many sessions there may be.
    public init(token: String? = nil, bound: Int = Sessions.bound) throws {
        let cassette = try Cassette.stand()
        let meter = VirtualClock(start: 0)
        self.meter = meter
        sessions = Sessions(fallback: .cassette(SessionKey(cassette.header.name)), bound: bound) { key in
            guard let key, key.cassette == cassette.header.name else {
                throw Sessions.Refusal("there is no such cassette")
            }
            let notes = SessionNotes()
            let clock = VirtualClock(start: VirtualClock.fixedStart)
            return Session(name: "\(key)", notes: notes, clock: clock, meter: meter) {
                var responders: [Service: any Responder] = [:]
                for service in Service.allCases {
                    responders[service] = ReplayResponder(
                        cassette: cassette, service: service, usedUp: .error, notes: notes)
                }
                let outcomes = CassetteOutcomes(cassette: cassette, usedUp: .error, notes: notes)
                let hopx = FakeHopX(seed: "\(key)", clock: clock, outcomes: outcomes)
                responders[.hopx] = hopx
                return Session.Services(responders, sandboxes: hopx, cassette: cassette)
            }
        }
        let services = SandboxAddresses(Route(sessions), origin: "http://127.0.0.1:1")
        responder = LocalOnly(ControlAPI(services, sessions: sessions, token: token))
    }

    /// An answer that has been read.
    public struct Answer: Sendable {
        public let status: Int
        public let headers: Headers
        public let text: String
        public let json: JSONValue?
    }

    /// Asks as the server does: what is ready now first.
    @discardableResult
    public func ask(
        _ method: String, _ target: String, _ body: String = "", headers: Headers = [:], client: ClientPresence? = nil
    ) async throws -> Answer {
        let response = try await respond(method, target, body, headers: headers, client: client)
        let bytes = try await response.content.joined() ?? []
        return Answer(
            status: response.status, headers: response.headers, text: String(decoding: bytes, as: UTF8.self),
            json: try? JSONValue(parsing: bytes))
    }

    public func respond(
        _ method: String, _ target: String, _ body: String = "", headers: Headers = [:], client: ClientPresence? = nil
    ) async throws -> Response {
        var request = Request(method: method, target: target, headers: headers, body: Array(body.utf8))
        request.client = client
        if let ready = responder.answerNow(request) { return ready }
        return try await responder.respond(to: request)
    }

    /// A control call on the default session.
    @discardableResult
    public func control(_ method: String, _ call: String, _ body: String = "") async throws -> Answer {
        try await ask(method, "/_understudy/\(call)", body)
    }

    /// What the default session's journal says.
    public func journal() async throws -> [JSONValue] { try await control("GET", "requests").json?.arrayValue ?? [] }

    public func chat(
        _ body: String = SessionStand.question, headers: Headers = [:], client: ClientPresence? = nil
    ) async throws -> Answer {
        try await ask("POST", "/v1/chat/completions", body, headers: headers, client: client)
    }

    /// Recorded twice, with the answers `one` and `two`.
    public static let question = #"{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}"#
    /// Recorded once, as a stream of the events `events`.
    public static let streamed =
        #"{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "stream": true}"#
    /// The stream's events; their ends are not the ends of its chunks.
    public static let events =
        ["a", "b", "c", "d"].map { "data: {\"choices\": [{\"delta\": {\"content\": \"\($0)\"}}]}\n\n" } + [
            "data: [DONE]\n\n"
        ]

    public static let creation = #"{"template_name": "code-interpreter"}"#
    /// Recorded once: it printed 24133.
    public static let code = #"{"code": "print(24133)", "language": "python"}"#
}

extension Cassette {
    fileprivate static func stand() throws -> Cassette {
        guard let name = CassetteName("primes") else { throw CancellationError() }
        let header = CassetteHeader(
            name: name, recordedBy: "understudy 0.1.0", recordedOn: "2026-11-23",
            origins: [
                .init(service: .openai, upstream: "https://api.openai.com/v1", from: .live),
                .init(service: .hopx, upstream: "sandbox", from: .sandbox),
            ])
        let creation = Array(SessionStand.creation.utf8)
        let inputs = SandboxInputs(creation: try SandboxCreation(body: creation)).digest
        var writer = CassetteWriter()
        var text = writer.document(for: header)
        func add(
            _ number: Int, _ service: Service, _ target: String, sandbox: Int? = nil, inputs: String? = nil,
            body: String,
            response: RecordedResponse
        ) {
            let operation = Operation(Request(method: "POST", target: target))
            let bytes = Array(body.utf8)
            let key = InteractionKey(
                service: service, operation: operation, inputs: inputs, body: bytes, rules: header.rules)
            text += writer.document(
                for: Interaction(
                    number: number, at: Double(number), service: service, operation: operation, sandbox: sandbox,
                    inputs: inputs, key: key, request: RecordedBody(bytes: bytes), response: response))
        }
        let chat = "/v1/chat/completions"
        add(1, .openai, chat, body: SessionStand.question, response: .saying("one"))
        add(2, .openai, chat, body: SessionStand.question, response: .saying("two"))
        add(3, .openai, chat, body: SessionStand.streamed, response: .streaming(SessionStand.events.joined()))
        add(
            4, .hopx, "/v1/sandboxes", sandbox: 1, body: SessionStand.creation,
            response: .whole(#"{"id": "1763900000sandbox", "status": "running"}"#, status: 201))
        add(
            5, .hopx, "/execute", sandbox: 1, inputs: inputs, body: SessionStand.code,
            response: .whole(#"{"success": true, "stdout": "24133\n", "stderr": "", "exit_code": 0}"#))
        return try Cassette(Array(text.utf8), file: "cassettes/primes.yaml")
    }
}

extension RecordedResponse {
    fileprivate static func whole(_ text: String, status: Int = 200) -> RecordedResponse {
        RecordedResponse(
            status: status, headers: ["content-type": "application/json"], at: 0.5,
            content: .body(RecordedBody(bytes: Array(text.utf8))))
    }

    fileprivate static func saying(_ text: String) -> RecordedResponse {
        whole(
            #"{"id": "chatcmpl-1", "choices": [{"index": 0, "message": {"role": "assistant", "content": "\#(text)"}}]}"#
        )
    }

    /// In chunks of 50 bytes, which end inside events.
    fileprivate static func streaming(_ text: String) -> RecordedResponse {
        let bytes = Array(text.utf8)
        let chunks = stride(from: 0, to: bytes.count, by: 50).map { start in
            Chunk(at: 1 + Double(start) / 1000, bytes: Array(bytes[start..<min(start + 50, bytes.count)]))
        }
        return RecordedResponse(
            status: 200, headers: ["content-type": "text/event-stream; charset=utf-8"], at: 1, content: .chunks(chunks))
    }
}
