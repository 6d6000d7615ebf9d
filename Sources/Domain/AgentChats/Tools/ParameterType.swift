public import Documents

/// The type of a tool's parameter, as far as a schema tells it.
public indirect enum ParameterType: Sendable, Equatable {
    case string
    case integer
    case number
    case boolean
    case null
    case any
    case list(ParameterType)
    /// Keys are texts; nil for values of which nothing is known.
    case dictionary(ParameterType?)
    case oneOf([ParameterType])
    /// One of these texts, whole numbers or truth values.
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
        case .list(let element): JSONObject([("items", .object(element.schema)), ("type", "array")])
        case .dictionary(nil): JSONObject([("additionalProperties", true), ("type", "object")])
        case .dictionary(let value?):
            JSONObject([("additionalProperties", .object(value.schema)), ("type", "object")])
        case .oneOf(let types): JSONObject([("anyOf", .array(types.map { .object($0.schema) }))])
        case .literal(let values): ParameterType.literalSchema(values)
        }
    }

    private static func literalSchema(_ values: [JSONValue]) -> JSONObject {
        var schema = JSONObject()
        if values.count == 1 { schema["const"] = values[0] } else { schema["enum"] = .array(values) }
        let kinds = Set(values.map(\.kindName))
        if kinds.count == 1, let value = values.first {
            switch value {
            case .string: schema["type"] = "string"
            case .number: schema["type"] = "integer"
            case .bool: schema["type"] = "boolean"
            default: break
            }
        }
        return schema
    }
}

extension ParameterType {
    /// A Python annotation: `str`, `List[int]`, `Optional[Literal['a', 'b']]`, `dict[str, float]`, `int | None`.
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
        return types.count == 1 ? first : .oneOf(types)
    }

    private mutating func type() -> ParameterType? {
        switch name() {
        case "str": return .string
        case "int": return .integer
        case "float": return .number
        case "bool": return .boolean
        case "None": return .null
        case "Any": return .any
        case "list", "List":
            guard let arguments = arguments() else { return .list(.any) }
            return arguments.count == 1 ? .list(arguments[0]) : nil
        case "dict", "Dict":
            guard let arguments = arguments() else { return .dictionary(nil) }
            guard arguments.count == 2, arguments[0] == .string else { return nil }
            return .dictionary(arguments[1] == .any ? nil : arguments[1])
        case "Optional":
            guard let arguments = arguments(), arguments.count == 1 else { return nil }
            return .oneOf([arguments[0], .null])
        case "Union": return arguments().flatMap { $0.count == 1 ? $0[0] : .oneOf($0) }
        case "Literal": return literal()
        default: return nil
        }
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
            values.append(value)
        } while take(",")
        return take("]") ? .literal(values) : nil
    }

    private mutating func literalValue() -> JSONValue? {
        skipSpace()
        for quote: Unicode.Scalar in ["'", "\""] where scalars.first == quote {
            scalars.removeFirst()
            guard let end = scalars.firstIndex(of: quote), !scalars[..<end].contains("\\") else { return nil }
            let text = String(String.UnicodeScalarView(scalars[..<end]))
            scalars = scalars[(end + 1)...]
            return .string(text)
        }
        let word = String(String.UnicodeScalarView(scalars.prefix { PythonText.isWord($0) || $0 == "-" }))
        scalars = scalars.dropFirst(word.unicodeScalars.count)
        switch word {
        case "True": return true
        case "False": return false
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
