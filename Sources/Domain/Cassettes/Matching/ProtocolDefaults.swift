import Documents
import HTTPMessages

/// What the protocols themselves say does not count in a request's body: version 1 of the match defaults.
///
/// The table "What never counts" in `docs/cassette-format.md` is this file in words; change them together, and give
/// the change a new version.
enum ProtocolDefaults {
    static func changes(for service: Service, _ operation: Operation) -> CanonicalJSON.Changes {
        switch service {
        case .openai: openAI
        case .azure: azure(operation)
        case .anthropic: anthropic
        case .gemini: gemini
        case .hopx: hopX(operation)
        case .http: CanonicalJSON.Changes()
        }
    }

    private static let openAI = CanonicalJSON.Changes(
        omitsNulls: true,
        omissions: [
            // Made up in each run by some clients; it names a cache, not a request.
            .member("prompt_cache_key"),
            // Asks for random filler in the chunks of a stream, or for none.
            .member("include_obfuscation", of: "stream_options"),
            .member("stream_options", withValue: Array("{}".utf8)),
        ])

    private static let anthropic = CanonicalJSON.Changes(omitsNulls: true)

    private static let uploadPath = "/v1/templates/files/upload-link"
    private static let buildPath = "/v1/templates/build"

    private static func hopX(_ operation: Operation) -> CanonicalJSON.Changes {
        // The webhook's address is the client's own, often with a port of the moment.
        var omissions = [CanonicalJSON.Changes.Omission.member("callback_url")]
        // A build's archive has the times of its files in it, and so has the hash: another one after each checkout.
        switch operation.path {
        case uploadPath: omissions += [.member("files_hash"), .member("content_length")]
        case buildPath: omissions.append(.member("filesHash", ofItemsOf: "steps"))
        default: break
        }
        return CanonicalJSON.Changes(omissions: omissions)
    }

    /// The deployment in the path is the model; clients send its name again, or null, or nothing.
    private static func azure(_ operation: Operation) -> CanonicalJSON.Changes {
        var changes = openAI
        let parts = operation.path.split(separator: "/", omittingEmptySubsequences: false)
        if let index = parts.firstIndex(of: "deployments"), index + 2 < parts.count, parts[..<index].last == "openai" {
            let name = CanonicalJSON.bytes(of: .string(PercentEncoding.decode(parts[index + 1], plusIsSpace: false)))
            changes.omissions.append(.member("model", withValue: name ?? []))
        }
        return changes
    }

    private static let gemini = CanonicalJSON.Changes(
        omitsNulls: true,
        renaming: .init(
            Dictionary(uniqueKeysWithValues: geminiNames.map { (snakeCase($0), $0) }),
            // The caller's own data and JSON Schemas; `response` is a member of `functionResponse`.
            opaque: ["args", "response", "parametersJsonSchema", "responseJsonSchema", "example", "default", "labels"],
            named: ["properties"]))

    /// Fields of the API whose names have more than one word, as its reference spells them.
    static let geminiNames = [
        "allowedFunctionNames", "anyOf", "aspectRatio", "audioTimestamp", "cachedContent", "candidateCount",
        "codeExecution",
        "codeExecutionResult", "displayName", "dynamicRetrievalConfig", "dynamicThreshold", "endOffset", "endTime",
        "enableEnhancedCivicAnswers", "executableCode", "fileData", "fileSearch", "fileSearchStoreNames", "fileUri",
        "frequencyPenalty", "functionCall", "functionCallingConfig", "functionDeclarations", "functionResponse",
        "generateContentRequest", "generationConfig", "googleMaps", "googleSearch", "googleSearchRetrieval",
        "imageConfig",
        "imageSize", "includeThoughts", "inlineData", "languageCode", "latLng", "maxItems", "maxLength",
        "maxOutputTokens",
        "maxProperties", "mediaResolution", "metadataFilter", "mimeType", "minItems", "minLength", "minProperties",
        "multiSpeakerVoiceConfig", "outputDimensionality", "parametersJsonSchema", "prebuiltVoiceConfig",
        "presencePenalty",
        "propertyOrdering", "responseJsonSchema", "responseLogprobs", "responseMimeType", "responseModalities",
        "responseSchema", "retrievalConfig", "safetySettings", "speakerVoiceConfig", "speakerVoiceConfigs",
        "speechConfig",
        "startOffset", "startTime", "stopSequences", "systemInstruction", "taskType", "thinkingBudget",
        "thinkingConfig",
        "thinkingLevel", "thoughtSignature", "timeRangeFilter", "toolConfig", "topK", "topP", "urlContext",
        "videoMetadata",
        "voiceConfig", "voiceName", "willContinue",
    ]

    private static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }
}
