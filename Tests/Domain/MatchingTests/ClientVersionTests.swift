import Cassettes
import Documents
import Foundation
import HTTPMessages
import Testing

/// What two versions of a client library send for the same calls, to the byte, is one and the same request.
@Suite struct ClientVersionTests {
    private struct Sent {
        let service: Service
        let request: Request

        var key: InteractionKey {
            InteractionKey(
                service: service, operation: Operation(request), inputs: nil, body: request.body, rules: MatchRules())
        }
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/openai-clients")

    private func requests(_ file: String) throws -> [Sent] {
        let tree = try JSONValue(parsing: Array(try Data(contentsOf: Self.folder.appending(path: file))))
        return try (tree["requests"]?.arrayValue ?? []).map { entry in
            Sent(
                service: try #require(entry["service"]?.stringValue.flatMap(Service.init(rawValue:))),
                request: Request(
                    method: "POST", target: try #require(entry["target"]?.stringValue),
                    body: Array(try #require(entry["body"]?.stringValue).utf8)))
        }
    }

    @Test func aCassetteRecordedWithOnePlaysForTheOther() throws {
        let old = try requests("openai-1.json"), new = try requests("openai-3.json")
        #expect(old.count == new.count && old.count > 10)
        #expect(Set(old.map(\.key)).count == old.count)
        // Not the same bytes: the libraries write members in another order.
        #expect(zip(old, new).count { $0.request.body != $1.request.body } > 10)

        let cassette = try Cassette(
            writing: old.enumerated().map { number, sent in
                Interaction(
                    number: number + 1, at: Double(number), service: sent.service, operation: Operation(sent.request),
                    key: sent.key,
                    request: RecordedBody(bytes: sent.request.body), response: .ok)
            })
        for (number, sent) in new.enumerated() { #expect(cassette.positions(of: sent.key) == [number]) }
    }
}

extension RecordedResponse {
    static let ok = RecordedResponse(
        status: 200, headers: ["content-type": "application/json"], at: 0,
        content: .body(RecordedBody(tree: ["ok": true])))
}

extension Cassette {
    convenience init(writing interactions: [Interaction], rules: MatchRules = MatchRules()) throws {
        var writer = CassetteWriter()
        let header = CassetteHeader(
            name: try #require(CassetteName("tests/matching")), recordedBy: "understudy 0.1.0",
            recordedOn: "2026-11-23", origins: [],
            rules: rules)
        let text = writer.document(for: header) + interactions.map { writer.document(for: $0) }.joined()
        try self.init(Array(text.utf8), file: "c.yaml")
    }
}

extension Interaction {
    /// An interaction with the key of its request.
    init(_ number: Int, _ request: KnownRequest, _ body: JSONValue? = nil, rules: MatchRules = MatchRules()) {
        let body = body ?? request.body
        self.init(
            number: number, at: Double(number), service: request.service, operation: request.operation,
            key: InteractionKey(
                service: request.service, operation: request.operation, inputs: nil, body: body.bytes(), rules: rules),
            request: RecordedBody(tree: body), response: .ok)
    }
}
