import Documents
import TestSupport
import Testing

@Suite struct JSONPointerTests {
    /// RFC 6901, section 5.
    @Test(
        arguments: [
            ("", nil), ("/foo", "[\"bar\",\"baz\"]"), ("/foo/0", "\"bar\""), ("/", "0"), ("/a~1b", "1"), ("/c%d", "2"),
            ("/e^f", "3"),
            ("/g|h", "4"), ("/i\\j", "5"), ("/k\"l", "6"), ("/ ", "7"), ("/m~0n", "8"),
        ] as [(String, String?)])
    func findsAsTheStandardSays(text: String, expected: String?) throws {
        let document = try JSONValue(
            parsing: #"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#)
        let pointer = try #require(JSONPointer(parsing: text))
        #expect(document[pointer]?.text() == expected ?? document.text())
        #expect(pointer.description == text)
    }

    @Test(arguments: ["foo", "~", "/~", "/a~2", "/~~0", "#/a", " /a"])
    func isNilForWhatIsNone(text: String) { #expect(JSONPointer(parsing: text) == nil) }

    @Test func everyNameComesBack() throws {
        for name in NastyText.all {
            let pointer = JSONPointer(["a", name, "0"])
            let read = try #require(JSONPointer(parsing: pointer.description), "\(name.debugDescription)")
            #expect(read.tokens.count == 3)
            #expect(read.tokens.dropFirst().first?.hasSameScalars(as: name) == true, "\(name.debugDescription)")
            #expect(
                JSONPointer(parsing: JSONPointer([name]).description)?.tokens.first?.hasSameScalars(as: name) == true)
            let document: JSONValue = ["a": .object(JSONObject([(name, ["found"])]))]
            #expect(document[read] == "found")
        }
    }

    @Test(arguments: [
        "/a/2", "/a/-", "/a/+1", "/a/01", "/a/-0", "/a/1.0", "/a/x", "/a/0/b", "/b", "/a/99999999999999999999",
    ])
    func findsNothing(text: String) throws {
        let pointer = try #require(JSONPointer(parsing: text))
        #expect((["a": [1, 2]] as JSONValue)[pointer] == nil)
    }

    @Test(
        arguments: [
            ("/a", 9, "{\"a\":9,\"b\":{\"c\":3}}"), ("/n", 9, "{\"a\":[1,2],\"b\":{\"c\":3},\"n\":9}"),
            ("/a/0", 9, "{\"a\":[9,2],\"b\":{\"c\":3}}"),
            ("/a/2", 9, "{\"a\":[1,2,9],\"b\":{\"c\":3}}"), ("/b/c", nil, "{\"a\":[1,2],\"b\":{}}"),
            ("/a/0", nil, "{\"a\":[2],\"b\":{\"c\":3}}"),
            ("", 9, "9"), ("/a/3", 9, nil), ("/a/2", nil, nil), ("/x/y", 9, nil), ("/x", nil, nil), ("/a/0/z", 9, nil),
            ("", nil, nil),
            ("/a/-", 9, nil), ("/a/01", 9, nil), ("/a/x/y", 9, nil),
        ] as [(String, Int?, String?)])
    func sets(text: String, value: Int?, expected: String?) throws {
        var document: JSONValue = ["a": [1, 2], "b": ["c": 3]]
        let before = document
        let pointer = try #require(JSONPointer(parsing: text))
        #expect(document.set(value.map(JSONValue.number), at: pointer) == (expected != nil))
        #expect(document.text() == expected ?? before.text())
    }

    @Test(arguments: [
        ("/messages/0/content", "$.messages[0].content"), ("", "$"), ("/a b", "$['a b']"), ("/", "$['']"),
        ("/tool_calls/12", "$.tool_calls[12]"),
        ("/größe", "$.größe"), ("/a-b", "$['a-b']"), ("/©", "$['©']"),
    ])
    func isShownAsAPath(text: String, path: String) throws {
        #expect(try #require(JSONPointer(parsing: text)).path == path)
    }
}
