/// A value of a YAML or JSON document that knows where it stands.
public struct LocatedNode: Sendable {
    public indirect enum Content: Sendable {
        /// `isPlain` is false for quoted and block text, which is never a number, `true`, `false` or `null`.
        case scalar(String, isPlain: Bool)
        case sequence([LocatedNode])
        case mapping([Member])
    }

    public struct Member: Sendable {
        public let name: String
        public let place: Place
        public let value: LocatedNode

        public init(name: String, place: Place, value: LocatedNode) {
            self.name = name
            self.place = place
            self.value = value
        }
    }

    public let content: Content
    public let place: Place
    /// The local tag without its `!`; nil for none. Only `beside` is ever let through.
    public let tag: String?

    public init(_ content: Content, at place: Place, tag: String? = nil) {
        self.content = content
        self.place = place
        self.tag = tag
    }

    /// The text of a scalar, whatever it would mean; nil for lists and mappings.
    public var text: String? { if case .scalar(let text, _) = content { text } else { nil } }

    public var items: [LocatedNode]? { if case .sequence(let items) = content { items } else { nil } }
    public var members: [Member]? { if case .mapping(let members) = content { members } else { nil } }

    public subscript(name: String) -> LocatedNode? {
        members?.first { $0.name.hasSameScalars(as: name) }?.value
    }

    /// The value as JSON: a plain scalar that is a JSON number, `true`, `false` or `null` is that, any other is text.
    public var json: JSONValue {
        switch content {
        case .scalar(let text, isPlain: true):
            switch text {
            case "true": .bool(true)
            case "false": .bool(false)
            case "null": .null
            default: JSONNumber(spelling: text).map(JSONValue.number) ?? .string(text)
            }
        case .scalar(let text, isPlain: false): .string(text)
        case .sequence(let items): .array(items.map(\.json))
        case .mapping(let members): .object(JSONObject(unchecked: members.map { .init($0.name, $0.value.json) }))
        }
    }
}
