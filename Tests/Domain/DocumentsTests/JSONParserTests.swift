import Documents
import TestSupport
import Testing

@Suite struct JSONParserTests {
    @Test(arguments: [
        ("", 0, "a value is missing"),
        ("  ", 2, "a value is missing"),
        ("01", 0, "a value is missing"),
        ("-01", 0, "a value is missing"),
        ("+1", 0, "a value is missing"),
        ("-", 0, "a value is missing"),
        (".5", 0, "a value is missing"),
        ("1.", 0, "a value is missing"),
        ("1e", 0, "a value is missing"),
        ("1e+", 0, "a value is missing"),
        ("0x10", 1, "text after the value"),
        ("1 2", 2, "text after the value"),
        ("NaN", 0, "a value is missing"),
        ("Infinity", 0, "a value is missing"),
        ("nul", 0, "a value is missing"),
        ("True", 0, "a value is missing"),
        ("truex", 4, "text after the value"),
        ("{}}", 2, "text after the value"),
        ("[", 1, "a value is missing"),
        ("[1", 2, "',' or ']' is missing"),
        ("[1,", 3, "a value is missing"),
        ("[1,]", 3, "a value is missing"),
        ("[1 2]", 3, "',' or ']' is missing"),
        ("[1}", 2, "',' or ']' is missing"),
        ("{", 1, "a member name in quotes is missing"),
        ("{a:1}", 1, "a member name in quotes is missing"),
        ("{'a':1}", 1, "a member name in quotes is missing"),
        ("{\"a\"}", 4, "a colon is missing"),
        ("{\"a\" 1}", 5, "a colon is missing"),
        ("{\"a\":}", 5, "a value is missing"),
        ("{\"a\":1,}", 7, "a member name in quotes is missing"),
        ("{\"a\":1 \"b\":2}", 7, "',' or '}' is missing"),
        ("{\"a\":1,\"b\":2,\"a\":3}", 13, "member 'a' is given twice"),
        ("{\"a\":1,\"\\u0061\":3}", 7, "member 'a' is given twice"),
        ("\"abc", 0, "the text that starts here never ends"),
        (" [\"abc", 2, "the text that starts here never ends"),
        ("\"a\nb\"", 2, "a control character must be escaped"),
        ("\"a\tb\"", 2, "a control character must be escaped"),
        ("\"\0\"", 1, "a control character must be escaped"),
        ("\"\\x\"", 1, "an unknown escape"),
        ("\"\\'\"", 1, "an unknown escape"),
        ("\"\\", 1, "an escape is cut off"),
        ("\"\\u12", 3, "an escape is cut off"),
        ("\"\\u12g4\"", 3, "four hex digits are missing"),
        ("\"\\ud800\"", 1, "half of a surrogate pair"),
        ("\"\\ud800\\u0041\"", 1, "half of a surrogate pair"),
        ("\"\\ud800x\"", 1, "half of a surrogate pair"),
        ("\"\\udc00\"", 1, "half of a surrogate pair"),
        ("\"\\udc00\\ud800\"", 1, "half of a surrogate pair"),
        ("// c\n1", 0, "a value is missing"),
        ("\u{FEFF}1", 0, "a value is missing"),
        ("\u{A0}1", 0, "a value is missing"),
        ("1\u{B}", 1, "text after the value"),
    ])
    func strictlyRefuses(text: String, offset: Int, problem: String) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.offset == offset)
        #expect(error?.problem == problem)
        #expect(CanonicalJSON.bytes(of: Array(text.utf8)) == nil)
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xE0, 0x80, 0x80, 0x22],
            [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xF0, 0x8F, 0xBF, 0xBF, 0x22],
            [0x22, 0xF8, 0x88, 0x80, 0x80, 0x80, 0x22],
            [0x22, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22], [0x22, 0xC3], [0x22, 0xF0, 0x9F, 0x98],
        ] as [[UInt8]])
    func refusesWhatIsNotUTF8(bytes: [UInt8]) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: [0x5B] + bytes + [0x5D]) }
        #expect(error?.offset == 1)
        #expect(CanonicalJSON.bytes(of: [0x5B] + bytes + [0x5D]) == nil)
    }

    @Test func nestsToItsLimitAndNoFurther() throws {
        let limit = JSONValue.depthLimit
        func nested(_ depth: Int, _ open: String, _ middle: String, _ close: String) -> String {
            String(repeating: open, count: depth) + middle + String(repeating: close, count: depth)
        }
        _ = try JSONValue(parsing: nested(limit, "[", "", "]"))
        _ = try JSONValue(parsing: nested(limit, "{\"a\":", "1", "}"))
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: nested(limit + 1, "[", "", "]")) }
        #expect(error == JSONError.nestedTooDeep(at: limit))
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(limit + 1, "{\"a\":", "1", "}")) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) }
        #expect(CanonicalJSON.bytes(of: Array(nested(limit, "[", "", "]").utf8)) != nil)
        #expect(CanonicalJSON.bytes(of: Array(nested(limit + 1, "[", "", "]").utf8)) == nil)
        #expect(CanonicalJSON.bytes(of: Array(String(repeating: "[", count: 1_000_000).utf8)) == nil)
    }

    @Test func keepsOrderSpellingAndScalars() throws {
        let value = try JSONValue(parsing: " {\"b\" : 1.50e+2 , \"a\":\"\\u0065\\u0301\\ud83d\\ude00\\/\" }\r\n")
        #expect(value.objectValue?.members.map(\.name) == ["b", "a"])
        #expect(value["b"]?.text() == "1.50e+2")
        #expect(value["a"]?.stringValue?.hasSameScalars(as: "e\u{301}\u{1F600}/") == true)
    }

    @Test func takesNamesForDifferentThatOnlySwiftTakesForEqual() throws {
        let value = try JSONValue(parsing: "{\"\u{E9}\":1,\"e\u{301}\":2}")
        #expect(value.objectValue?.count == 2)
        #expect(value["e\u{301}"] == 2)
    }

    @Test func everyEditOfATextIsReadOrRefused() throws {
        var random = SeededGenerator(seed: 1)
        let text = Array("{\"model\":\"gpt\\u00e9\",\"n\":[1,-2.5e3,true,null],\"o\":{\"é\":\"\\ud83d\\ude00\"}}".utf8)
        for end in text.indices { #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text[..<end])) } }
        for _ in 0..<3000 {
            var edited = text
            for _ in 0..<random.int(1...3) { edited[random.int(0...edited.count - 1)] = UInt8(random.int(0...255)) }
            let value = try? JSONValue(parsing: edited)
            #expect((value == nil) == (CanonicalJSON.bytes(of: edited) == nil), "\(edited)")
        }
    }
}

extension JSONError {
    fileprivate static func nestedTooDeep(at offset: Int) -> JSONError? {
        do {
            _ = try JSONValue(parsing: String(repeating: "[", count: offset + 1))
            return nil
        } catch let error as JSONError {
            return error.offset == offset && error.problem == "nested deeper than \(JSONValue.depthLimit)" ? error : nil
        } catch {
            return nil
        }
    }
}
