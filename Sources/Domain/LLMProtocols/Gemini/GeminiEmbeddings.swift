import Documents
public import HTTPMessages

/// `embedContent` and `batchEmbedContents`: a vector for each content, which depends on what the content says only.
public struct GeminiEmbeddings: Sendable, Equatable {
    /// What each vector is of: its texts and, as compact JSON, its other parts.
    public let texts: [String]
    public let vectors: [EmbeddingVector]
    private let isBatch: Bool

    /// Contents that one batch may have.
    public static let batchLimit = 100
    /// Values that a vector may have.
    public static let dimensionsLimit = 3072

    /// - Parameters:
    ///   - model: From the path, without `models/`; tells how long vectors are that ask for no length.
    ///   - isBatch: The verb is `batchEmbedContents`.
    /// - Throws: As the service would refuse the body.
    public init(body: [UInt8], model: String, isBatch: Bool) throws(GeminiError) {
        let fields = try GeminiFields(try GeminiError.json(of: body))
        let requests = isBatch ? try fields.list("requests") : [fields]
        let type = isBatch ? "BatchEmbedContentsRequest" : "EmbedContentRequest"
        guard !requests.isEmpty else { throw .refused("requests", "requests is not specified", in: type) }
        guard requests.count <= GeminiEmbeddings.batchLimit else {
            throw .refused(
                "requests", "at most \(GeminiEmbeddings.batchLimit) requests can be in one batch", in: type)
        }
        var texts: [String] = []
        var vectors: [EmbeddingVector] = []
        for request in requests {
            let text = try GeminiEmbeddings.text(request, type: type)
            let dimensions = try GeminiEmbeddings.dimensions(request, model: model, type: type)
            texts.append(text)
            vectors.append(EmbeddingVector(text: text, dimensions: dimensions))
        }
        self.texts = texts
        self.vectors = vectors
        self.isBatch = isBatch
    }

    private static func text(_ request: GeminiFields, type: String) throws(GeminiError) -> String {
        guard let content = try request.fields("content") else {
            throw .refused(request.path("content"), "content is not specified", in: type)
        }
        let parts = try content.list("parts")
        guard !parts.isEmpty else { throw .refused(content.path("parts"), "parts must not be empty", in: type) }
        var text = ""
        for part in parts { text += try part.optional("text", .string) ?? JSONValue.object(part.object).text() }
        return text
    }

    private static func dimensions(
        _ request: GeminiFields, model: String, type: String
    ) throws(GeminiError) -> Int {
        var dimensions = try request.optional("outputDimensionality", .integer)
        // Newer clients have a group for it.
        if dimensions == nil {
            dimensions = try request.fields("embedContentConfig")?.optional("outputDimensionality", .integer)
        }
        guard let dimensions else { return model.hasPrefix("gemini-embedding") ? dimensionsLimit : 768 }
        guard (1...dimensionsLimit).contains(dimensions) else {
            throw .refused(
                request.path("outputDimensionality"),
                "output_dimensionality must be in the range [1, \(dimensionsLimit)]", in: type)
        }
        return dimensions
    }

    public var response: Response {
        let values = vectors.map { JSONValue.object(JSONObject([("values", $0.json)])) }
        // Without a batch there is one.
        let json = isBatch ? JSONObject([("embeddings", .array(values))]) : JSONObject([("embedding", values[0])])
        return Response(
            headers: ["content-type": "application/json; charset=UTF-8"], body: JSONValue.object(json).bytes())
    }
}
