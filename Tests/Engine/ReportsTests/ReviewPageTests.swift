import Baselines
import Conversations
import Reports
import Testing
import Transcripts

@Suite struct ReviewPageTests {
    private static let rows = 16

    private static func printed(_ last: String) -> Transcript {
        let lines = (1...80).map { "line \($0) of \(last)" }
        return Transcript(
            subject: "long",
            entries: [
                Entry(
                    turn: 1,
                    kind: .codeRun(
                        CodeRun(
                            agent: "user", language: "python", code: "show()", exitCode: 0,
                            stdout: lines.joined(separator: "\n"))))
            ])
    }

    private func session() throws -> ReviewSession {
        let pending = PendingReview(scenario: "long", run: "r", transcript: Self.printed("what is now"))
        let baseline = Baseline(variants: [.init(entries: Self.printed("what was").normalised().entries)])
        return try #require(ReviewSession([(pending: pending, file: "f")], baselines: ["f": baseline]))
    }

    private func page(_ session: ReviewSession) throws -> [Substring] {
        Terminal(width: 80).review(try #require(session.screen), rows: Self.rows)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    }

    @Test func aLongHunkFitsTheTerminalAndIsReadToItsEnd() throws {
        var session = try session()
        var seen: Set<Substring> = []
        var pages = 0
        while pages < 60 {
            let lines = try page(session)
            #expect(lines.count < Self.rows, "the last row is left for the cursor")
            seen.formUnion(lines)
            if lines.contains("the end") { break }
            _ = session.next(after: .down)
            pages += 1
        }
        #expect(pages > 5 && pages < 60)
        #expect(seen.contains { $0.contains("- line 38 of") } && seen.contains { $0.contains("+ line 38 of") })
        let end = try page(session)
        _ = session.next(after: .down)
        session.limitScroll(
            to: Terminal(width: 80).scrollLimit(of: try #require(session.screen), rows: Self.rows))
        #expect(try page(session) == end)
        _ = session.next(after: .up)
        #expect(try page(session) != end)
    }

    @Test func helpTellsOfEveryKey() throws {
        var session = try session()
        _ = session.next(after: .character("?"))
        let text = try page(session).joined(separator: "\n")
        for key in ["a, Enter", "r ", "s, Space", "m ", "t ", "A, R, S", "k ", "v ", "↓, ↑", "b, n", "/ ", "q "] {
            #expect(text.contains("\n" + key) || text.hasPrefix(key), "\(key) is missing in \(text)")
        }
        _ = session.next(after: .character("x"))
        #expect(session.mode == .deciding, "any key goes back")
    }

    @Test func whatAnAgentSaidDoesNotSteerTheTerminal() throws {
        let hostile = "\u{1B}[2J\u{1B}]0;title\u{7} was here"
        let pending = PendingReview(
            scenario: "s", run: "r",
            transcript: Transcript(
                subject: "s",
                entries: [
                    Entry(turn: 1, kind: .message(MessageSent(speaker: hostile, recipient: "b", text: hostile)))
                ]))
        let session = try #require(ReviewSession([(pending: pending, file: hostile)], baselines: [:]))
        #expect(!(try page(session).joined().contains("\u{1B}")))
    }
}
