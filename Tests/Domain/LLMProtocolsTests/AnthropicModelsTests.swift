import Documents
import HTTPMessages
import LLMProtocols
import Testing

@Suite struct AnthropicModelsTests {
    @Test func theListIsOnePage() async throws {
        let json = try await Self.json(AnthropicModels(ids: ["a", "b"], created: 1_700_000_000).list)
        #expect(json["has_more"] == false)
        #expect(json["first_id"] == "a")
        #expect(json["last_id"] == "b")
        let data = try #require(json["data"]?.arrayValue)
        #expect(data.map { $0["type"] } == ["model", "model"])
        #expect(data.map { $0["id"] } == ["a", "b"])
        #expect(data[0]["display_name"] == "a")
        #expect(data[0]["created_at"] == "2023-11-14T22:13:20Z")
        #expect(try await Self.json(AnthropicModels(ids: [], created: 0).list)["first_id"] == .null)
    }

    @Test func oneModelOrTheServicesError() async throws {
        let models = AnthropicModels(ids: ["a", "b"], created: 0)
        #expect(try await Self.json(models.one("b"))["id"] == "b")
        let missing = models.one("c")
        #expect(missing.status == 404)
        #expect(try await Self.json(missing)["error"] == ["type": "not_found_error", "message": "model: c"])
    }

    @Test func tokensAreCountedAsInTheUsageOfAnAnswer() async throws {
        let body = #"{"model":"m","system":"12345678","messages":[{"role":"user","content":"1234"}]}"#
        let count = try AnthropicTokenCount(body: Array(body.utf8))
        #expect(try await Self.json(count.response) == ["input_tokens": 11])
    }

    @Test(arguments: [
        (#"{"messages":[{"role":"user","content":"x"}]}"#, "model: Field required"),
        (#"{"model":"m"}"#, "messages: Field required"),
    ])
    func aCountNeedsModelAndMessages(body: String, message: String) {
        let error = #expect(throws: AnthropicError.self) { try AnthropicTokenCount(body: Array(body.utf8)) }
        #expect(error?.message == message)
    }

    private static func json(_ response: Response) async throws -> JSONValue {
        try JSONValue(parsing: try await response.content.joined() ?? [])
    }
}
