import Documents
public import HTTPMessages

extension Interaction {
    /// True for a question to a model whose whole answer was recorded, and that may be asked again: it changes nothing there.
    public var canBeAskedAgain: Bool {
        guard [.openai, .azure, .anthropic, .gemini].contains(service), operation.method == "POST",
            request.tree?.objectValue != nil, response.status != nil, response.end == nil
        else { return false }
        let last = operation.path.split(separator: "/").last ?? ""
        // Gemini names the operation after a colon.
        return Interaction.questions.contains(String(last.split(separator: ":").last ?? last))
    }

    private static let questions: Set<String> = [
        "completions", "responses", "embeddings", "moderations", "messages", "count_tokens", "generateContent",
        "streamGenerateContent", "countTokens", "embedContent", "batchEmbedContents",
    ]

    /// The request as a client would send it; what a cassette does not keep of it, header fields, as the service needs them.
    ///
    /// - Parameter key: What stands for the live key.
    public func askedAgain(key: String) -> Request {
        var headers: Headers = ["content-type": "application/json"]
        switch service {
        case .anthropic:
            headers["x-api-key"] = key
            headers["anthropic-version"] = "2023-06-01"
        case .azure: headers["api-key"] = key
        case .gemini: headers["x-goog-api-key"] = key
        case .openai, .hopx, .http: headers["authorization"] = "Bearer \(key)"
        }
        // A key in the query was taken out when it was recorded, and stands in its field now.
        let query = operation.query.split(separator: "&").filter { !$0.hasSuffix("=redacted") }.joined(separator: "&")
        return Request(
            method: operation.method, path: operation.path, query: query.isEmpty ? nil : query, headers: headers,
            body: request.bytes)
    }
}
