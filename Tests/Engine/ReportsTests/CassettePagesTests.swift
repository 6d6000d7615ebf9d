import Cassettes
import Documents
import Reports
import Testing

@Suite struct CassettePagesTests {
    let story: CassetteStory
    let plain = Terminal(width: 80)

    init() throws { story = try .sample() }

    @Test func aCassetteReadsAsAConversation() throws {
        try expectGolden(plain.cassette(story), "cassette.txt")
        try expectGolden(Terminal(width: 44).cassette(story), "cassette-narrow.txt")
        try expectGolden(JSONReport.cassette(story).text(in: JSONLayout(.indent2)) + "\n", "cassette.json")
    }

    @Test func coloursAddNothingButColours() throws {
        let coloured = Terminal(style: .coloured, width: 80).cassette(story)
        #expect(coloured != plain.cassette(story))
        #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain.cassette(story))
    }

    @Test(arguments: [2, 5, 6, 7])
    func anInteractionIsShownWhole(number: Int) throws {
        let scene = try #require(story.scenes.first { $0.interaction.number == number })
        try expectGolden(plain.interaction(scene), "cassette-interaction-\(number).txt")
        try expectGolden(
            JSONReport.interaction(scene).text(in: JSONLayout(.indent2)) + "\n", "cassette-interaction-\(number).json")
    }

    @Test func nothingRecordedSteersTheTerminal() throws {
        let pages = [plain.cassette(story)] + story.scenes.map(plain.interaction)
        for scalar in pages.joined().unicodeScalars where scalar != "\n" {
            #expect(scalar.properties.generalCategory != .control)
        }
    }

    @Test func theNumbersAreCounted() throws {
        let sizes = try Cassette.sizes(of: Array(CassetteStory.sampleText.utf8), file: "cassettes/story.yaml")
        let statistics = CassetteStatistics(story, sizes: sizes)
        #expect(statistics.interactionCount == 8 && statistics.codeRunCount == 2 && statistics.failedRunCount == 1)
        #expect(statistics.errorCount == 3 && statistics.promptTokens == 40 && statistics.completionTokens == 12)
        #expect(statistics.sandboxCount == 1 && statistics.seconds == 66)
        #expect(sizes.changeCount == 2 && sizes.whole > sizes.written)
        try expectGolden(plain.statistics(statistics, name: story.header.name), "cassette-stats.txt")
        try expectGolden(
            JSONReport.statistics(statistics, name: story.header.name).text(in: JSONLayout(.indent2)) + "\n",
            "cassette-stats.json")
    }

    @Test func aListHasBrokenOnesToo() throws {
        let cassette = try Cassette(Array((CassetteStory.sampleText + "---\ntorn").utf8), file: "cassettes/story.yaml")
        let bad = Diagnostics([Diagnostic(file: "cassettes/b.yaml", at: .start, "not a cassette")])
        let list = [
            CassetteSummary(
                name: cassette.header.name, file: cassette.file, size: 1_234_567, content: .success(.init(cassette))),
            CassetteSummary(
                name: try #require(CassetteName("b")), file: "cassettes/b.yaml", size: 12, content: .failure(bad)),
        ]
        try expectGolden(plain.cassettes(list), "cassettes.txt")
        try expectGolden(JSONReport.cassettes(list).text(in: JSONLayout(.indent2)) + "\n", "cassettes.json")
        #expect(plain.cassettes([]).contains("no cassettes"))
    }
}
