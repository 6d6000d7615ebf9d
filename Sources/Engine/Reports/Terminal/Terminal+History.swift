import Conversations
public import Transcripts

extension Terminal {
    /// A scenario's history: how reliably it passes, trends, and a line for each attempt, the newest first.
    ///
    /// - Parameter others: Ids of runs beside those that are shown.
    public func history(_ history: ScenarioHistory, among others: [String] = []) -> String {
        let runs = Set(history.rows.map(\.run.id)).count
        let head =
            Line(history.scenario, .strong)
            + Line(
                " · \(Wording.count(history.rows.count, "attempt")) in \(Wording.count(runs, "run"))"
                    + (history.olderCount > 0 ? ", and \(Wording.count(history.olderCount)) before" : ""), .faint)
        var page = [head] + reliability(of: history) + expectations(of: history) + [Line()]
        page += trend("turns", history.rows.map { Double($0.attempt.turnCount) }) { Wording.count(Int($0)) }
        page += trend("tokens", history.rows.map { Double($0.tokens) }) { Wording.count(Int($0)) }
        page += trend("time", history.rows.compactMap(\.seconds)) { Wording.duration($0) }
        page += trend("cost", history.rows.compactMap(\.attempt.outcome.cost)) { Wording.dollars($0) }
        page += [Line()] + attempts(history.rows, others)
        if !history.reviews.isEmpty { page += [Line()] + reviews(history.reviews, others) }
        return self.page(page)
    }

    // MARK: How reliable

    private func reliability(of history: ScenarioHistory) -> [Line] {
        let flakiness = history.flakiness
        guard let rate = flakiness.rate else { return [Line("  no attempt says how it passes", .faint)] }
        var line = Line("  \(Wording.count(flakiness.passed)) of \(Wording.count(flakiness.total)) passed: ")
        line = line + Line(Wording.percent(rate), .strong)
        line =
            line
            + Line(
                ", between \(Wording.percent(flakiness.interval.lower)) and \(Wording.percent(flakiness.interval.upper))"
                    + " at \(Wording.percent(flakiness.confidence)) confidence", .faint)
        guard let minimum = history.minimum, let verdict = history.verdict else { return [line] }
        let wanted = Wording.percent(minimum)
        switch verdict {
        case .pass: return [line, Line("  PASS", .good) + Line(": it surely passes \(wanted) of the time, or more")]
        case .fail: return [line, Line("  FAIL", .bad) + Line(": it surely passes less than \(wanted) of the time")]
        case .inconclusive:
            return [line, Line("  INCONCLUSIVE", .caution) + Line(": it may pass \(wanted) of the time, or not")]
                + missing(flakiness.missing(atLeast: minimum))
        }
    }

    private func missing(_ missing: Flakiness.Missing) -> [Line] {
        var parts: [String] = []
        if let passes = missing.passes {
            parts.append("\(Wording.count(passes)) more that all pass would show that it does")
        }
        if let failures = missing.failures {
            parts.append("\(Wording.count(failures)) more that all fail would show that it does not")
        }
        if let attempts = missing.attempts {
            parts.append("if it goes on as until now, about \(Wording.count(attempts)) more would decide")
        }
        if missing.passes == nil { parts.append("no number of passes shows a rate as high as that") }
        return parts.map { Line("    " + $0, .faint) }
    }

    /// Those that did not always hold.
    private func expectations(of history: ScenarioHistory) -> [Line] {
        history.expectations.filter { $0.passed < $0.total }.map { expectation in
            Line("  held in \(Wording.count(expectation.passed)) of \(Wording.count(expectation.total)): ", .faint)
                + Line(expectation.expected, .caution)
        }
    }

    // MARK: Trends

    private static let bars = Array("▁▂▃▄▅▆▇█")

    /// Nothing where all is zero.
    private func trend(_ name: String, _ values: [Double], _ word: (Double) -> String) -> [Line] {
        guard let low = values.min(), let high = values.max(), let last = values.last, high > 0 else { return [] }
        let shown = values.suffix(max(10, width - 50))
        let bars = shown.map { value -> Character in
            guard high > low else { return Terminal.bars[0] }
            let step = Int(((value - low) / (high - low) * Double(Terminal.bars.count - 1)).rounded())
            return Terminal.bars[min(max(step, 0), Terminal.bars.count - 1)]
        }
        let range = high > low ? "\(word(low)) to \(word(high)), now \(word(last))" : "always \(word(last))"
        return [Line("  ") + Line(name).padded(to: 8) + Line(String(bars)) + Line("  " + range, .faint)]
    }

    // MARK: Attempts

    private func attempts(_ rows: [ScenarioHistory.Row], _ others: [String]) -> [Line] {
        let rows = Array(rows.reversed())
        let ids = Terminal.shortIDs(rows.map(\.run.id), among: others)
        return table([
            ("RUN", ids.map { Line($0) }),
            ("STARTED (UTC)", rows.map { Line(String(Wording.time($0.attempt.startedAt).dropLast(3))) }),
            ("COMMIT", rows.map { Line($0.run.gitSHA.map { String($0.prefix(8)) } ?? "") }),
            (
                "RESULT",
                rows.map { row in
                    let (sign, word, role) = Wording.status(row.attempt.outcome.status)
                    return Line("\(sign) \(word)", role)
                }
            ),
            ("TURNS", rows.map { Line(Wording.count($0.attempt.turnCount)) }),
            ("TOKENS", rows.map { Line($0.tokens == 0 ? "" : Wording.count($0.tokens)) }),
            ("TIME", rows.map { Line($0.seconds.map { Wording.duration($0) } ?? "") }),
            ("SCENARIO", rows.map { Line($0.isOfChangedScenario ? "changed" : "", .caution) }),
            ("BASELINE", rows.map { row in row.attempt.outcome.comparison.map(Terminal.verdict) ?? Line() }),
            (
                "DIFFERS FROM THE ONE BEFORE",
                rows.map { row in Line(row.divergence.map(Wording.divergence) ?? "", .caution) }
            ),
        ])
    }

    private static func verdict(_ comparison: Attempt.Comparison) -> Line {
        if comparison.isAccepted { return Line("as accepted", .good) }
        guard comparison.variant != nil else { return Line("new", .caution) }
        let parts = [(comparison.suspicious, "suspicious"), (comparison.expected, "expected")].filter { $0.0 > 0 }
        let text = parts.map { "\(Wording.count($0.0)) \($0.1)" }.joined(separator: ", ")
        return Line(text, comparison.suspicious > 0 ? .bad : .caution)
    }

    // MARK: Who has decided what

    private func reviews(_ reviews: [Review], _ others: [String]) -> [Line] {
        let reviews = Array(reviews.reversed())
        let ids = Terminal.shortIDs(reviews.map(\.matter.run), among: others)
        return table([
            ("REVIEWED (UTC)", reviews.map { Line(String(Wording.time($0.at).dropLast(3))) }),
            ("BY", reviews.map { Line($0.by ?? "") }),
            (
                "DECISION",
                reviews.map { Line($0.matter.decision.rawValue, $0.matter.decision == .rejected ? .bad : .good) }
            ),
            ("HUNK", reviews.map { Line($0.matter.hunk ?? "") }),
            ("CONCERN", reviews.map { Line($0.matter.concern.rawValue) }),
            ("OF RUN", ids.map { Line($0) }),
            ("BASELINE", reviews.map { Line($0.baseline.map { String($0.prefix(8)) } ?? "") }),
            ("WHAT", reviews.map { Line($0.matter.subject) }),
        ])
    }

    private func table(_ all: [(String, [Line])]) -> [Line] {
        var columns = all
        columns.removeAll { $0.1.allSatisfy { $0.pieces.isEmpty } }
        let widths = columns.map { column in max(column.0.count, column.1.map(\.columns).max() ?? 0) }
        func row(_ cells: [Line]) -> Line { zip(cells, widths).map { $0.padded(to: $1 + 2) }.reduce(Line(), +) }
        let count = columns.first?.1.count ?? 0
        return [row(columns.map { Line($0.0, .faint) })]
            + (0..<count).map { index in row(columns.map { $0.1[index] }) }
    }

    // MARK: The first that differs

    /// The neighbours between which a scenario began to go otherwise, with their commits, and how.
    public func bisect(_ record: BisectRecord) -> String {
        guard let bad = record.bad, let diff = record.diff else {
            return page([
                Line(record.scenario + ":", .strong) + Line(" goes alike in both", .good)
                    + Line(" · \(Wording.count(record.attemptCount, "attempt")) between them", .faint)
            ])
        }
        let head =
            Line(record.scenario + ":", .strong) + Line(" first different in ") + Line("run \(bad.run.id)", .strong)
        let looked = "\(Wording.count(record.comparedCount)) of \(Wording.count(record.attemptCount)) attempts compared"
        let lines = [
            head, Line("  last as before: ", .faint) + place(record.good),
            Line("  first different: ", .faint) + place(bad),
            Line("  " + looked, .faint),
        ]
        return page(lines + [Line()]) + self.diff(diff, title: record.scenario)
    }

    private func place(_ place: BisectRecord.Place) -> Line {
        var words = ["\(Wording.time(place.run.startedAt)) UTC"]
        if let sha = place.run.gitSHA { words.append("commit " + String(sha.prefix(12))) }
        if let branch = place.run.branch { words.append("@" + branch) }
        if let label = place.run.label { words.append("#" + label) }
        return Line(words.joined(separator: " · ")) + Line("  \(place.run.id)", .faint)
    }
}

extension Wording {
    /// `97 %`, `99.5 %`: never a whole that it is not.
    static func percent(_ part: Double) -> String {
        let tenths = (part * 1000).rounded()
        let isWhole = tenths.truncatingRemainder(dividingBy: 10) == 0
        if tenths == 1000, part < 1 { return "99.9 %" }
        if tenths == 0, part > 0 { return "0.1 %" }
        return (isWhole ? "\(Int(tenths / 10))" : "\(Int(tenths) / 10).\(Int(tenths) % 10)") + " %"
    }
}
