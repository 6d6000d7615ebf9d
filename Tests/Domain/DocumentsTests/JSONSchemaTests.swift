import Documents
import Testing

@Suite struct JSONSchemaTests {
    private func schema(_ text: String) throws -> JSONSchema {
        var problems: [Diagnostic] = []
        let node = try #require(YAMLReader.read(text, file: "s.yaml", problems: &problems))
        let schema = JSONSchema(node, file: "s.yaml", problems: &problems)
        #expect(problems == [])
        return try #require(schema)
    }

    /// Each with a value that fits and one that does not, and where that does not.
    @Test(arguments: [
        ("{type: integer}", "1.0", "1.5", ""), ("{type: [string, 'null']}", "null", "1", ""),
        ("{enum: [a, 1]}", "1.0", #""b""#, ""), ("{const: {a: 1}}", #"{"a":1}"#, "{}", ""),
        ("{required: [a]}", #"{"a":null}"#, #"{"b":1}"#, ""),
        ("{properties: {a: {type: string}}}", "{}", #"{"a":1}"#, "/a"),
        ("{properties: {a: {}}, additionalProperties: false}", #"{"a":1}"#, #"{"x/y":1}"#, "/x~1y"),
        ("{additionalProperties: {type: number}}", #"{"b":1}"#, #"{"b":"1"}"#, "/b"),
        ("{items: {minimum: 2}}", "[2,3]", "[2,1]", "/1"),
        ("{prefixItems: [{type: string}], items: {type: number}}", #"["a",1]"#, #"["a","b"]"#, "/1"),
        ("{contains: {const: 1}}", "[0,1]", "[0]", ""), ("{uniqueItems: true}", "[1,2]", "[1,1.0]", "/1"),
        ("{exclusiveMinimum: 0, exclusiveMaximum: 1}", "0.5", "1", ""), ("{maximum: 1}", #""text""#, "1.1", ""),
        ("{multipleOf: 0.1}", "0.3", "0.35", ""), ("{minLength: 2, maxLength: 3}", #""ab""#, #""a""#, ""),
        ("{minItems: 1}", "[1]", "[]", ""), ("{maxProperties: 1}", "{}", #"{"a":1,"b":2}"#, ""),
        ("{pattern: '^a+$'}", #""aa""#, #""ab""#, ""), ("{allOf: [{minimum: 1}, {maximum: 2}]}", "1", "3", ""),
        ("{anyOf: [{type: string}, {minimum: 5}]}", "5", "4", ""),
        ("{oneOf: [{minimum: 1}, {minimum: 3}]}", "2", "3", ""),
        ("{not: {type: object}}", "1", "{}", ""), ("{properties: {a: false}}", "{}", #"{"a":1}"#, "/a"),
        ("{title: t, description: d, default: 1, $schema: s}", "1", "", ""),
    ])
    func aValueFitsOrIsToldWhereNot(source: String, good: String, bad: String, pointer: String) throws {
        let schema = try schema(source)
        #expect(schema.violation(of: try JSONValue(parsing: Array(good.utf8))) == nil)
        guard !bad.isEmpty else { return }
        #expect(schema.violation(of: try JSONValue(parsing: Array(bad.utf8)))?.pointer == pointer)
    }

    @Test(arguments: [
        "{type: text}", "{$ref: a}", "{format: email}", "{pattern: '('}", "{items: 1}", "{minimum: a}", "[a]",
    ])
    func whatIsNoSchemaIsRefused(source: String) throws {
        var problems: [Diagnostic] = []
        let node = try #require(YAMLReader.read(source, file: "s.yaml", problems: &problems))
        #expect(JSONSchema(node, file: "s.yaml", problems: &problems) == nil)
        #expect(problems.count == 1 && problems.allSatisfy { $0.place != nil })
    }
}
