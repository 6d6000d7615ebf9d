import Documents
public import HTTPMessages

/// The models that Gemini's services list, at `GET /v1beta/models`.
public struct GeminiModels: Sendable {
    /// Without `models/`.
    public let ids: [String]

    public init(ids: [String]) { self.ids = ids }

    /// All of them on one page, whatever page size was asked for.
    public var list: Response { GeminiModels.answer(["models": .array(ids.map(json))]) }

    /// One model, or the service's error for an unknown one.
    ///
    /// - Parameter id: With or without `models/`.
    public func one(_ id: String) -> Response {
        let id = id.hasPrefix("models/") ? String(id.dropFirst("models/".count)) : id
        guard ids.contains(where: { $0.hasSameScalars(as: id) }) else {
            return GeminiError(
                code: 404, message: "models/\(id) is not found. Call ListModels to see the list of available models."
            ).response
        }
        return GeminiModels.answer(json(id))
    }

    private func json(_ id: String) -> JSONValue {
        [
            "name": .string("models/" + id), "version": "001", "displayName": .string(id),
            "description": "Answers as prepared.", "inputTokenLimit": 1_048_576, "outputTokenLimit": 65_536,
            "supportedGenerationMethods": [
                "generateContent", "streamGenerateContent", "countTokens", "embedContent", "batchEmbedContents",
            ],
        ]
    }

    private static func answer(_ json: JSONValue) -> Response {
        Response(headers: ["content-type": "application/json; charset=UTF-8"], body: json.bytes())
    }
}
