import Cassettes
import Foundation
import Reports
import Transcripts

/// Tells of a program's run on standard error: standard output is the program's own.
struct ProgramReport {
    let subject: String
    /// The cassette's file; nil when none is played.
    let file: String?
    let isQuiet: Bool

    private let pages = Reports.Terminal(
        style: Console.isColoured && isatty(STDERR_FILENO) == 1 ? .coloured : .plain, width: min(Console.width, 120))

    init(subject: String, file: String?, isQuiet: Bool) {
        self.subject = subject
        self.file = file
        self.isQuiet = isQuiet
    }

    func tell(_ outcome: ProgramRun.Outcome) {
        if let warning = outcome.warning { Console.complain(warning) }
        for card in cards(outcome) { Console.complain(pages.card(card)) }
        if !outcome.reactions.isEmpty { Console.complain(pages.reactions(outcome.reactions)) }
        guard !isQuiet || !outcome.hasPassed else { return }
        let line = pages.outcome(
            of: subject, hasPassed: outcome.hasPassed, turns: outcome.transcript.turnCount, seconds: outcome.seconds)
        Console.complain(line + ProgramReport.counts(outcome.transcript) + (outcome.failure.map { " · \($0)" } ?? ""))
    }

    /// The first miss is the headline; what follows from it is only counted.
    private func cards(_ outcome: ProgramRun.Outcome) -> [Card] {
        var cards: [Card] = []
        if let miss = outcome.misses.first {
            let more = outcome.misses.count - 1
            cards.append(
                Card(
                    title: "miss: \(miss.headline)", place: file,
                    lines: miss.details
                        + (more > 0
                            ? ["and \(more) more \(more == 1 ? "miss" : "misses"), which may follow from it"] : [])))
        }
        cards += outcome.broken.map { Card(title: "a recording could not be played", place: file, lines: [$0]) }
        if cards.isEmpty, !outcome.transcript.entries.contains(where: \.isRequest) {
            cards.append(
                Card(
                    .warning, title: "the command asked neither a model nor a sandbox",
                    lines: ["its clients have to read OPENAI_BASE_URL, ANTHROPIC_BASE_URL, … from the environment"]))
        }
        return cards
    }

    private static func counts(_ transcript: Transcript) -> String {
        let calls = transcript.entries.count { if case .llmCall = $0.kind { true } else { false } }
        let runs = transcript.entries.count { if case .codeRun = $0.kind { true } else { false } }
        let stale = transcript.entries.count { $0.stale != nil }
        return " · \(calls) model \(calls == 1 ? "call" : "calls"), \(runs) code \(runs == 1 ? "run" : "runs")"
            + (stale > 0 ? ", \(stale) stale" : "")
    }
}

extension Entry {
    fileprivate var isRequest: Bool {
        switch kind {
        case .llmCall, .codeRun: true
        case .message, .end: false
        }
    }
}
