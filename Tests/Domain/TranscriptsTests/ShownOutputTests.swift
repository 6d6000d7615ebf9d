import Documents
import Testing
import Transcripts

@Suite struct ShownOutputTests {
    private static func transcript(_ shown: [ShownOutput]) -> Transcript {
        let run = CodeRun(agent: "u", language: "python", code: "f()", exitCode: 0, shown: shown)
        return Transcript(subject: "s", entries: [Entry(turn: 1, kind: .codeRun(run))])
    }

    /// The level at which two differ; nil when they do not.
    private func level(_ a: [ShownOutput], _ b: [ShownOutput]) -> FieldChange.Level? {
        let operations = diff(Self.transcript(a), Self.transcript(b)).operations
        switch operations.first {
        case .same(let pair), .changed(let pair): return pair.changes.first { $0.field == .shown }?.level
        default: return nil
        }
    }

    private static let figure = ShownOutput("png", "iVBORw0KGgo=")

    @Test func aTranscriptsFormatKeepsItsValue() throws {
        let shown = [Self.figure, ShownOutput("dataframe", ["rows": [[1, 2]]]), ShownOutput("html", "<b>x</b>")]
        let read = try Transcript(json: Self.transcript(shown).json)
        #expect(read == Self.transcript(shown))
        guard case .codeRun(let run)? = read.entries.first?.kind else { return }
        #expect(run.shown.map(\.value) == shown.map(\.value))
    }

    @Test func figuresAreComparedByTheirBytes() {
        #expect(level([Self.figure], [ShownOutput("png", "iVBORw0K\nGgo=")]) == nil)
        #expect(level([Self.figure], [ShownOutput("png", "iVBORw0KGgs=")]) == .behaviour)
        #expect(level([Self.figure], []) == .behaviour)
        #expect(level([Self.figure], [ShownOutput("svg", "iVBORw0KGgo=")]) == .behaviour)
    }

    @Test func chanceInTextsIsNoDifference() {
        func plot(_ id: String) -> [ShownOutput] { [ShownOutput("html", .string("<div id=\"\(id)\"></div>"))] }
        let (a, b) = ("7d444840-9dc0-11d1-b245-5ffdce74fad2", "11f4a1c2-0000-4d1f-8a3b-1c2d3e4f5a6b")
        #expect(level(plot(a), plot(b)) == .metric)
        #expect(level(plot(a), plot("other")) == .behaviour)
    }

    @Test func aBaselineKeepsDigestsThatStillCompare() throws {
        let transcript = Self.transcript([Self.figure, ShownOutput("html", "<b>x</b>  \r\n")])
        let kept = transcript.normalised()
        #expect(!kept.json.text().contains("iVBOR"))
        #expect(diff(try Transcript(json: kept.json), transcript).firstDivergence == nil)
        #expect(kept.normalised() == kept)
        #expect(
            diff(kept, Self.transcript([ShownOutput("png", "AAAA"), ShownOutput("html", "<b>x</b>")])).firstDivergence
                != nil
        )
    }

    @Test func aDiffTellsDigestsAndNotValues() throws {
        let changes = diff(Self.transcript([Self.figure]), Self.transcript([ShownOutput("png", "AAAA")]))
        guard case .changed(let pair)? = changes.operations.first else {
            Issue.record("expected a changed run")
            return
        }
        let change = try #require(pair.changes.first { $0.field == .shown })
        #expect(change.after?.arrayValue?.first?["bytes"] == 3)
        #expect(change.before?.text().contains("iVBOR") == false)
    }

    @Test func secretsAreTakenOut() throws {
        let safe = Self.transcript([ShownOutput("json", ["key": "s3cret", "n": 1])])
            .redacted { $0.replacing("s3cret", with: "<redacted>") }
        #expect(safe == Self.transcript([ShownOutput("json", ["key": "<redacted>", "n": 1])]))
    }
}
