extension JSONSchema {
    private static let types = ["array", "boolean", "integer", "null", "number", "object", "string"]
    /// They say something about a schema and nothing about values.
    private static let annotations = [
        "$comment", "$schema", "default", "deprecated", "description", "examples", "readOnly", "title", "writeOnly",
    ]

    /// Reads a schema out of a document.
    ///
    /// - Parameter problems: Gets all that is wrong, each with its place.
    public init?(_ node: LocatedNode, file: String, problems: inout [Diagnostic]) {
        if case .bool(let accepts) = node.json {
            self.init(source: node.json, rules: accepts ? [] : [.nothing])
            return
        }
        let count = problems.count
        var reading = SchemaReading(node, file: file)
        let rules = reading.rules()
        problems += reading.finish(JSONSchema.annotations)
        guard problems.count == count else { return nil }
        self.init(source: node.json, rules: rules)
    }

    /// One schema of a document, without those in it.
    private struct SchemaReading {
        let node: LocatedNode
        let file: String
        var reader: MappingReader
        var inner: [Diagnostic] = []

        init(_ node: LocatedNode, file: String) {
            self.node = node
            self.file = file
            reader = MappingReader(node, file: file, what: "a schema")
        }

        mutating func finish(_ annotations: [String]) -> [Diagnostic] {
            for name in annotations { _ = reader.optional(name) }
            return reader.finish(advice: "leave it out: it would not be looked at") + inner
        }

        mutating func rules() -> [Rule] {
            var rules: [Rule] = []
            if let types = types() { rules.append(.types(types)) }
            if let node = reader.optional("const") { rules.append(.oneOf([node.json])) }
            if let items = reader.items("enum") { rules.append(.oneOf(items.map(\.json))) }
            rules += members()
            let prefix = schemas("prefixItems") ?? []
            if !prefix.isEmpty { rules.append(.prefix(prefix)) }
            if let schema = schema("items") { rules.append(.items(schema, after: prefix.count)) }
            if let schema = schema("contains") { rules.append(.contains(schema)) }
            for bound in [
                Bound.minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum, .multipleOf,
            ] {
                if let number = reader.number(bound.rawValue) { rules.append(.number(bound, number)) }
            }
            for (measure, word) in [(Measure.characters, "Length"), (.items, "Items"), (.members, "Properties")] {
                let least = reader.integer("min" + word, in: 0...Int.max)
                let most = reader.integer("max" + word, in: 0...Int.max)
                if least != nil || most != nil { rules.append(.size(measure, atLeast: least, atMost: most)) }
            }
            if let pattern = pattern() { rules.append(.pattern(pattern)) }
            if reader.flag("uniqueItems") == true { rules.append(.uniqueItems) }
            if let schemas = schemas("allOf") { rules.append(.all(schemas)) }
            if let schemas = schemas("anyOf") { rules.append(.any(schemas)) }
            if let schemas = schemas("oneOf") { rules.append(.one(schemas)) }
            if let schema = schema("not") { rules.append(.not(schema)) }
            return rules
        }

        private mutating func types() -> [String]? {
            guard let node = reader.optional("type") else { return nil }
            let words = node.items ?? [node]
            for word in words where !JSONSchema.types.contains(word.text ?? "") {
                reader.report(
                    at: word.place, "type cannot be \(word.text.map { "'\($0)'" } ?? word.json.kindName)",
                    expected: "one of " + JSONSchema.types.joined(separator: ", "),
                    fix: word.text.flatMap { nearestWord(to: $0, among: JSONSchema.types) }.map {
                        "did you mean '\($0)'?"
                    })
            }
            return words.compactMap(\.text)
        }

        private mutating func members() -> [Rule] {
            var schemas: [String: JSONSchema] = [:]
            let node = reader.optional("properties")
            if let node, node.members == nil {
                reader.report(at: node.place, "properties must be a mapping", expected: "{NAME: SCHEMA, …}")
            }
            for member in node?.members ?? [] {
                schemas[member.name] = JSONSchema(member.value, file: file, problems: &inner)
            }
            let required = (reader.items("required") ?? []).compactMap(\.text)
            let others = schema("additionalProperties")
            return schemas.isEmpty && required.isEmpty && others == nil
                ? [] : [.members(schemas, required: required, others: others)]
        }

        private mutating func schema(_ name: String) -> JSONSchema? {
            reader.optional(name).flatMap { JSONSchema($0, file: file, problems: &inner) }
        }

        private mutating func schemas(_ name: String) -> [JSONSchema]? {
            reader.items(name)?.compactMap { JSONSchema($0, file: file, problems: &inner) }
        }

        private mutating func pattern() -> String? {
            guard let text = reader.text("pattern"),
                let place = reader.names.first(where: { $0.name == "pattern" })?.place
            else { return nil }
            do {
                _ = try Regex(text)
                return text
            } catch {
                reader.report(at: place, "pattern is no regular expression: \(error)", expected: "a regular expression")
                return nil
            }
        }
    }
}
