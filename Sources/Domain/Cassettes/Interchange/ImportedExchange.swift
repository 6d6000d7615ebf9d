/// An exchange that another tool has recorded, before it is redacted and keyed.
public struct ImportedExchange: Sendable {
    /// Where it went: `https://api.openai.com/v1/chat/completions?x=1`.
    public var url: String
    public var method: String
    public var body: [UInt8]
    /// Seconds since 1970; nil when the file does not say.
    public var startedAt: Double?
    public var response: RecordedResponse
    /// What our own export says beside the standard.
    var own: Own?

    /// What only this program's exports know.
    struct Own: Sendable {
        var number: Int?
        var at: Double?
        var service: Service?
        var operation: Operation?
        var sandbox: Int?
        var inputs: String?
    }

    public init(
        url: String, method: String, body: [UInt8], startedAt: Double?, response: RecordedResponse
    ) {
        self.url = url
        self.method = method
        self.body = body
        self.startedAt = startedAt
        self.response = response
    }

    /// Scheme and host, in lower case: `https://api.openai.com`; empty when the address has none.
    var origin: String { ImportedExchange.origin(of: url) }

    static func origin(of url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return "" }
        let rest = url[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        // Credentials in an address are nobody's business.
        let host = authority.split(separator: "@").last ?? ""
        return url[..<scheme.lowerBound].lowercased() + "://" + host.lowercased()
    }

    /// Path and query.
    var target: String {
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        let target = rest.drop { $0 != "/" && $0 != "?" }.prefix { $0 != "#" }
        return target.first == "/" ? String(target) : "/" + target
    }
}

/// The service behind an address, as far as it can be told.
enum ServiceGuess {
    static func service(of exchange: ImportedExchange) -> Service {
        let host = exchange.origin.split(separator: "/").last.map(String.init) ?? ""
        let path = exchange.target.prefix { $0 != "?" }
        let name = host.split(separator: ":").first.map(String.init) ?? ""
        func isBelow(_ domain: String) -> Bool { name == domain || name.hasSuffix("." + domain) }
        if isBelow("openai.azure.com") || isBelow("cognitiveservices.azure.com") || isBelow("services.ai.azure.com") {
            return .azure
        }
        if isBelow("openai.com") { return .openai }
        if isBelow("anthropic.com") { return .anthropic }
        if isBelow("generativelanguage.googleapis.com") { return .gemini }
        if isBelow("hopx.dev") { return .hopx }
        if path.hasPrefix("/openai/deployments/") { return .azure }
        if path.hasSuffix("/v1/messages") || path.hasSuffix("/v1/messages/count_tokens") { return .anthropic }
        if path.hasSuffix("enerateContent") || path.hasSuffix(":embedContent") { return .gemini }
        let ends = ["/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/completions"]
        return ends.contains { path.hasSuffix($0) } ? .openai : .http
    }
}
