import Conversations
public import Transcripts

extension Terminal {
    /// A list of runs, a line each, in the order given. Columns that would be empty are left out.
    ///
    /// - Parameter others: Ids of runs beside those that are shown.
    public func runs(_ runs: [RunSummary], among others: [String] = []) -> String {
        guard !runs.isEmpty else {
            return page([Line("no runs are stored yet; make one with 'understudy run'", .faint)])
        }
        let ids = Terminal.shortIDs(runs.map(\.run.id), among: others)
        var columns: [(title: String, cells: [Line])] = [
            ("ID", ids.map { Line($0) }),
            ("STARTED (UTC)", runs.map { Line(String(Wording.time($0.run.startedAt).dropLast(3))) }),
            ("RESULT", runs.map(Terminal.result)),
            ("LABEL", runs.map { Line($0.run.label.map { "#" + $0 } ?? "") }),
            ("BRANCH", runs.map { Line($0.run.branch.map { "@" + $0 } ?? "") }),
        ]
        columns.removeAll { $0.cells.allSatisfy { $0.pieces.isEmpty } }
        let taken = columns.reduce(0) { $0 + max($1.title.count, $1.cells.map(\.columns).max() ?? 0) + 2 }
        let commands = runs.map { run in
            Line(run.run.arguments.joined(separator: " ").safeForTerminal.shortened(to: max(12, width - taken)), .faint)
        }
        if commands.contains(where: { !$0.pieces.isEmpty }) { columns.append(("COMMAND", commands)) }
        let widths = columns.map { column in max(column.title.count, column.cells.map(\.columns).max() ?? 0) }
        func row(_ cells: [Line]) -> Line {
            zip(cells, widths).map { $0.padded(to: $1 + 2) }.reduce(Line(), +)
        }
        let rows = runs.indices.map { index in row(columns.map { $0.cells[index] }) }
        return page([row(columns.map { Line($0.title, .faint) })] + rows)
    }

    private static func result(_ summary: RunSummary) -> Line {
        let (sign, _, role) = Wording.status(summary.run.status)
        let counts = "\(Wording.count(summary.passedCount)) of \(Wording.count(summary.attemptCount)) passed"
        let text =
            switch summary.run.status {
            case .passed, .failed: counts
            case .error: "error, \(counts)"
            case .interrupted: "interrupted, \(counts)"
            case .unfinished: "unfinished, \(counts)"
            }
        return Line("\(sign) \(text)", role)
    }

    /// Beginnings of the ids that tell them apart, at least 8 characters, all of one length.
    ///
    /// - Parameter others: Ids that are not shown, and none of the short ones may stand for.
    static func shortIDs(_ ids: [String], among others: [String] = []) -> [String] {
        let shown = ids
        let ids = ids + others
        let longest = ids.map(\.count).max() ?? 0
        var length = min(8, longest)
        while length < longest, Set(ids.map { $0.prefix(length) }).count < Set(ids).count { length += 1 }
        // Never end on the dash of a UUID.
        if ids.contains(where: { $0.prefix(length).hasSuffix("-") }) { length += 1 }
        return shown.map { String($0.prefix(length)) }
    }

    /// One run: how it came out, where it came from, and its attempts with what was found.
    public func run(_ run: Run, attempts: [AttemptSummary]) -> String {
        let (sign, word, role) = Wording.status(run.status)
        let passed = attempts.count { $0.outcome.status == .passed }
        var head = Line([.init("\(sign) \(word)", role), .init(", \(passed) of \(attempts.count) passed")])
        head = head + Line(" · \(Wording.time(run.startedAt)) UTC", .faint)
        if let end = run.endedAt { head = head + Line(" · " + Wording.duration(end - run.startedAt), .faint) }
        var origin = ["understudy \(run.toolVersion)"]
        if let branch = run.branch { origin.append("@" + branch) }
        if let sha = run.gitSHA { origin.append(String(sha.prefix(12))) }
        if let label = run.label { origin.append("#" + label) }
        var page = [Line([.init("run ", .strong), .init(run.id, .strong)]), head.indented(by: 2)]
        page.append(Line(origin.joined(separator: " · "), .faint).indented(by: 2))
        if !run.arguments.isEmpty { page += prose(run.arguments.joined(separator: " "), .faint, indent: 2) }
        return self.page(page + [Line()] + lines(of: attempts))
    }

    private func lines(of attempts: [AttemptSummary]) -> [Line] {
        guard !attempts.isEmpty else { return [Line("no attempts", .faint).indented(by: 2)] }
        let rows = attempts.map { attempt -> [Line] in
            let (sign, word, role) = Wording.status(attempt.outcome.status)
            let tokens = attempt.usage.promptTokens + attempt.usage.completionTokens
            return [
                Line("\(sign) ", role) + Line(attempt.scenario), Line(word, role),
                Line(attempt.endedAt == nil ? "" : Wording.count(attempt.turnCount, "turn"), .faint),
                Line(tokens == 0 ? "" : Wording.tokens(attempt.usage), .faint),
                Line(attempt.endedAt.map { Wording.duration($0 - attempt.startedAt) } ?? "", .faint),
            ]
        }
        let widths = (0..<5).map { column in rows.map { $0[column].columns }.max() ?? 0 }
        return zip(attempts, rows).flatMap { attempt, row -> [Line] in
            let cells = zip(row, widths).map { $0.padded(to: $1 > 0 ? $1 + 2 : 0) }
            let notes = attempt.outcome.findings + attempt.outcome.misses
            return [cells.reduce(Line(), +).indented(by: 2)] + notes.flatMap { prose($0, indent: 6) }
        }
    }
}
