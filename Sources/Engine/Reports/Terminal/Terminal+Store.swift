public import Transcripts

extension Terminal {
    /// What merging brought, file by file, then each run in parts with the runs that it consists of.
    public func merge(_ record: MergeRecord) -> String {
        let files = record.sources.map { source in
            Line(source.file.safeForTerminal + ": ") + Line(Terminal.words(of: source.counts))
        }
        let runs = record.runs.flatMap { run -> [Line] in
            let there = run.parts.count - run.missing.count
            let (sign, word, role) = Wording.status(run.whole.status)
            let head =
                Line("\(sign) ", role) + Line("plan:\(run.plan)", .strong)
                + Line(" · \(word) · \(there) of \(run.parts.count) parts", .faint)
            let parts = run.parts.enumerated().flatMap { index, runs in
                runs.prefix(1).map { part in
                    let (sign, word, role) = Wording.status(part.status)
                    return Line("  \(index + 1)/\(run.parts.count) \(sign) ", role)
                        + Line("run \(part.id) \(word)", .faint)
                }
            }
            return [Line(), head] + parts + [Line("  understudy show plan:\(run.plan)", .faint)]
        }
        return page(files + runs)
    }

    /// What was taken over from a file.
    public func taken(_ counts: MergeCounts, from file: String) -> String {
        page([Line(file + ": ") + Line(Terminal.words(of: counts))])
    }

    private static func words(of counts: MergeCounts) -> String {
        var words = [
            "\(Wording.count(counts.runs, "new run"))", "\(Wording.count(counts.attempts, "new attempt"))",
        ]
        if counts.replaced > 0 { words.append("\(Wording.count(counts.replaced)) that had only begun here") }
        if counts.known > 0 { words.append("\(Wording.count(counts.known)) known already") }
        if counts.reviews > 0 { words.append("\(Wording.count(counts.reviews, "new review"))") }
        return words.joined(separator: ", ")
    }

    /// What went, or would go.
    public func sweep(_ counts: SweepCounts, isTrial: Bool) -> String {
        let verb = isTrial ? "would remove" : "removed"
        let runs = counts.runs.map { run in
            Line("  \(run.id)") + Line(" · \(Wording.time(run.startedAt)) UTC", .faint)
                + Line(run.label.map { " · #" + $0 } ?? "", .faint)
        }
        let rest = [
            Wording.count(counts.bodies, "text") + " of \(Wording.count(counts.byteCount, "byte"))",
            Wording.count(counts.prompts, "request message"), Wording.count(counts.names, "name"),
        ]
        return page(
            [
                Line(
                    "\(verb) \(Wording.count(counts.runs.count, "run")) with \(Wording.count(counts.attempts, "attempt"))"
                )
            ]
                + runs + [Line("\(verb) what nothing refers to: " + rest.joined(separator: ", "))])
    }
}
