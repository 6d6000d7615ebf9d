import Documents
import TestSupport
import Testing

@Suite struct YAMLTreeTests {
    /// All but what YAML readers do not give back: a leading byte order mark.
    static let texts = NastyText.all.filter { $0.unicodeScalars.first != "\u{FEFF}" }

    private func expectBack(_ value: JSONValue, _ tree: YAMLTree? = nil) throws {
        let written = (tree ?? YAMLTree(value)).written()
        #expect(written.utf8.last == 0x0A)
        for line in written.utf8.split(separator: 0x0A) {
            #expect(!line.elementsEqual("---".utf8) && !line.elementsEqual("...".utf8), "\(written)")
        }
        do {
            let read = try YAMLReader.read(written, file: "f")
            #expect(read?.json.bytes() == value.bytes(), "\(value.text())\n\(written)")
        } catch {
            Issue.record("\(error)\n\(value.text().prefix(200))\n\(written.prefix(400))")
        }
    }

    @Test func givesBackEveryText() throws {
        for text in YAMLTreeTests.texts {
            let value = JSONValue.string(text)
            try expectBack(["key": value])
            try expectBack(["key": value, "next": value, "last": "x"])
            try expectBack(["key": [value, [value, "x"], ["inner": value, "other": [value]]]])
            try expectBack(["a": ["b": ["c": value, "d": 1]]])
            try expectBack(["key": [value]], .mapping([("key", .list([.line(YAMLTree(value))]))]))
            try expectBack(
                ["key": [["at": value, "b": 1]]], .mapping([("key", .list([.line(YAMLTree(["at": value, "b": 1]))]))]))
        }
    }

    @Test func givesBackEveryKey() throws {
        for text in YAMLTreeTests.texts where text != "<<" {
            let value = JSONValue.object(JSONObject([(text, "v"), (text + "2", ["x", "y\nz"])]))
            try expectBack(value)
            try expectBack(["a": value, "b": [value, 1]])
            try expectBack(["a": value], .mapping([("a", .line(YAMLTree(value)))]))
        }
    }

    @Test func givesBackRandomTrees() throws {
        var json = RandomJSON(seed: 8)
        var count = 0
        while count < 1500 {
            let value = json.value(depth: 5)
            guard case .object(let object) = value, !object.isEmpty, RandomJSON.isYAML(value) else { continue }
            count += 1
            try expectBack(value)
            try expectBack(["a": value], .mapping([("a", .line(YAMLTree(value)))]))
        }
    }

    @Test func isWrittenToBeRead() {
        let value: JSONValue = [
            "interaction": 1, "openai": "POST /v1/chat/completions", "empty": [], "none": [:], "text": "",
            "word": "yes", "number": "1",
            "code": "def f():\n\treturn '\u{1F600}'  \n",
            "request": ["model": "gpt-4o", "messages": [["role": "user", "content": "hi"]]],
            "long": [
                [
                    "role": "system",
                    "content": "You are a helpful assistant who answers every question at length, and more.",
                ], ["role": "user", "content": "a\nb"],
            ],
        ]
        #expect(
            YAMLTree(value).written() == """
                interaction: 1
                openai: POST /v1/chat/completions
                empty: []
                none: {}
                text: ""
                word: "yes"
                number: "1"
                code: |
                  def f():
                  \treturn '\u{1F600}'\("  ")
                request: {model: gpt-4o, messages: [{role: user, content: hi}]}
                long:
                - {role: system, content: "You are a helpful assistant who answers every question at length, and more."}
                - role: user
                  content: |-
                    a
                    b

                """)
    }
}

extension RandomJSON {
    /// False for what the YAML reader takes for a merge key or for one key given twice, or gives back changed.
    fileprivate static func isYAML(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): text.unicodeScalars.first != "\u{FEFF}"
        case .array(let items): items.allSatisfy(isYAML)
        case .object(let object):
            Set(object.members.map(\.name)).count == object.count
                && object.members.allSatisfy { $0.name != "<<" && isYAML(.string($0.name)) && isYAML($0.value) }
        default: true
        }
    }
}
