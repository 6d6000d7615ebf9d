import Documents
import Testing

@Suite struct MappingReaderTests {
    private func reader(_ text: String) throws -> MappingReader {
        MappingReader(try #require(try YAMLReader.read(text, file: "f.yaml")), file: "f.yaml", what: "an agent")
    }

    @Test func notesAllThatIsWrongAtOnce() throws {
        var reader = try reader(
            """
            nmae: bob
            age: old
            size: 11
            tags: {a: b}
            kind: asistant
            ratio: [1]
            flag: yes
            """)
        #expect(reader.requiredText("name") == nil)
        #expect(reader.integer("age") == nil)
        #expect(reader.integer("size", in: 1...10) == nil)
        #expect(reader.items("tags") == nil)
        #expect(reader.word("kind", among: ["assistant", "user_proxy"]) == nil)
        #expect(reader.number("ratio") == nil)
        #expect(reader.flag("flag") == nil)
        #expect(reader.optional("age") != nil)
        #expect(
            Diagnostics(reader.finish()).description == """
                f.yaml:1:1: error: the key 'name' is missing
                  expected: name: TEXT
                f.yaml:1:1: error: unknown key 'nmae'
                  expected: one of age, flag, kind, name, ratio, size, tags
                  fix: did you mean 'name'?
                f.yaml:2:6: error: age cannot be 'old'
                  expected: a whole number
                f.yaml:3:7: error: size cannot be '11'
                  expected: a whole number from 1 to 10
                f.yaml:4:7: error: tags cannot be a mapping
                  expected: a list
                f.yaml:5:7: error: kind cannot be 'asistant'
                  expected: one of assistant, user_proxy
                  fix: did you mean 'assistant'?
                f.yaml:6:8: error: ratio cannot be a list
                  expected: a number
                f.yaml:7:7: error: flag cannot be 'yes'
                  expected: true or false
                """)
    }

    @Test(arguments: [("just text", "text"), ("[1]", "list"), ("5", "number"), ("true", "true or false")])
    func refusesWhatIsNoMapping(text: String, kind: String) throws {
        var reader = try reader(text)
        #expect(
            reader.finish() == [
                Diagnostic(
                    file: "f.yaml", at: .start, "an agent must be a mapping, not \(kind)", expected: "NAME: VALUE pairs"
                )
            ])
    }

    @Test func readsWhatIsRight() throws {
        var reader = try reader("{name: 5, age: 7.0, ratio: 1e-1, flag: true, kind: b, tags: [x, 'y']}")
        #expect(reader.text("name") == "5")
        #expect(reader.integer("age", in: 1...10) == 7)
        #expect(reader.number("ratio") == 0.1)
        #expect(reader.flag("flag") == true)
        #expect(reader.word("kind", among: ["a", "b"]) == "b")
        #expect(reader.items("tags")?.compactMap(\.text) == ["x", "y"])
        #expect(reader.text("absent") == nil)
        #expect(reader.finish().isEmpty)
    }

    @Test func quotedNumbersAreText() throws {
        var reader = try reader("{age: '7', flag: \"true\"}")
        #expect(reader.integer("age") == nil)
        #expect(reader.flag("flag") == nil)
        #expect(reader.finish().count == 2)
    }
}
