public import HTTPMessages

/// Takes secrets out of what is about to be keyed or written: first pass, by names and patterns.
///
/// Placeholders are fixed texts, so every machine computes the same key for a request.
public struct Redactor: Sendable {
    public init() {}

    public func redact(_ bytes: [UInt8], service: Service) -> [UInt8] {
        let members = Redactor.members(of: service)
        let named = members.mayMatch(bytes) ? Replacement.apply(members.matches(in: bytes), to: bytes) : bytes
        return Replacement.apply(SecretPattern.matches(in: named), to: named)
    }

    public func redact(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let secrets = SecretPattern.matches(in: bytes)
        return secrets.isEmpty ? text : String(decoding: Replacement.apply(secrets, to: bytes), as: UTF8.self)
    }

    public func redact(_ request: Request, service: Service) -> Request {
        var request = request
        request.body = redact(request.body, service: service)
        request.query = request.query.map { redactQuery($0) }
        return request
    }

    /// Redacts over the joined bytes, so that a secret split between chunks is found; chunk ends move with the text.
    public func redact(_ chunks: [RecordedResponse.Chunk], service: Service) -> [RecordedResponse.Chunk] {
        Replacement.apply([Redactor.members(of: service).matches, SecretPattern.matches], to: chunks)
    }

    /// Response fields as a cassette keeps them: without hop-by-hop fields, length, encoding and date, secrets replaced.
    public func redact(responseHeaders headers: Headers, interaction number: Int) -> Headers {
        var kept = Headers()
        for field in headers.fields where !Redactor.droppedFields.contains(field.name) {
            switch field.name {
            case "set-cookie", "www-authenticate", "openai-organization", "openai-project", "anthropic-organization-id",
                "cf-ray", "x-ms-region":
                kept.add(field.name, "<redacted:\(field.name)>")
            // Clients show it, so something stable takes its place.
            case "x-request-id", "request-id", "apim-request-id": kept.add(field.name, "req_\(number)")
            default: kept.add(field.name, redact(field.value))
            }
        }
        return kept
    }

    private func redactQuery(_ query: String) -> String {
        query.split(separator: "&", omittingEmptySubsequences: false).map { pair in
            let name = pair.prefix { $0 != "=" }
            let isSecret =
                Redactor.secretQueryNames.contains(name.lowercased()) || name.lowercased().hasPrefix("x-amz-")
            return isSecret ? "\(name)=redacted" : redact(String(pair))
        }.joined(separator: "&")
    }

    private static let droppedFields: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
        "upgrade", "content-length", "content-encoding", "date",
    ]

    private static let secretQueryNames: Set<String> = ["key", "api_key", "access_token", "sig", "signature", "code"]

    static func members(of service: Service) -> SecretMembers {
        switch service {
        case .hopx: hopxMembers
        case .openai, .azure: openAIMembers
        case .anthropic: anthropicMembers
        case .gemini, .http: noMembers
        }
    }

    private static let hopxMembers = SecretMembers(
        anywhere: ["auth_token", "callback_signature_secret", "registry_credentials", "full_key"],
        outermost: ["env", "env_vars", "callback_headers", "password"])
    private static let openAIMembers = SecretMembers(
        anywhere: ["safety_identifier"], outermost: ["user"], ofTools: ["authorization", "headers"])
    private static let anthropicMembers = SecretMembers(
        anywhere: ["user_id", "user_profile_id", "authorization_token"], outermost: [],
        ofTools: ["authorization", "headers"])
    private static let noMembers = SecretMembers(anywhere: [], outermost: [])
}
