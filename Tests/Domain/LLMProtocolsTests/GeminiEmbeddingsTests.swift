import Documents
import HTTPMessages
import LLMProtocols
import Testing

@Suite struct GeminiEmbeddingsTests {
    @Test func oneContentHasOneVector() async throws {
        let body = #"{"model":"models/m","content":{"parts":[{"text":"he"},{"text":"llo"}]},"output_dimensionality":4}"#
        let embeddings = try GeminiEmbeddings(body: Array(body.utf8), model: "m", isBatch: false)
        #expect(embeddings.texts == ["hello"])
        let vector = EmbeddingVector(text: "hello", dimensions: 4)
        #expect(try await Self.json(embeddings.response) == ["embedding": ["values": vector.json]])
    }

    @Test func aBatchKeepsItsOrder() async throws {
        let body = """
            {"requests":[{"content":{"parts":[{"text":"a"}]},"outputDimensionality":2},
             {"content":{"parts":{"text":"b"}},"embedContentConfig":{"outputDimensionality":3}}]}
            """
        let embeddings = try GeminiEmbeddings(body: Array(body.utf8), model: "m", isBatch: true)
        let (a, b) = (EmbeddingVector(text: "a", dimensions: 2), EmbeddingVector(text: "b", dimensions: 3))
        #expect(
            try await Self.json(embeddings.response) == ["embeddings": [["values": a.json], ["values": b.json]]])
    }

    @Test(arguments: [("gemini-embedding-001", 3072), ("text-embedding-004", 768)])
    func theModelTellsTheLength(model: String, dimensions: Int) throws {
        let body = #"{"content":{"parts":[{"text":"a"}]}}"#
        let embeddings = try GeminiEmbeddings(body: Array(body.utf8), model: model, isBatch: false)
        #expect(embeddings.vectors.map(\.values.count) == [dimensions])
    }

    @Test func otherPartsCountToo() throws {
        let texts = try ["QQ==", "Qg=="].map { data in
            let body = #"{"content":{"parts":[{"inlineData":{"data":"\#(data)"}}]}}"#
            return try GeminiEmbeddings(body: Array(body.utf8), model: "m", isBatch: false).texts
        }
        #expect(texts[0] != texts[1])
    }

    @Test(arguments: [
        ("{}", false, "* EmbedContentRequest.content: content is not specified\n"),
        (#"{"content":{"parts":[]}}"#, false, "* EmbedContentRequest.content.parts: parts must not be empty\n"),
        (
            #"{"content":{"parts":[{"text":"a"}]},"outputDimensionality":0}"#, false,
            "* EmbedContentRequest.output_dimensionality: output_dimensionality must be in the range [1, 3072]\n"
        ),
        (
            #"{"content":{"parts":[{"text":"a"}]},"outputDimensionality":1e12}"#, false,
            "* EmbedContentRequest.output_dimensionality: output_dimensionality must be in the range [1, 3072]\n"
        ),
        ("{}", true, "* BatchEmbedContentsRequest.requests: requests is not specified\n"),
        (#"{"requests":[{}]}"#, true, "* BatchEmbedContentsRequest.requests[0].content: content is not specified\n"),
        ("nothing", true, "Invalid JSON payload received."),
    ])
    func aWrongBodyIsRefused(body: String, isBatch: Bool, message: String) {
        let error = #expect(throws: GeminiError.self) {
            try GeminiEmbeddings(body: Array(body.utf8), model: "m", isBatch: isBatch)
        }
        #expect(error?.code == 400)
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test func aBatchHasALimit() {
        let request = #"{"content":{"parts":[{"text":"a"}]},"outputDimensionality":1}"#
        func batch(_ count: Int) throws -> GeminiEmbeddings {
            let body = #"{"requests":[\#(Array(repeating: request, count: count).joined(separator: ","))]}"#
            return try GeminiEmbeddings(body: Array(body.utf8), model: "m", isBatch: true)
        }
        #expect(throws: Never.self) { try batch(100) }
        #expect(throws: GeminiError.self) { try batch(101) }
    }

    private static func json(_ response: Response) async throws -> JSONValue {
        try JSONValue(parsing: try await response.content.joined() ?? [])
    }
}
