import Cassettes
import Documents
import Testing

@Suite struct TornCassetteTests {
    private let whole: [UInt8]
    private let lastStart: Int

    init() throws {
        let two = [
            Interaction(1, messages: ["a"]),
            Interaction(2, messages: ["a", "b"], answer: "first line\nsecond line\n...\nthird\n"),
        ]
        let before = try Cassette.text([two[0]])
        whole = Array(try Cassette.text(two).utf8)
        lastStart = before.utf8.count
        #expect(whole.starts(with: before.utf8))
    }

    /// `kill -9` may leave any part of the last document.
    @Test func opensWithAllEarlierOnesWhereverItIsTorn() throws {
        let line = whole[..<lastStart].filter { $0 == 0x0A }.count + 1
        for end in lastStart..<whole.count {
            let cassette = try Cassette(Array(whole[..<end]), file: "c.yaml")
            #expect(cassette.index.map(\.number) == [1], "\(end)")
            #expect(cassette.check().isEmpty)
            #expect(cassette.wholeByteCount == lastStart)
            if end == lastStart {
                #expect(cassette.warnings.isEmpty)
            } else {
                #expect(
                    cassette.warnings == [
                        Diagnostic(
                            .warning, file: "c.yaml", at: Place(line: line, column: 1),
                            "the last document is torn (it has no line '...') and is left out",
                            fix: "record again, or remove it")
                    ])
            }
        }
        let cassette = try Cassette(whole, file: "c.yaml")
        #expect(cassette.index.map(\.number) == [1, 2])
        #expect(cassette.warnings.isEmpty)
        #expect(cassette.wholeByteCount == whole.count)
    }

    @Test func aHeaderThatIsTornIsAnError() throws {
        let header = Array(try Cassette.text([]).utf8)
        for end in 0..<header.count {
            #expect(throws: Diagnostics.self) { try Cassette(Array(header[..<end]), file: "c.yaml") }
        }
    }

    /// Without its end line, the shorter literal would be valid YAML.
    @Test func aDocumentCutInsideALiteralInTheMiddleIsAnErrorAtItsStart() throws {
        let text = String(decoding: whole, as: UTF8.self)
        let third = String(try Cassette.text([Interaction(3, messages: ["c"])]).dropFirst(try Cassette.text([]).count))
        let cut = try #require(text.firstRange(of: "second line"))
        let problems = Cassette.problems(in: text[..<cut.upperBound] + "\n" + third)
        #expect(problems.map(\.message) == ["this document is not ended by a line '...'"])
        let line = whole[..<lastStart].filter { $0 == 0x0A }.count + 1
        #expect(problems.first?.place == Place(line: line, column: 1))
    }
}
