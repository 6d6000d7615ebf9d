import Cassettes
import Documents
import HTTPMessages
import HopXProtocol
import Testing

extension CassetteHeader {
    static func sample(_ name: String = "story") throws -> CassetteHeader {
        CassetteHeader(
            name: try #require(CassetteName(name)), recordedBy: "understudy 0.1.0", recordedOn: "2026-11-23",
            origins: [.init(service: .openai, upstream: "script", from: .script)])
    }
}

/// Keeps what is recorded as the text of a cassette.
actor MemorySink: InteractionSink {
    private var writer = CassetteWriter()
    private(set) var text: String
    private(set) var interactions: [Interaction] = []

    init(_ header: CassetteHeader) { text = writer.document(for: header) }

    init() throws { self.init(try .sample()) }

    func record(_ interaction: Interaction) {
        text += writer.document(for: interaction)
        interactions.append(interaction)
    }

    func cassette() throws -> Cassette { try Cassette(Array(text.utf8), file: "story.yaml") }
}

extension Cassette {
    /// What a reader makes of the written interactions.
    static func of(_ interactions: [Interaction], name: String = "story") throws -> Cassette {
        try Cassette(Array(text(interactions, name: name).utf8), file: "\(name).yaml")
    }

    static func text(_ interactions: [Interaction], name: String = "story") throws -> String {
        var writer = CassetteWriter()
        return writer.document(for: try .sample(name)) + interactions.map { writer.document(for: $0) }.joined()
    }
}

extension Interaction {
    private init(
        _ number: Int, at: Double, _ service: Service, _ method: String, _ target: String, sandbox: Int?,
        inputs: String?,
        body: JSONValue?, _ response: RecordedResponse
    ) {
        let operation = Operation(Request(method: method, target: target))
        let bytes = body?.bytes() ?? []
        self.init(
            number: number, at: at, service: service, operation: operation, sandbox: sandbox, inputs: inputs,
            key: InteractionKey(
                service: service, operation: operation, inputs: inputs, body: bytes, rules: MatchRules()),
            request: RecordedBody(bytes: bytes), response: response)
    }

    /// A chat completion that was asked for with `Request.chat(content)`.
    static func chat(_ number: Int, _ content: String = "hi", stream: Bool = false, gives response: RecordedResponse)
        -> Interaction
    {
        Interaction(
            number, at: Double(number), .openai, "POST", "/v1/chat/completions", sandbox: nil, inputs: nil,
            body: .chat(content, stream: stream), response)
    }

    static func creation(_ number: Int, sandbox: Int = 1, id: String, status: Int = 201) -> Interaction {
        Interaction(
            number, at: Double(number), .hopx, "POST", "/v1/sandboxes", sandbox: sandbox, inputs: nil,
            body: Box.creation,
            .json(["id": .string(id)], status: status, at: Double(number)))
    }

    /// Code that ran in a sandbox of which nothing but its creation is known.
    static func execution(
        _ number: Int, _ code: String, sandbox: Int = 1, at: Double? = nil, answeredAt: Double? = nil,
        status: Int = 200, stdout: String
    ) throws -> Interaction {
        Interaction(
            number, at: at ?? Double(number), .hopx, "POST", "/execute", sandbox: sandbox, inputs: try Box.inputs(),
            body: ["code": .string(code)],
            .json(["stdout": .string(stdout)], status: status, at: answeredAt ?? Double(number) + 0.5))
    }

    /// A step of the life of a sandbox of which nothing but its creation is known.
    static func life(_ number: Int, _ step: String, status: Int = 200) throws -> Interaction {
        Interaction(
            number, at: Double(number), .hopx, "POST", "/v1/sandboxes/{id}/\(step)", sandbox: 1,
            inputs: try Box.inputs(), body: nil, .json(["id": "a"], status: status, at: Double(number)))
    }

    static func reading(_ number: Int, _ path: String, sandbox: Int = 1, content: String) throws -> Interaction {
        Interaction(
            number, at: Double(number), .hopx, "GET", "/files/read?path=\(path)", sandbox: sandbox,
            inputs: try Box.inputs(),
            body: nil, .json(["content": .string(content)], at: Double(number)))
    }

    static func writing(_ number: Int, _ path: String, _ content: String, status: Int, inputs: String) -> Interaction {
        Interaction(
            number, at: Double(number), .hopx, "POST", "/files/write", sandbox: 1, inputs: inputs,
            body: ["path": .string(path), "content": .string(content)],
            .json(["code": "DISK_FULL", "message": "disk full"], status: status, at: Double(number)))
    }
}

extension RecordedResponse {
    static func json(_ body: JSONValue, status: Int = 200, at: Double = 1) -> RecordedResponse {
        RecordedResponse(
            status: status, headers: ["content-type": "application/json"], at: at,
            content: .body(RecordedBody(tree: body)))
    }

    static func answer(_ text: String, status: Int = 200) -> RecordedResponse {
        .json(["answer": .string(text)], status: status)
    }

    static func events(_ chunks: [String], end: Break? = nil) -> RecordedResponse {
        RecordedResponse(
            status: 200, headers: ["content-type": "text/event-stream"], at: 1,
            content: .chunks(chunks.enumerated().map { .init(at: 1 + Double($0), bytes: Array($1.utf8)) }), end: end)
    }

    static let noAnswer = RecordedResponse(status: nil, at: 1, content: .body(RecordedBody(bytes: [])), end: .reset)
}

extension JSONValue {
    static func chat(_ content: String, stream: Bool = false) -> JSONValue {
        [
            "model": "gpt-4o", "temperature": 0, "stream": .bool(stream),
            "messages": [["role": "system", "content": "Be brief."], ["role": "user", "content": .string(content)]],
        ]
    }
}
