import Documents
import TestSupport
import Testing

@Suite struct CanonicalJSONTests {
    private func canonical(_ text: String) -> String? {
        CanonicalJSON.bytes(of: Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        ("0", "0"), ("-0", "0"), ("0.0", "0"), ("-0.00e5", "0"), ("0e-9", "0"), ("1", "1"), ("10", "1e1"),
        ("100", "1e2"),
        ("1e2", "1e2"), ("1E+2", "1e2"), ("0.5", "5e-1"), ("0.50", "5e-1"), ("5e-1", "5e-1"), ("1.50e3", "15e2"),
        ("-0.50e2", "-5e1"),
        ("12345678901234567890123", "12345678901234567890123"), ("0.1e1", "1"), ("1e-0", "1"), ("1e00005", "1e5"),
        ("1e999999999999999", "1e999999999999999"), ("123456789012345", "123456789012345"),
        ("1234567890123456", "1234567890123456"),
        ("{\"b\":1,\"a\":2}", "{\"a\":2,\"b\":1}"), ("{\"ab\":1,\"a\":2}", "{\"a\":2,\"ab\":1}"),
        ("{\"a\":1,\"A\":2}", "{\"A\":2,\"a\":1}"),
        ("{\"é\":1,\"z\":2}", "{\"z\":2,\"é\":1}"), ("{\"\":1,\" \":2}", "{\"\":1,\" \":2}"),
        (
            "{\"b\":{\"d\":1,\"c\":2},\"a\":[3,{\"f\":4,\"e\":5}]}",
            "{\"a\":[3,{\"e\":5,\"f\":4}],\"b\":{\"c\":2,\"d\":1}}"
        ),
        (" [ 1 ,\t2\r\n] ", "[1,2]"), ("[]", "[]"), ("{ }", "{}"),
        ("\"\\u0041\\/\\t\\u001f\\\"\\\\\"", "\"A/\\u0009\\u001f\\\"\\\\\""), ("\"\\u00e9\"", "\"é\""),
        ("\"\u{7F}\"", "\"\u{7F}\""),
        ("\"\\uD83D\\uDE00\"", "\"\u{1F600}\""), ("\"\\u2028\"", "\"\u{2028}\""),
    ])
    func spells(text: String, expected: String) {
        #expect(canonical(text)?.hasSameScalars(as: expected) == true, "\(canonical(text) ?? "nil")")
    }

    @Test(arguments: [
        "01", "{\"a\":1,\"a\":1}", "{\"b\":1,\"a\":1,\"b\":2}", "{\"a\":1,\"\\u0061\":1}",
        "[{\"x\":0,\"a\":{\"c\":1,\"b\":1,\"c\":1}}]",
        "\"\\ud800\"", "1e99999999999999999", "1e-9999999999999999", "0e99999999999999999999", "", "[1,2", "{\"a\":1,}",
        "nan",
    ])
    func hasNoFormFor(text: String) { #expect(canonical(text) == nil) }

    /// The specification, without a scanner: parse, sort, spell.
    private func specified(_ value: JSONValue) -> String {
        switch value {
        case .number(let number): return number.canonical ?? "?"
        case .array(let items): return "[" + items.map(specified).joined(separator: ",") + "]"
        case .object(let object):
            let members = object.members.map { (name: specified(.string($0.name)), value: specified($0.value)) }
            // Between the quotes, by bytes.
            let sorted = members.sorted { a, b in
                a.name.utf8.dropFirst().dropLast().lexicographicallyPrecedes(b.name.utf8.dropFirst().dropLast())
            }
            return "{" + sorted.map { $0.name + ":" + $0.value }.joined(separator: ",") + "}"
        case .string(let text):
            var out = "\""
            for scalar in text.unicodeScalars {
                switch scalar.value {
                case 0..<0x20: out += (scalar.value < 16 ? "\\u000" : "\\u00") + String(scalar.value, radix: 16)
                case 0x22, 0x5C: out += "\\" + String(scalar)
                default: out.unicodeScalars.append(scalar)
                }
            }
            return out + "\""
        default: return value.text()
        }
    }

    @Test func agreesWithParsingSortingAndSpelling() throws {
        var json = RandomJSON(seed: 2)
        for _ in 0..<2000 {
            let value = json.value()
            let bytes = json.respelled(value)
            let canonical = try #require(CanonicalJSON.bytes(of: bytes))
            let expected = specified(try JSONValue(parsing: bytes))
            #expect(canonical == Array(expected.utf8), "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test func everySpellingOfAValueHasOneForm() throws {
        var json = RandomJSON(seed: 3)
        for _ in 0..<1000 {
            let value = json.value()
            let canonical = try #require(CanonicalJSON.bytes(of: value))
            for _ in 0..<3 {
                let text = json.respelled(value)
                #expect(try JSONValue(parsing: text) == value)
                #expect(CanonicalJSON.bytes(of: text) == canonical, "\(String(decoding: text, as: UTF8.self))")
            }
            for layout in JSONLayout.all { #expect(CanonicalJSON.bytes(of: value.bytes(in: layout)) == canonical) }
            #expect(CanonicalJSON.bytes(of: canonical) == canonical)
        }
    }

    @Test func everyChangeOfAValueHasAnotherForm() throws {
        var json = RandomJSON(seed: 4)
        var count = 0
        for _ in 0..<200 {
            let value = json.value(depth: 3)
            let canonical = try #require(CanonicalJSON.bytes(of: value))
            for changed in RandomJSON.mutations(of: value) where changed != value {
                count += 1
                #expect(CanonicalJSON.bytes(of: changed) != canonical, "\(value.text()) \(changed.text())")
            }
        }
        #expect(count > 3000)
    }

    @Test func formsAreEqualExactlyWhenValuesAre() throws {
        var json = RandomJSON(seed: 5)
        let values = (0..<300).map { _ in json.value(depth: 1) }
        let forms = values.map { CanonicalJSON.bytes(of: $0) }
        var equal = 0
        for (a, formOfA) in zip(values, forms) {
            for (b, formOfB) in zip(values, forms) {
                if (formOfA == formOfB) != (a == b) { Issue.record("\(a.text()) \(b.text())") }
                if a == b { equal += 1 }
            }
        }
        #expect(equal > values.count)
    }
}
