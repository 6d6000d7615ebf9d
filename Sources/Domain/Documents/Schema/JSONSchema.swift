/// What a JSON value must look like: the part of JSON Schema (draft 2020-12) that describes answers of models.
///
/// Not known on purpose: references, formats, and keywords that depend on others (`if`, `dependentSchemas`, …). A schema with one
/// of them is refused, as to ignore it would be to accept what it forbids.
public struct JSONSchema: Sendable, Equatable {
    /// As it is written; the claim of an expectation shows it.
    public let source: JSONValue
    let rules: [Rule]

    indirect enum Rule: Sendable, Equatable {
        case types([String])
        case oneOf([JSONValue])
        case members([String: JSONSchema], required: [String], others: JSONSchema?)
        /// What stands after the items that `prefixItems` describes.
        case items(JSONSchema, after: Int)
        case prefix([JSONSchema])
        case contains(JSONSchema)
        case number(Bound, Double)
        case size(Measure, atLeast: Int?, atMost: Int?)
        case pattern(String)
        case uniqueItems
        case all([JSONSchema])
        case any([JSONSchema])
        case one([JSONSchema])
        case not(JSONSchema)
        /// `false`: no value is right.
        case nothing
    }

    enum Bound: String, Sendable { case minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }
    enum Measure: Sendable { case characters, items, members }

    init(source: JSONValue, rules: [Rule]) {
        self.source = source
        self.rules = rules
    }

    /// Where a value is not as it must be.
    public struct Violation: Sendable, Equatable {
        /// A JSON Pointer; empty for the value itself.
        public let pointer: String
        public let message: String
    }

    /// The first place where a value is not as the schema says; nil when all of it is.
    public func violation(of value: JSONValue) -> Violation? { check(value, at: "") }
}
