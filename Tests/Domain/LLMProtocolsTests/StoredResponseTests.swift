import Conversations
import Documents
import HTTPMessages
import LLMProtocols
import Testing

@Suite struct StoredResponseTests {
    private let stored: StoredResponse

    init() throws { stored = try StoredResponseTests.stored() }

    private static func stored(_ more: String = "") throws -> StoredResponse {
        let body = """
            {"model":"m","input":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},
             {"role":"user","content":[{"type":"input_text","text":"c"}]}]\(more)}
            """
        let request = try ResponsesRequest(body: Array(body.utf8), history: { _ in nil })
        return try #require(
            request.stored(
                Answer(text: "Hi there"), seed: ReplySeed(request: request.json, repetition: 0, created: 5)))
    }

    private static func get(_ target: String) -> Request { Request(method: "GET", target: target) }

    private static func json(_ response: Response) async throws -> JSONValue {
        try JSONValue(parsing: try #require(try await response.content.joined()))
    }

    private func page(_ query: String) async throws -> JSONValue {
        try await Self.json(stored.inputItems(for: Self.get("/v1/responses/\(stored.id)/input_items?" + query)))
    }

    @Test func itIsReadAsItWasAnswered() async throws {
        #expect(try await Self.json(stored.response(to: Self.get("/v1/responses/x"))) == stored.json)
    }

    @Test(arguments: [("stream=true", 0), ("stream=true&starting_after=3", 4), ("stream=true&starting_after=999", nil)])
    func itIsStreamedAgain(query: String, first: Int?) async throws {
        let response = stored.response(to: Self.get("/v1/responses/x?" + query))
        let bytes = try await response.content.joined() ?? []
        let events = EventStream.split(bytes).events.compactMap(EventStream.parse)
        let number = try events.first.flatMap { try JSONValue(parsing: $0.data)["sequence_number"]?.intValue }
        #expect(number == first)
        if first != nil { #expect(events.last?.name == "response.completed") }
    }

    @Test func itsItemsAreWhole() async throws {
        let list = try await page("order=asc")
        #expect(list["object"] == "list")
        #expect(list["has_more"] == false)
        let items = try #require(list["data"]?.arrayValue)
        #expect(items.map { $0["content"]?.arrayValue?.first?["text"]?.stringValue } == ["a", "b", "c"])
        #expect(
            items.map { $0["content"]?.arrayValue?.first?["type"]?.stringValue }
                == ["input_text", "output_text", "input_text"])
        let ids = items.compactMap { $0["id"]?.stringValue }
        #expect(Set(ids).count == 3)
        #expect(list["first_id"]?.stringValue == ids.first)
        #expect(list["last_id"]?.stringValue == ids.last)
        #expect(items.allSatisfy { $0["type"] == "message" })
    }

    @Test func itsItemsArePagedNewestFirst() async throws {
        let first = try await page("limit=2")
        #expect(first["data"]?.arrayValue?.count == 2)
        #expect(first["has_more"] == true)
        let last = try #require(first["last_id"]?.stringValue)
        let second = try await page("limit=2&after=\(last)")
        let text = second["data"]?.arrayValue?.first?["content"]?.arrayValue?.first?["text"]
        #expect(text == "a")
        #expect(second["has_more"] == false)
    }

    @Test(arguments: ["limit=0", "limit=x", "limit=101", "order=up", "after=msg_0"])
    func wrongPagesAreRefused(query: String) async throws {
        let response = stored.inputItems(for: Self.get("/v1/responses/x/input_items?" + query))
        #expect(response.status == (query.hasPrefix("after") ? 404 : 400))
        #expect(try await Self.json(response)["error"]?["type"] == "invalid_request_error")
    }

    @Test func deletingSaysSo() async throws {
        #expect(
            try await Self.json(stored.deleted)
                == ["id": .string(stored.id), "object": "response", "deleted": true])
    }

    @Test func onlyWhatRanInTheBackgroundIsCancelled() async throws {
        #expect(stored.cancelled.status == 400)
        let inBackground = try Self.stored(#","background":true"#)
        #expect(inBackground.cancelled.status == 200)
        #expect(try await Self.json(inBackground.cancelled)["status"] == "completed")
    }

    @Test func anUnknownOneIsNotFound() {
        #expect(StoredResponse.unknown("resp_0").status == 404)
        #expect(StoredResponse.unknown("resp_0").message == "Response with id 'resp_0' not found.")
    }
}
