import Digests
public import Documents
public import HTTPMessages

/// Vectors for the texts of a request, the same for the same text, model or no model.
public struct OpenAIEmbeddingsReply: Sendable {
    private let request: OpenAIEmbeddingsRequest

    public init(to request: OpenAIEmbeddingsRequest) { self.request = request }

    public var json: JSONValue {
        let data = request.inputs.enumerated().map { index, input -> JSONValue in
            let vector = EmbeddingVector(text: input.text, dimensions: request.dimensions)
            return [
                "object": "embedding", "index": .number(index), "embedding": embedding(vector),
            ]
        }
        let tokens = request.inputs.reduce(0) { $0 + $1.tokenCount }
        return [
            "object": "list", "data": .array(data), "model": .string(request.model),
            "usage": ["prompt_tokens": .number(tokens), "total_tokens": .number(tokens)],
        ]
    }

    /// The answer as one JSON body.
    public var response: Response { .openAI(json) }

    private func embedding(_ vector: EmbeddingVector) -> JSONValue {
        switch request.encoding {
        case .float: vector.json
        case .base64:
            .string(
                Base64.encode(
                    vector.values.flatMap { value in
                        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
                    }))
        }
    }
}
