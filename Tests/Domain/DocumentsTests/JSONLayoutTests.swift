import Documents
import TestSupport
import Testing

@Suite struct JSONLayoutTests {
    static let sample: JSONValue = [
        "a": [1, [], [:], "é\u{1F600}\u{7F}\n\u{1}\"\\/"], "é": ["x": .null, "y": true],
    ]

    @Test(arguments: [
        ("compact", "{\"a\":[1,[],{},\"é\u{1F600}\u{7F}\\n\\u0001\\\"\\\\/\"],\"é\":{\"x\":null,\"y\":true}}"),
        (
            "spaced-ascii",
            "{\"a\": [1, [], {}, \"\\u00e9\\ud83d\\ude00\u{7F}\\n\\u0001\\\"\\\\/\"], \"\\u00e9\": {\"x\": null, \"y\": true}}"
        ),
        (
            "indent-2-nl",
            """
            {
              "a": [
                1,
                [],
                {},
                "é\u{1F600}\u{7F}\\n\\u0001\\"\\\\/"
              ],
              "é": {
                "x": null,
                "y": true
              }
            }

            """
        ),
    ])
    func writes(name: String, text: String) throws {
        let layout = try #require(JSONLayout(name: name))
        #expect(JSONLayoutTests.sample.text(in: layout).hasSameScalars(as: text))
    }

    @Test(arguments: JSONLayout.all)
    func isRecognised(layout: JSONLayout) throws {
        #expect(JSONLayout(name: layout.name) == layout)
        let bytes = JSONLayoutTests.sample.bytes(in: layout)
        #expect(try JSONValue(parsing: bytes) == JSONLayoutTests.sample)
        #expect(JSONLayout(of: JSONLayoutTests.sample, writtenAs: bytes) == layout)
    }

    @Test func namesAreSixteenAndDifferent() {
        #expect(Set(JSONLayout.all.map(\.name)).count == 16)
        #expect(JSONLayout(name: "indent-3") == nil)
        #expect(JSONLayout(name: "compact-nl-ascii") == nil)
    }

    @Test func givesBackTheBytesOfRandomValues() throws {
        var json = RandomJSON(seed: 6)
        for _ in 0..<500 {
            let value = json.value()
            for layout in JSONLayout.all {
                let bytes = value.bytes(in: layout)
                let parsed = try JSONValue(parsing: bytes)
                let found = try #require(JSONLayout(of: parsed, writtenAs: bytes))
                #expect(parsed.bytes(in: found) == bytes)
            }
        }
    }

    @Test(arguments: ["{ \"a\":1}", "[1,\n2]", "[1]\n\n", "\"\\u0041\"", "\"\\/\"", " 1", "\"\\u001F\"", "[1,]"])
    func isNilForOtherBytes(text: String) {
        guard let value = try? JSONValue(parsing: text) else { return }
        #expect(JSONLayout(of: value, writtenAs: Array(text.utf8)) == nil)
    }
}
