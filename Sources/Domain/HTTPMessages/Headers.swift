/// Header fields in their order; names are lower-case, a repeated name is several fields.
public struct Headers: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    public struct Field: Sendable, Equatable {
        public let name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name.lowercased()
            self.value = value
        }
    }

    public private(set) var fields: [Field]

    public init(_ fields: [(String, String)] = []) { self.fields = fields.map { Field($0.0, $0.1) } }

    public init(dictionaryLiteral elements: (String, String)...) { self.init(elements) }

    public mutating func add(_ name: String, _ value: String) { fields.append(Field(name, value)) }

    public mutating func removeAll(where matches: (Field) -> Bool) { fields.removeAll(where: matches) }

    /// The first field of this name; setting replaces all of that name, nil removes them.
    public subscript(name: String) -> String? {
        get {
            let name = Headers.lowercased(name)
            return fields.first { $0.name == name }?.value
        }
        set {
            let name = name.lowercased()
            fields.removeAll { $0.name == name }
            if let newValue { fields.append(Field(name, newValue)) }
        }
    }

    /// Names are mostly asked for in lower case, which costs nothing then.
    private static func lowercased(_ name: String) -> String {
        name.utf8.contains { (0x41...0x5A).contains($0) } ? name.lowercased() : name
    }
}
