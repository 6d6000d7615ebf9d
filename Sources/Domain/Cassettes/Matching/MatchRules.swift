public import Documents

/// Which parts of a request's body do not count when recordings are looked up.
///
/// Besides the protocols' own defaults: places that are left out, texts that are masked, and ids that only have to
/// agree with themselves. In this order, on redacted bodies, before the canonical form is made.
public struct MatchRules: Sendable, Equatable {
    /// Every match of a pattern in the texts at some places is replaced.
    public struct Mask: Sendable, Equatable {
        /// Texts there and below; nil for all texts of the body.
        public var path: JSONPath?
        public var pattern: MatchPattern
        public var replacement: String

        public init(path: JSONPath? = nil, pattern: MatchPattern, as replacement: String) {
            self.path = path
            self.pattern = pattern
            self.replacement = replacement
        }
    }

    /// Every match of a pattern is an id that a client makes up: a body's first one becomes `<id-1>` where it stands.
    public struct Alias: Sendable, Equatable {
        /// Texts there and below; nil for all texts of the body.
        public var path: JSONPath?
        public var pattern: MatchPattern

        public init(path: JSONPath? = nil, pattern: MatchPattern) {
            self.path = path
            self.pattern = pattern
        }
    }

    /// The version of the protocols' own volatile places.
    public var defaults: Int
    /// Further places, for every service.
    public var ignore: [JSONPath]
    public var mask: [Mask]
    public var alias: [Alias]

    /// The newest version of the protocols' defaults that this build knows.
    public static let newestDefaults = 1

    public init(
        defaults: Int = MatchRules.newestDefaults, ignore: [JSONPath] = [], mask: [Mask] = [], alias: [Alias] = []
    ) {
        self.defaults = defaults
        self.ignore = ignore
        self.mask = mask
        self.alias = alias
    }

    public init(defaults: Int = MatchRules.newestDefaults, ignore: [JSONPointer]) {
        self.init(defaults: defaults, ignore: ignore.map(JSONPath.init))
    }

    /// True when only the protocols' defaults count.
    var isEmpty: Bool { ignore.isEmpty && mask.isEmpty && alias.isEmpty }
}

extension MatchRules {
    /// What a body is known by: canonical bytes without what does not count; raw bytes if it has no canonical form.
    func canonicalBody(_ body: [UInt8], service: Service, operation: Operation) -> [UInt8] {
        guard let form = CanonicalForm(body, service: service, operation: operation) else { return body }
        guard !isEmpty, let tree = form.tree else { return form.bytes }
        var application = RuleApplication(self)
        let changed = application.apply(to: tree)
        guard application.uses.contains(where: { $0 > 0 }) else { return form.bytes }
        return form.prefix + (CanonicalJSON.bytes(of: changed) ?? CanonicalJSON.bytes(of: tree) ?? [])
    }

    /// A body as it counts, for comparing it with another: what is left out of a list leaves null in its place.
    ///
    /// What has no canonical form is its text, and an empty body null.
    func comparable(_ body: [UInt8], service: Service, operation: Operation) -> JSONValue {
        guard let tree = CanonicalForm(body, service: service, operation: operation)?.tree else {
            return body.isEmpty ? .null : .string(String(decoding: body, as: UTF8.self))
        }
        var application = RuleApplication(self, keepsPlaces: true)
        return application.apply(to: tree)
    }

    /// How often each rule finds something in a body: those of `ignore`, then `mask`, then `alias`.
    func uses(in body: [UInt8], service: Service, operation: Operation) -> [Int] {
        var application = RuleApplication(self)
        if !isEmpty, let tree = CanonicalForm(body, service: service, operation: operation)?.tree {
            _ = application.apply(to: tree)
        }
        return application.uses
    }
}

extension MatchRules.Mask {
    /// A text as it counts: every match replaced, if the place is one that the mask is about.
    public func applied(to text: String, at place: JSONPointer) -> String {
        guard path?.covers(place) ?? true else { return text }
        return pattern.replacing(in: text) { _ in replacement } ?? text
    }
}

/// A body after the protocol's defaults, before the rules of a file.
private struct CanonicalForm {
    let bytes: [UInt8]
    /// What stands before the canonical JSON.
    let prefix: [UInt8]

    /// Nil for a body that is neither strict JSON nor multipart.
    init?(_ body: [UInt8], service: Service, operation: Operation) {
        if let json = CanonicalJSON.bytes(of: body, with: ProtocolDefaults.changes(for: service, operation)) {
            bytes = json
            prefix = []
        } else if let parts = MultipartBody(body) {
            prefix = Array("multipart/form-data\n".utf8)
            bytes = prefix + (CanonicalJSON.bytes(of: parts.description) ?? [])
        } else {
            return nil
        }
    }

    /// Members in canonical order.
    var tree: JSONValue? { try? JSONValue(parsing: Array(bytes.dropFirst(prefix.count))) }
}
