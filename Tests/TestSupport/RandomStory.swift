public import Cassettes
import Documents
import HTTPMessages

/// Random cassettes as programs record them: conversations that grow, answers of all kinds, sandboxes in which code runs.
public struct RandomStory {
    private var json: RandomJSON
    private var conversations: [(model: String, messages: [JSONValue])] = []
    private var sandboxCount = 0
    private var lastNumber = 0
    /// Cassettes keep milliseconds.
    private var milliseconds = 0
    private var at: Double { Double(milliseconds) / 1000 }
    /// Put into all texts, so that two stories share nothing.
    private let mark: String

    public init(seed: UInt64, mark: String = "") {
        json = RandomJSON(seed: seed)
        self.mark = mark
    }

    public static let header = CassetteHeader(
        name: CassetteName("random/story") ?? SessionKey.anyName, recordedBy: "understudy 0.1.0",
        recordedOn: "2026-11-23",
        origins: [
            .init(service: .openai, upstream: "https://api.openai.com/v1", from: .live),
            .init(service: .hopx, upstream: "sandbox", from: .sandbox),
            .init(service: .http, upstream: "http://localhost", from: .live),
        ])

    /// The text of a cassette.
    public static func text(_ interactions: [Interaction], header: CassetteHeader = header) -> String {
        var writer = CassetteWriter()
        return writer.document(for: header) + interactions.map { writer.document(for: $0) }.joined()
    }

    public mutating func interactions(_ count: Int) -> [Interaction] { (0..<count).map { _ in next() } }

    public mutating func next() -> Interaction {
        lastNumber += json.random.once(in: 6) ? 2 : 1
        milliseconds += json.random.int(0...900)
        switch json.random.int(0...9) {
        case 0: return sandbox()
        case 1 where sandboxCount > 0, 2 where sandboxCount > 0: return execution()
        case 3: return plain()
        default: return chat()
        }
    }

    /// A text that no other has.
    private mutating func text() -> String { "\(mark)\(lastNumber) \(json.text())" }

    // MARK: Kinds

    private mutating func chat() -> Interaction {
        if conversations.isEmpty || json.random.once(in: 5) {
            conversations.append(("gpt-\(json.random.int(1...3))", [["role": "system", "content": .string(text())]]))
        }
        let index = json.random.int(0...conversations.count - 1)
        for role in ["user", "assistant"].prefix(json.random.int(0...2)) {
            conversations[index].messages.append(["role": .string(role), "content": .string(text())])
        }
        var body = JSONObject([
            ("model", .string(conversations[index].model)), ("messages", .array(conversations[index].messages)),
        ])
        if json.random.once(in: 3) { body["temperature"] = .number(json.number()) }
        if json.random.once(in: 3) { body["prompt_cache_key"] = .string(text()) }
        return make(
            .openai, Operation(method: "POST", path: "/v1/chat/completions"), RecordedBody(tree: .object(body)),
            response())
    }

    private mutating func sandbox() -> Interaction {
        sandboxCount += 1
        return make(
            .hopx, Operation(method: "POST", path: "/v1/sandboxes"),
            RecordedBody(tree: ["template_name": .string(text())]),
            answer(["id": .string("\(mark)sb\(sandboxCount)")], status: 201), sandbox: sandboxCount)
    }

    private mutating func execution() -> Interaction {
        let label = json.random.int(1...sandboxCount), inputs = "a0a0a0a0\(mark.utf8.count)\(label)"
        if json.random.once(in: 4) {
            let frames = [
                RecordedResponse.SocketFrame(
                    at: at, isFromClient: true, payload: .message(.text("{\"code\":\"\(lastNumber)\"}"))),
                .init(at: at, isFromClient: false, payload: .message(.text(text()))),
                .init(at: at, isFromClient: false, payload: .message(.binary([0xFF, UInt8(lastNumber % 256)]))),
                .init(at: at, isFromClient: true, payload: .close(code: 1000)),
            ]
            return make(
                .hopx, Operation(method: "WS", path: "/execute/stream"), RecordedBody(bytes: []),
                RecordedResponse(status: 101, at: at, content: .socket(frames)), sandbox: label, inputs: inputs)
        }
        return make(
            .hopx, Operation(method: "POST", path: "/execute"),
            RecordedBody(tree: ["code": .string(text()), "language": "python"]),
            answer(["stdout": .string(json.text()), "exit_code": .number(json.random.int(0...1))]), sandbox: label,
            inputs: inputs)
    }

    private mutating func plain() -> Interaction {
        let bodies: [[UInt8]] = [[], [0xFF, 0x00, 0xC3], Array("not {json".utf8), Array(text().utf8)]
        return make(
            .http, Operation(Request(method: "GET", target: "/items?b=\(lastNumber)&a=x%20y")),
            RecordedBody(bytes: json.random.pick(bodies)), response())
    }

    // MARK: Answers

    private mutating func response() -> RecordedResponse {
        switch json.random.int(0...7) {
        case 0:
            return RecordedResponse(
                status: nil, at: at, content: .body(RecordedBody(bytes: [])), end: json.random.pick([.reset, .timeout]))
        case 1: return answer(["error": ["message": .string(text())]], status: 429)
        case 2, 3: return stream()
        case 4:
            let bytes = (0..<json.random.int(1...60)).map { _ in UInt8(json.random.int(0...255)) }
            return RecordedResponse(
                status: 200, headers: ["content-type": "application/octet-stream"], at: at,
                content: .body(RecordedBody(bytes: bytes)))
        default: return answer(["choices": [["message": ["role": "assistant", "content": .string(text())]]]])
        }
    }

    private mutating func answer(_ tree: JSONValue, status: Int = 200) -> RecordedResponse {
        RecordedResponse(
            status: status, headers: ["content-type": "application/json", "x-request-id": "req_\(lastNumber)"],
            at: Double(milliseconds + 250) / 1000,
            content: .body(RecordedBody(tree: tree, layout: json.random.pick(JSONLayout.all))))
    }

    private mutating func stream() -> RecordedResponse {
        let events =
            (0...json.random.int(0...4)).map { _ in "data: \(json.value(depth: 2).text())\n\n" }.joined()
            + "data: \(mark)\(lastNumber)\n\n"
        var rest = Array(events.utf8)[...]
        var chunks: [RecordedResponse.Chunk] = []
        while !rest.isEmpty {
            let count = min(rest.count, json.random.int(1...60))
            milliseconds += 10
            chunks.append(.init(at: at, bytes: Array(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        return RecordedResponse(
            status: 200, headers: ["content-type": json.random.pick(["text/event-stream", "application/x-ndjson"])],
            at: chunks[0].at, content: .chunks(chunks), end: json.random.once(in: 8) ? .reset : nil)
    }

    private func make(
        _ service: Service, _ operation: Operation, _ request: RecordedBody, _ response: RecordedResponse,
        sandbox: Int? = nil,
        inputs: String? = nil
    ) -> Interaction {
        var body = request.bytes
        if case .socket(let frames) = response.content, case .message(.text(let text))? = frames.first?.payload {
            body = Array(text.utf8)
        }
        return Interaction(
            number: lastNumber, at: at, service: service, operation: operation, sandbox: sandbox, inputs: inputs,
            key: InteractionKey(
                service: service, operation: operation, inputs: inputs, body: body, rules: MatchRules()),
            request: request, response: response)
    }
}

extension SessionKey {
    /// A name that is one.
    fileprivate static var anyName: CassetteName {
        guard let key = SessionKey("us-any") else { preconditionFailure("a session key") }
        return key.cassette
    }
}

extension Cassette {
    /// All interactions in the order of their numbers.
    public func interactions() throws -> [Interaction] { try index.indices.map { try interaction(at: $0) } }
}

extension Interaction {
    /// All that it says, but for its number, its sandbox's label and its times.
    public var statement: String {
        var text =
            "\(service.rawValue) \(operation) \(inputs ?? "-") \(response.status ?? 0) \(response.end?.rawValue ?? "")"
        text += " \(CanonicalJSON.bytes(of: request.bytes) ?? request.bytes)"
        switch response.content {
        case .body(let body): text += " body \(body.bytes)"
        case .chunks(let chunks): text += " chunks \(chunks.map(\.bytes))"
        case .socket(let frames): text += " socket \(frames.map { "\($0.isFromClient) \($0.payload)" })"
        }
        return text
    }
}
