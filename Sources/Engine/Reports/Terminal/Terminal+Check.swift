import Baselines
import Transcripts

extension Terminal {
    /// A check: `1 suspicious · 2 expected`, then what is suspicious, then what is expected, then what to do.
    public func check(_ record: CheckRecord) -> String {
        var page = [headline(of: record)]
        for concern in [Hunk.Concern.suspicious, .expected] {
            for (item, hunk) in record.hunks(concern) {
                page += [Line()] + lines(of: hunk, in: item.scenario, isRejected: item.rejected.contains(hunk.key))
            }
        }
        let new = record.hunks(.new)
        if !new.isEmpty { page.append(Line()) }
        page += new.map { item, hunk in
            Line("+ ", .caution) + Line(hunk.key + "  ", .faint) + Line(item.scenario, .strong)
                + Line(" has no baseline yet", .plain)
                + Line(" · \(Wording.count(item.comparison.after.turnCount, "turn")) · \(item.file)", .faint)
        }
        if !record.unreferenced.isEmpty { page.append(Line()) }
        page += record.unreferenced.flatMap { prose("unreferenced: \($0)", .caution, indent: 0) }
        page += [Line(), counts(of: record)]
        let failed = record.items.filter(\.hasFailed).map(\.scenario)
        if !failed.isEmpty {
            page += prose("not left for review, as they failed: " + failed.joined(separator: ", "), .faint, indent: 2)
        }
        return self.page(page + advice(for: record))
    }

    private func headline(of record: CheckRecord) -> Line {
        let suspicious = record.count(.suspicious), expected = record.count(.expected), new = record.count(.new)
        var line = Line("\(Wording.count(suspicious)) suspicious", suspicious > 0 ? .bad : .good)
        line = line + Line(" · ", .faint) + Line("\(Wording.count(expected)) expected", expected > 0 ? .caution : .good)
        if new > 0 { line = line + Line(" · ", .faint) + Line("\(Wording.count(new)) new", .caution) }
        let rejected = record.rejectedCount
        return rejected > 0 ? line + Line(" · \(Wording.count(rejected)) rejected in review", .faint) : line
    }

    private func counts(of record: CheckRecord) -> Line {
        let accepted = record.scenarioCount - record.differingCount - record.newCount
        var parts = ["\(Wording.count(accepted)) as accepted"]
        if record.differingCount > 0 { parts.append("\(Wording.count(record.differingCount)) different") }
        if record.newCount > 0 { parts.append("\(Wording.count(record.newCount)) without a baseline") }
        return Line(Wording.count(record.scenarioCount, "scenario") + ": " + parts.joined(separator: ", "))
    }

    private func advice(for record: CheckRecord) -> [Line] {
        let left = record.items.filter { !$0.hasFailed }
        guard let first = left.first, let hunk = first.comparison.hunks.first else { return [] }
        guard record.isPending else {
            return [Line("  nothing is written in CI: check where you can commit, and review it there", .faint)]
        }
        return [
            Line("  to go through it: understudy review", .faint),
            Line(
                "  without a terminal: understudy accept --hunk \(hunk.key)   (--scenario NAME, --only expected, --all)",
                .faint),
        ]
    }

    /// A hunk with its key, as `accept --hunk` takes it.
    func lines(of hunk: Hunk, in scenario: String, isRejected: Bool) -> [Line] {
        let (sign, role): (String, Style.Role) = hunk.concern == .suspicious ? ("✗ ", .bad) : ("~ ", .caution)
        var head = Line(sign, role) + Line(hunk.key + "  ", .faint) + Line(scenario, .strong)
        head = head + Line(" · \(turns(of: hunk)) · ", .faint) + Line(hunk.kind)
        head = head + Line("  " + hunk.concern.rawValue, role)
        if isRejected { head = head + Line(", rejected in review", .faint) }
        return [head] + DiffPage(self, hunk.diff).changeLines.dropFirst()
    }

    /// `turn 4`, `turns 4–6`.
    func turns(of hunk: Hunk) -> String {
        hunk.turns.count == 1
            ? "turn \(hunk.turns.lowerBound)" : "turns \(hunk.turns.lowerBound)–\(hunk.turns.upperBound)"
    }

    /// What is pending, a line for each hunk, and how to decide without a terminal.
    public func pending(_ items: [CheckRecord.Item]) -> String {
        guard !items.isEmpty else { return page([Line("nothing is to be reviewed", .good)]) }
        var lines: [Line] = []
        for item in items {
            lines.append(Line(item.scenario, .strong) + Line("  " + item.file, .faint))
            lines += item.comparison.hunks.map { hunk in
                let role: Style.Role = hunk.concern == .suspicious ? .bad : .caution
                var line = Line("  " + hunk.key + "  ") + Line(hunk.concern.rawValue, role)
                line = line + Line("  \(turns(of: hunk)), \(hunk.kind)")
                return item.rejected.contains(hunk.key) ? line + Line("  rejected", .faint) : line
            }
        }
        let key = items.first?.comparison.hunks.first?.key ?? "KEY"
        return page(
            lines + [
                Line(), Line("understudy accept --hunk \(key)", .faint),
                Line("understudy accept --scenario \(items.first?.scenario ?? "NAME") --only expected", .faint),
                Line("understudy reject --hunk \(key)", .faint), Line("understudy accept --all", .faint),
            ])
    }
}
