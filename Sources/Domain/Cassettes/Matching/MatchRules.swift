public import Documents

/// Which parts of a request's body do not count when recordings are looked up.
public struct MatchRules: Sendable, Equatable {
    /// The version of the protocols' own volatile places.
    public var defaults: Int
    /// Further places, for every service.
    public var ignore: [JSONPointer]

    /// The newest version of the protocols' defaults that this build knows.
    public static let newestDefaults = 1

    public init(defaults: Int = MatchRules.newestDefaults, ignore: [JSONPointer] = []) {
        self.defaults = defaults
        self.ignore = ignore
    }

    /// Places of a service's bodies that change from run to run without meaning anything.
    private func volatilePlaces(of service: Service) -> [JSONPointer] {
        switch service {
        // `prompt_cache_key` is generated per run by some clients; it names a cache, not a request.
        case .openai, .azure: [JSONPointer(["prompt_cache_key"])]
        case .anthropic, .gemini, .hopx, .http: []
        }
    }

    /// The canonical bytes of a body without its volatile places; the raw bytes when it is not strict JSON.
    func canonicalBody(_ body: [UInt8], service: Service) -> [UInt8] {
        guard let canonical = CanonicalJSON.bytes(of: body) else { return body }
        let places = (volatilePlaces(of: service) + ignore).filter { place in
            // Most bodies have no such place: seen without parsing them.
            guard let name = place.tokens.first else { return false }
            guard canonical.first == UInt8(ascii: "{"), let bytes = CanonicalJSON.bytes(of: .string(name)) else { return true }
            return canonical.contains(bytes)
        }
        guard !places.isEmpty, var tree = try? JSONValue(parsing: body) else { return canonical }
        for place in places { tree.set(nil, at: place) }
        return CanonicalJSON.bytes(of: tree) ?? canonical
    }

    /// True when a difference at this place does not count.
    func ignores(_ place: JSONPointer, service: Service) -> Bool {
        (volatilePlaces(of: service) + ignore).contains { place.tokens.starts(with: $0.tokens) }
    }
}
