public import Documents

/// The type of a tool's parameter, as far as a schema tells it.
public indirect enum ParameterType: Sendable, Equatable {
    case string
    case integer
    case number
    case boolean
    case null
    case any
    case bytes
    case list(ParameterType)
    /// A list in which nothing comes twice.
    case set(ParameterType)
    /// A list with one element of each of these types, in their order.
    case tuple([ParameterType])
    /// Keys are texts; nil for values of which nothing is known.
    case dictionary(ParameterType?)
    case oneOf([ParameterType])
    /// One of these texts, numbers, truth values or null.
    case literal([JSONValue])

    /// The schema that pydantic writes, members in its order.
    public var schema: JSONObject {
        switch self {
        case .string: JSONObject([("type", "string")])
        case .integer: JSONObject([("type", "integer")])
        case .number: JSONObject([("type", "number")])
        case .boolean: JSONObject([("type", "boolean")])
        case .null: JSONObject([("type", "null")])
        case .any: JSONObject()
        case .bytes: JSONObject([("format", "binary"), ("type", "string")])
        case .list(let element): JSONObject([("items", .object(element.schema)), ("type", "array")])
        case .set(let element):
            JSONObject([("items", .object(element.schema)), ("type", "array"), ("uniqueItems", true)])
        case .tuple(let elements): ParameterType.tupleSchema(elements)
        case .dictionary(nil): JSONObject([("additionalProperties", true), ("type", "object")])
        case .dictionary(let value?):
            JSONObject([("additionalProperties", .object(value.schema)), ("type", "object")])
        case .oneOf(let types): JSONObject([("anyOf", .array(types.map { .object($0.schema) }))])
        case .literal(let values): ParameterType.literalSchema(values)
        }
    }

    private static func tupleSchema(_ elements: [ParameterType]) -> JSONObject {
        var schema = JSONObject([("maxItems", .number(elements.count)), ("minItems", .number(elements.count))])
        if !elements.isEmpty { schema["prefixItems"] = .array(elements.map { .object($0.schema) }) }
        schema["type"] = "array"
        return schema
    }

    private static func literalSchema(_ values: [JSONValue]) -> JSONObject {
        var schema = JSONObject()
        if values.count == 1 { schema["const"] = values[0] } else { schema["enum"] = .array(values) }
        let kinds = Set(values.map(\.kindName))
        if kinds.count == 1, let value = values.first {
            switch value {
            case .string: schema["type"] = "string"
            case .number(let number):
                schema["type"] =
                    number.spelling.utf8.allSatisfy { $0 == 0x2D || (0x30...0x39).contains($0) }
                    ? "integer" : "number"
            case .bool: schema["type"] = "boolean"
            case .null: schema["type"] = "null"
            default: break
            }
        }
        return schema
    }
}

extension ParameterType {
    /// A Python annotation: `str`, `List[int]`, `Optional[Literal['a', 'b']]`, `dict[str, float]`, `int | None`,
    /// `Tuple[int, ...]`.
    ///
    /// - Returns: Nil for one that is none of these.
    public init?(python text: String) {
        var reader = AnnotationReader(scalars: Array(text.unicodeScalars)[...])
        guard let type = reader.union(), reader.isAtEnd else { return nil }
        self = type
    }
}

/// Reads a Python annotation from left to right.
private struct AnnotationReader {
    var scalars: ArraySlice<Unicode.Scalar>
    var depth = 0

    private static let depthLimit = 50

    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return scalars.isEmpty
        }
    }

    mutating func union() -> ParameterType? {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.depthLimit, let first = type() else { return nil }
        var types = [first]
        while take("|") {
            guard let next = type() else { return nil }
            types.append(next)
        }
        return Self.union(of: types)
    }

    /// As `typing` has it: unions in unions are taken apart, nothing stands there twice, and null comes last.
    private static func union(of types: [ParameterType]) -> ParameterType {
        var parts: [ParameterType] = []
        for type in types {
            let inner: [ParameterType] = if case .oneOf(let inner) = type { inner } else { [type] }
            for part in inner where !parts.contains(part) { parts.append(part) }
        }
        if parts.count == 1 { return parts[0] }
        return .oneOf(parts.filter { $0 != .null } + parts.filter { $0 == .null })
    }

    private mutating func type() -> ParameterType? {
        switch name() {
        case "str": return .string
        case "int": return .integer
        case "float": return .number
        case "bool": return .boolean
        case "bytes": return .bytes
        case "None": return .null
        case "Any", "object": return .any
        case "list", "List", "Sequence", "Iterable", "Collection": return listed(ParameterType.list)
        case "set", "Set", "frozenset", "FrozenSet": return listed(ParameterType.set)
        case "tuple", "Tuple": return tuple()
        case "dict", "Dict", "Mapping", "MutableMapping":
            guard let arguments = arguments() else { return .dictionary(nil) }
            guard arguments.count == 2 else { return nil }
            return .dictionary(arguments[1] == .any ? nil : arguments[1])
        case "Optional":
            guard let arguments = arguments(), arguments.count == 1 else { return nil }
            return Self.union(of: [arguments[0], .null])
        case "Union":
            guard let arguments = arguments(), !arguments.isEmpty else { return nil }
            return Self.union(of: arguments)
        case "Literal": return literal()
        default: return nil
        }
    }

    private mutating func listed(_ make: (ParameterType) -> ParameterType) -> ParameterType? {
        guard let arguments = arguments() else { return make(.any) }
        return arguments.count == 1 ? make(arguments[0]) : nil
    }

    private mutating func tuple() -> ParameterType? {
        guard take("[") else { return .list(.any) }
        var types: [ParameterType] = []
        repeat {
            if types.count == 1, take(".") { return take(".") && take(".") && take("]") ? .list(types[0]) : nil }
            guard let type = union() else { return nil }
            types.append(type)
        } while take(",")
        return take("]") ? .tuple(types) : nil
    }

    /// What stands in square brackets; nil when there are none, empty when they are wrong.
    private mutating func arguments() -> [ParameterType]? {
        guard take("[") else { return nil }
        var types: [ParameterType] = []
        repeat {
            guard let type = union() else { return [] }
            types.append(type)
        } while take(",")
        return take("]") ? types : []
    }

    private mutating func literal() -> ParameterType? {
        guard take("[") else { return nil }
        var values: [JSONValue] = []
        repeat {
            guard let value = literalValue() else { return nil }
            if !values.contains(value) { values.append(value) }
        } while take(",")
        return take("]") ? .literal(values) : nil
    }

    private mutating func literalValue() -> JSONValue? {
        skipSpace()
        for quote: Unicode.Scalar in ["'", "\""] where scalars.first == quote {
            scalars.removeFirst()
            var text = String.UnicodeScalarView()
            while let scalar = scalars.popFirst(), scalar != quote {
                guard scalar == "\\" else {
                    text.append(scalar)
                    continue
                }
                // Of escapes only those of quotes and of the backslash itself are read.
                guard let escaped = scalars.popFirst(), ["'", "\"", "\\"].contains(escaped) else { return nil }
                text.append(escaped)
            }
            return scalars.isEmpty ? nil : .string(String(text))
        }
        let word = String(
            String.UnicodeScalarView(scalars.prefix { PythonText.isWord($0) || $0 == "-" }))
        scalars = scalars.dropFirst(word.unicodeScalars.count)
        switch word {
        case "True": return true
        case "False": return false
        case "None": return .null
        default: return Int(word).map(JSONValue.number)
        }
    }

    private mutating func name() -> String {
        skipSpace()
        let word = scalars.prefix(while: PythonText.isWord)
        scalars = scalars.dropFirst(word.count)
        return String(String.UnicodeScalarView(word))
    }

    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        skipSpace()
        guard scalars.first == mark else { return false }
        scalars.removeFirst()
        return true
    }

    private mutating func skipSpace() { scalars = scalars.drop { $0 == " " } }
}
