public import HTTPMessages

/// What a request asks of a model's service, by method and path; the bodies are not looked at.
public enum LLMOperation: Sendable, Equatable {
    /// - azureDeployment: Nil but for Azure's older paths, which name the model.
    case chatCompletion(azureDeployment: String?)
    case completion(azureDeployment: String?)
    case embeddings(azureDeployment: String?)
    case createResponse
    /// `GET …/responses/ID`.
    case response(id: String)
    case deleteResponse(id: String)
    case cancelResponse(id: String)
    case responseInputItems(id: String)
    /// `POST …/responses/input_tokens`: how many tokens a request would take.
    case responseInputTokens
    case compactResponse
    case models
    case model(id: String)

    case anthropicMessage
    case anthropicTokenCount
    case anthropicModels
    case anthropicModel(id: String)

    /// - isStream: `streamGenerateContent`.
    case geminiGenerate(model: String, isStream: Bool)
    case geminiTokenCount(model: String)
    case geminiEmbedding(model: String)
    case geminiEmbeddings(model: String)
    case geminiModels
    case geminiModel(id: String)
}

extension LLMOperation {
    /// A path that is known, asked with a method that is not.
    public struct WrongMethod: Error, Equatable {
        public let allowed: String

        public init(allowed: String) { self.allowed = allowed }
    }

    /// Reads OpenAI's paths, Azure's among them, with or without `/v1` before them.
    ///
    /// - Returns: Nil for a path that the service does not have.
    /// - Throws: `WrongMethod`.
    public static func openAI(_ request: Request) throws(WrongMethod) -> LLMOperation? {
        var parts = segments(of: request.path)
        var deployment: String?
        if parts.first == "openai" {
            parts = parts.dropFirst()
            if parts.first == "deployments", parts.count > 2 {
                deployment = String(parts[parts.startIndex + 1])
                parts = parts.dropFirst(2)
            }
        }
        if parts.first == "v1" { parts = parts.dropFirst() }
        // An id may itself have slashes: `models/org/name`.
        if parts.first == "models" {
            try allow("GET", request)
            let id = parts.dropFirst().joined(separator: "/")
            return id.isEmpty ? .models : .model(id: id)
        }
        if parts.first == "responses", parts.count > 1, let operation = try response(parts.dropFirst(), request) {
            return operation
        }
        let operation: LLMOperation
        switch parts.joined(separator: "/") {
        case "chat/completions": operation = .chatCompletion(azureDeployment: deployment)
        case "completions": operation = .completion(azureDeployment: deployment)
        case "embeddings": operation = .embeddings(azureDeployment: deployment)
        case "responses": operation = .createResponse
        default: return nil
        }
        try allow("POST", request)
        return operation
    }

    private static func response(
        _ parts: ArraySlice<String>, _ request: Request
    ) throws(WrongMethod) -> LLMOperation? {
        guard let id = parts.first else { return nil }
        switch (parts.count, parts.last) {
        case (1, "input_tokens"), (1, "compact"):
            try allow("POST", request)
            return id == "compact" ? .compactResponse : .responseInputTokens
        case (1, _):
            if request.method == "DELETE" { return .deleteResponse(id: id) }
            try allow("GET", request, all: "GET, DELETE")
            return .response(id: id)
        case (2, "input_items"):
            try allow("GET", request)
            return .responseInputItems(id: id)
        case (2, "cancel"):
            try allow("POST", request)
            return .cancelResponse(id: id)
        default: return nil
        }
    }

    /// Reads Anthropic's paths.
    ///
    /// - Returns: Nil for a path that the service does not have.
    /// - Throws: `WrongMethod`.
    public static func anthropic(_ request: Request) throws(WrongMethod) -> LLMOperation? {
        var parts = segments(of: request.path)
        if parts.first == "v1" { parts = parts.dropFirst() }
        switch (parts.first, parts.count) {
        case ("messages", 1):
            try allow("POST", request)
            return .anthropicMessage
        case ("messages", 2) where parts.last == "count_tokens":
            try allow("POST", request)
            return .anthropicTokenCount
        case ("models", 1):
            try allow("GET", request)
            return .anthropicModels
        case ("models", 2...):
            try allow("GET", request)
            return .anthropicModel(id: parts.dropFirst().joined(separator: "/"))
        default: return nil
        }
    }

    /// Reads Gemini's paths: `/v1beta/models/NAME:VERB`, of `v1`, too.
    ///
    /// - Returns: Nil for a path that the service does not have.
    /// - Throws: `WrongMethod`.
    public static func gemini(_ request: Request) throws(WrongMethod) -> LLMOperation? {
        var parts = segments(of: request.path)
        if let version = parts.first, version.hasPrefix("v1") { parts = parts.dropFirst() }
        // Tuned models are asked under another name.
        guard let kind = parts.first, kind == "models" || kind == "tunedModels" else { return nil }
        let name = parts.dropFirst().joined(separator: "/")
        guard let colon = name.lastIndex(of: ":") else {
            try allow("GET", request)
            return name.isEmpty ? .geminiModels : .geminiModel(id: name)
        }
        let model = String(name[..<colon])
        let operation: LLMOperation
        switch name[name.index(after: colon)...] {
        case "generateContent": operation = .geminiGenerate(model: model, isStream: false)
        case "streamGenerateContent": operation = .geminiGenerate(model: model, isStream: true)
        case "countTokens": operation = .geminiTokenCount(model: model)
        case "embedContent": operation = .geminiEmbedding(model: model)
        case "batchEmbedContents": operation = .geminiEmbeddings(model: model)
        default: return nil
        }
        try allow("POST", request)
        return operation
    }

    private static func segments(of path: String) -> ArraySlice<String> {
        path.split(separator: "/").map { PercentEncoding.decode($0, plusIsSpace: false) }[...]
    }

    private static func allow(_ method: String, _ request: Request, all: String? = nil) throws(WrongMethod) {
        guard request.method == method else { throw WrongMethod(allowed: all ?? method) }
    }
}
