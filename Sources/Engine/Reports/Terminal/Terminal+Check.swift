import Baselines
import Documents
import Transcripts

extension Terminal {
    /// A check: `1 suspicious · 2 expected`, then what is suspicious, then what is expected, then what to do.
    public func check(_ record: CheckRecord) -> String {
        var page = [headline(of: record)]
        let different = record.items.filter { !$0.isNew }
        let suspicious = different.filter { $0.comparison.count(.suspicious) > 0 }
        for item in suspicious + different.filter({ $0.comparison.count(.suspicious) == 0 }) {
            page += [Line()] + card(of: item)
        }
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

    /// Where a scenario leaves what was accepted: how far it goes alike, and both values of the first change.
    private func card(of item: CheckRecord.Item) -> [Line] {
        let role: Style.Role = item.comparison.count(.suspicious) > 0 ? .bad : .caution
        let head = Line(item.scenario, .strong) + Line("  " + item.summary, role) + Line("  " + item.place, .faint)
        guard let divergence = item.comparison.diff.firstDivergence else { return [head] }
        var lines = [head]
        if divergence.turn > 1 {
            let alike = divergence.turn == 2 ? "turn 1" : "turns 1–\(divergence.turn - 1)"
            lines.append(Line("  = ", .good) + Line("\(alike) as accepted", .faint))
        }
        var words = Line("  ▲ ", role) + Line("first divergence at \(Wording.divergence(divergence))")
        if case .changed(let change) = divergence.what {
            func value(_ value: JSONValue?) -> String {
                guard let value else { return "nothing" }
                let text =
                    value.stringValue.map { "'" + $0.printedLines.joined(separator: " ⏎ ") + "'" } ?? value.text()
                return text.shortened(to: max(20, width / 3))
            }
            words = words + Line(" — expected \(value(change.before)), got \(value(change.after))", .faint)
        }
        return lines + words.wrapped(to: width, hanging: 4)
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
        head = head + Line(" · \(hunk.place) · ", .faint) + Line(hunk.kind)
        head = head + Line("  " + hunk.concern.rawValue, role)
        if isRejected { head = head + Line(", rejected in review", .faint) }
        return [head] + DiffPage(self, hunk.diff).changeLines.dropFirst()
    }

    private func row(_ hunk: Hunk, indent: Int, isRejected: Bool) -> Line {
        let role: Style.Role = hunk.concern == .suspicious ? .bad : .caution
        var line = Line(hunk.key + "  ") + Line(hunk.concern.rawValue, role)
        line = line + Line("  \(hunk.place), \(hunk.kind)")
        return (isRejected ? line + Line("  rejected", .faint) : line).indented(by: indent)
    }

    /// What is pending, a line for each hunk and for each turn of a longer one, and how to decide without a terminal.
    public func pending(_ items: [CheckRecord.Item]) -> String {
        guard !items.isEmpty else { return page([Line("nothing is to be reviewed", .good)]) }
        var lines: [Line] = []
        for item in items {
            lines.append(Line(item.scenario, .strong) + Line("  " + item.file, .faint))
            for hunk in item.comparison.hunks {
                lines.append(row(hunk, indent: 2, isRejected: item.rejected.contains(hunk.key)))
                let parts = hunk.concern == .new ? [] : hunk.parts(in: item.comparison)
                guard parts.count > 1 else { continue }
                lines += parts.map { row($0, indent: 4, isRejected: item.rejected.contains($0.key)) }
            }
        }
        let key = items.first?.comparison.hunks.first?.key ?? "KEY"
        return page(
            lines + [
                Line(), Line("understudy accept --hunk \(key)", .faint),
                Line(
                    "understudy accept --scenario \(items.first?.scenario.shellWord ?? "NAME") --only expected", .faint),
                Line("understudy reject --hunk \(key)", .faint), Line("understudy accept --all", .faint),
            ])
    }
}
