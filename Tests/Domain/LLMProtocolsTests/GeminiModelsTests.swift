import Documents
import HTTPMessages
import LLMProtocols
import Testing

@Suite struct GeminiModelsTests {
    @Test func theListIsOnePage() async throws {
        let json = try await Self.json(GeminiModels(ids: ["a", "b"]).list)
        let models = try #require(json["models"]?.arrayValue)
        #expect(models.map { $0["name"] } == ["models/a", "models/b"])
        #expect(models[0]["displayName"] == "a")
        #expect(models[0]["supportedGenerationMethods"]?.arrayValue?.contains("generateContent") == true)
    }

    @Test func oneModelOrTheServicesError() async throws {
        let models = GeminiModels(ids: ["a"])
        #expect(try await Self.json(models.one("a"))["name"] == "models/a")
        #expect(try await Self.json(models.one("models/a"))["name"] == "models/a")
        #expect(models.one("b").status == 404)
        #expect(try await Self.json(models.one("b"))["error"]?["status"] == "NOT_FOUND")
    }

    @Test(arguments: [
        #"{"systemInstruction":{"parts":[{"text":"12345678"}]},"contents":[{"parts":[{"text":"1234"}]}]}"#,
        """
        {"generate_content_request":{"model":"models/m","system_instruction":{"parts":[{"text":"12345678"}]},
         "contents":[{"parts":[{"text":"1234"}]}]}}
        """,
    ])
    func tokensAreCountedAsInTheUsageOfAnAnswer(body: String) async throws {
        let count = try GeminiTokenCount(body: Array(body.utf8), model: "m")
        #expect(
            try await Self.json(count.response)
                == ["totalTokens": 11, "promptTokensDetails": [["modality": "TEXT", "tokenCount": 11]]])
    }

    @Test func aCountNeedsContents() {
        let error = #expect(throws: GeminiError.self) { try GeminiTokenCount(body: Array("{}".utf8), model: "m") }
        #expect(error?.message == "* GenerateContentRequest.contents: contents is not specified\n")
    }

    private static func json(_ response: Response) async throws -> JSONValue {
        try JSONValue(parsing: try await response.content.joined() ?? [])
    }
}
