import Cassettes
import Documents
import HTTPMessages
import Testing

extension CassetteHeader {
    static func sample(rules: MatchRules = MatchRules()) throws -> CassetteHeader {
        CassetteHeader(
            name: try #require(CassetteName("tutorial/sample")), recordedBy: "understudy 0.1.0",
            recordedOn: "2026-11-23",
            origins: [
                .init(service: .openai, upstream: "https://api.openai.com/v1", from: .live),
                .init(service: .hopx, upstream: "sandbox", from: .sandbox),
            ], rules: rules)
    }
}

extension Interaction {
    /// An interaction with the key of its request.
    init(
        _ number: Int, at: Double = 0, service: Service = .openai, _ operation: Operation = .chat, sandbox: Int? = nil,
        inputs: String? = nil, request: RecordedBody, response: RecordedResponse = .ok, rules: MatchRules = MatchRules()
    ) {
        let key = InteractionKey(
            service: service, operation: operation, inputs: inputs, body: request.bytes, rules: rules)
        self.init(
            number: number, at: at, service: service, operation: operation, sandbox: sandbox, inputs: inputs, key: key,
            request: request, response: response)
    }

    init(_ number: Int, messages: [JSONValue], answer: String = "ok") {
        let body: JSONValue = ["model": "gpt-4o", "temperature": 0, "messages": .array(messages)]
        self.init(number, request: RecordedBody(tree: body), response: .answer(answer))
    }
}

extension Operation {
    static let chat = Operation(method: "POST", path: "/v1/chat/completions")
}

extension RecordedResponse {
    static let ok = answer("ok")

    static func answer(_ text: String) -> RecordedResponse {
        RecordedResponse(
            status: 200, headers: ["content-type": "application/json"], at: 0.5,
            content: .body(
                RecordedBody(tree: ["choices": [["message": ["role": "assistant", "content": .string(text)]]]])))
    }

    static func events(_ chunks: [[UInt8]]) -> RecordedResponse {
        RecordedResponse(
            status: 200, headers: ["content-type": "text/event-stream; charset=utf-8"], at: 0.25,
            content: .chunks(chunks.enumerated().map { .init(at: Double($0 + 1), bytes: $1) }))
    }
}

extension Cassette {
    static func text(_ interactions: [Interaction], header: CassetteHeader? = nil) throws -> String {
        var writer = CassetteWriter()
        return writer.document(for: try header ?? .sample()) + interactions.map { writer.document(for: $0) }.joined()
    }

    convenience init(text: String) throws { try self.init(Array(text.utf8), file: "c.yaml") }

    convenience init(writing interactions: [Interaction], header: CassetteHeader? = nil) throws {
        try self.init(text: try Cassette.text(interactions, header: header))
    }

    /// All that opening and checking tell of a text.
    static func problems(in text: String) -> [Diagnostic] {
        do {
            return try Cassette(text: text).check()
        } catch let error as Diagnostics {
            return error.all
        } catch {
            Issue.record("\(error)")
            return []
        }
    }
}

/// Expects that an interaction was read as it was written: requests by meaning, answers by bytes.
func expectSame(_ read: Interaction, _ written: Interaction, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(read.number == written.number, sourceLocation: sourceLocation)
    #expect(read.at == written.at, sourceLocation: sourceLocation)
    #expect(read.service == written.service, sourceLocation: sourceLocation)
    #expect(read.operation == written.operation, sourceLocation: sourceLocation)
    #expect(read.sandbox == written.sandbox, sourceLocation: sourceLocation)
    #expect(read.inputs == written.inputs, sourceLocation: sourceLocation)
    #expect(read.key == written.key, sourceLocation: sourceLocation)
    let request = CanonicalJSON.bytes(of: read.request.bytes) ?? read.request.bytes
    #expect(
        request == CanonicalJSON.bytes(of: written.request.bytes) ?? written.request.bytes,
        sourceLocation: sourceLocation)
    #expect(read.response.status == written.response.status, sourceLocation: sourceLocation)
    #expect(read.response.headers == written.response.headers, sourceLocation: sourceLocation)
    #expect(read.response.end == written.response.end, sourceLocation: sourceLocation)
    #expect(read.response.bytes == written.response.bytes, sourceLocation: sourceLocation)
    switch (read.response.content, written.response.content) {
    case (.body, .body): break
    case (.chunks(let a), .chunks(let b)): #expect(a == b, sourceLocation: sourceLocation)
    case (.socket(let a), .socket(let b)): #expect(a == b, sourceLocation: sourceLocation)
    default: Issue.record("another kind of content", sourceLocation: sourceLocation)
    }
}
