import Cassettes
import Documents
import HTTPMessages
import HopXProtocol
import Responders
import Testing

/// An answer that has been read to its end.
struct Answer {
    let status: Int
    let headers: Headers
    let parts: [ContentStream.Part]

    init(_ response: Response) async throws {
        status = response.status
        headers = response.headers
        switch response.content {
        case .whole(let bytes): parts = [.chunk(bytes)]
        case .stream(let stream):
            var parts: [ContentStream.Part] = []
            for try await part in stream { parts.append(part) }
            self.parts = parts
        case .socket: parts = []
        }
    }

    var bytes: [UInt8] { parts.flatMap { if case .chunk(let bytes) = $0 { bytes } else { [] as [UInt8] } } }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var isCutOff: Bool { parts.last == .drop }
    var json: JSONValue { (try? JSONValue(parsing: bytes)) ?? .null }
    subscript(name: String) -> String? { json[name]?.stringValue }
    /// Of an error in OpenAI's shape.
    var errorCode: String? { json["error"]?["code"]?.stringValue }
    var errorMessage: String? { json["error"]?["message"]?.stringValue }
}

extension Request {
    static func chat(_ content: String = "hi", stream: Bool = false, key: String? = nil) -> Request {
        chat(body: JSONValue.chat(content, stream: stream).text(), key: key)
    }

    static func chat(body: String, key: String? = nil) -> Request {
        Request(
            method: "POST", path: "/v1/chat/completions", headers: key.map { ["authorization": "Bearer \($0)"] } ?? [:],
            body: Array(body.utf8))
    }
}

extension Responder {
    func ask(_ request: Request) async throws -> Answer { try await Answer(respond(to: request)) }
}

/// A program that uses sandboxes, over any service.
struct Client: Sendable {
    let service: any Responder
    var key = "us-story"
    /// Before `/v1`.
    var prefix = ""

    func ask(_ method: String, _ target: String, headers: Headers = [:], body: JSONValue? = nil) async throws -> Answer
    {
        var request = Request(method: method, target: prefix + target, headers: headers, body: body?.bytes() ?? [])
        request.headers["x-api-key"] = key
        return try await service.ask(request)
    }

    func create(_ body: JSONValue = Box.creation) async throws -> Box {
        let answer = try await ask("POST", "/v1/sandboxes", body: body)
        return Box(
            service: service, id: try #require(answer["id"], "\(answer.text)"),
            token: try #require(answer["auth_token"]),
            address: try #require(answer["public_host"]))
    }

    func delete(_ box: Box) async throws -> Answer { try await ask("DELETE", "/v1/sandboxes/\(box.id)") }
}

/// A sandbox as its client knows it.
struct Box: Sendable {
    let service: any Responder
    let id: String
    let token: String
    let address: String

    static let creation: JSONValue = ["template_name": "base"]

    /// The digest of a sandbox of which nothing but its creation is known.
    static func inputs() throws -> String {
        try SandboxInputs(creation: SandboxCreation(body: creation.bytes())).digest
    }

    /// Asks at the sandbox's address, as clients do that keep its prefix.
    func ask(_ method: String, _ target: String, body: JSONValue? = nil) async throws -> Answer {
        let path = String(address.trimmingPrefix("http://understudy.invalid"))
        return try await service.ask(
            Request(
                method: method, target: path + target, headers: ["authorization": "Bearer \(token)"],
                body: body?.bytes() ?? []))
    }

    func execute(_ code: String) async throws -> Answer {
        try await ask("POST", "/execute", body: ["code": .string(code)])
    }
    func read(_ path: String) async throws -> Answer { try await ask("GET", "/files/read?path=\(path)") }

    func write(_ path: String, _ content: String) async throws -> Answer {
        try await ask("POST", "/files/write", body: ["path": .string(path), "content": .string(content)])
    }
}

/// What a cassette is played with: one session, in memory.
struct Stage: Sendable {
    let notes = SessionNotes()
    let service: any Responder
    let client: Client

    init(
        _ cassette: Cassette, usedUp: UsedUp = .error,
        clock: VirtualClock = VirtualClock(start: VirtualClock.fixedStart), webhooks: Webhooks? = nil
    ) {
        let redactor = Redactor()
        let hopx = FakeHopX(
            seed: "seed", clock: clock,
            outcomes: CassetteOutcomes(cassette: cassette, usedUp: usedUp, notes: notes, webhooks: webhooks)
        ) { redactor.redact($0, service: .hopx) }
        let llm = ReplayResponder(cassette: cassette, service: .openai, usedUp: usedUp, notes: notes)
        service = Stage.inMemory(Session(name: "story", notes: notes, responders: [.openai: llm, .hopx: hopx]))
        client = Client(service: service)
    }

    static func inMemory(_ session: Session) -> any Responder {
        SandboxAddresses(Route(Sessions(fallback: .single) { _ in session }), origin: "http://understudy.invalid")
    }
}
