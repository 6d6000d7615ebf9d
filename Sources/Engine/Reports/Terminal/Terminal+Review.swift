public import Baselines
import Cassettes
import Transcripts

extension Terminal {
    /// One step of a review: where it is, the hunk, what was decided, and the keys.
    ///
    /// - Parameter rows: How many lines the terminal has; what does not fit is cut, and said to be.
    public func review(_ screen: ReviewSession.Screen, rows: Int) -> String {
        if case .helping = screen.mode { return page(help) }
        let (top, bottom) = (header(of: screen), [Line()] + footer(of: screen))
        let room = room(beside: top, bottom, rows: rows)
        return page(top + window(hunkLines(of: screen), from: screen.scroll, room: room) + bottom)
    }

    /// How many lines of its hunk a reader can go past.
    public func scrollLimit(of screen: ReviewSession.Screen, rows: Int) -> Int {
        let room = room(beside: header(of: screen), [Line()] + footer(of: screen), rows: rows)
        let count = hunkLines(of: screen).count
        return count > room ? count - room + 2 : 0
    }

    private func room(beside top: [Line], _ bottom: [Line], rows: Int) -> Int {
        max(6, rows - top.count - bottom.count - 1)
    }

    private func header(of screen: ReviewSession.Screen) -> [Line] {
        var head = Line("Reviewing ", .strong) + Line("\(screen.number) of \(screen.count)", .strong)
        head = head + Line(" · \(screen.left) without a decision", .faint)
        var top = [head, Line(screen.file, .faint)]
        if screen.variantCount > 1 {
            top.append(Line("the nearest of \(screen.variantCount) accepted variants", .faint))
        }
        return top + [Line()]
    }

    /// As many lines as there is room for, and how many there are above and below.
    private func window(_ lines: [Line], from scroll: Int, room: Int) -> [Line] {
        guard lines.count > room else { return lines }
        let start = min(scroll, lines.count - room + 2)
        let shown = lines[start...].prefix(room - (start > 0 ? 2 : 1))
        let below = lines.count - start - shown.count
        let above = start > 0 ? [Line("… \(Wording.count(start, "line")) above", .faint)] : []
        return above + shown
            + [Line(below > 0 ? "… \(Wording.count(below, "line")) below: ↓ shows them" : "the end", .faint)]
    }

    private func hunkLines(of screen: ReviewSession.Screen) -> [Line] {
        guard screen.hunk.concern == .new else {
            return lines(of: screen.hunk, in: screen.scenario, isRejected: screen.decision == .rejected)
        }
        let entries = screen.hunk.diff.operations.compactMap { $0.after }
        let head =
            Line("+ ", .caution) + Line(screen.hunk.key + "  ", .faint) + Line(screen.scenario, .strong)
            + Line(" has no baseline yet; this is what happened", .plain)
        return [head] + DiffPage(self, screen.hunk.diff).changeLines
            + [Line(), Line(Wording.count(entries.count, "entry", "entries"), .faint)]
    }

    private func footer(of screen: ReviewSession.Screen) -> [Line] {
        var lines: [Line] = []
        if let message = screen.message { lines.append(Line(message, .caution)) }
        if let decision = screen.decision { lines.append(Line("so far: \(decision)", .faint)) }
        switch screen.mode {
        case .deciding, .helping:
            lines.append(
                keys(["a accept", "r reject", "s skip", "m mask", "t split", "A R S whole scenario", "k kind"]))
            lines.append(keys(["v variant", "b back", "n next", "/ search", "? help", "q quit"]))
        case .decidingKind:
            lines.append(
                Line("all of the kind ", .plain) + Line(screen.hunk.kind, .strong)
                    + Line(": a accept, r reject, s skip, Esc none of it"))
        case .searching(let text): lines.append(Line("/", .strong) + Line(text + "▏"))
        case .masking: lines += maskLines(of: screen)
        case .editing(let text):
            lines.append(Line("pattern: ", .strong) + Line(text + "▏"))
            lines.append(keys(["Enter looks what it finds", "Esc back"]))
        }
        return lines
    }

    private func maskLines(of screen: ReviewSession.Screen) -> [Line] {
        guard let proposal = screen.proposal else { return [] }
        var head = Line("mask ", .strong) + Line(proposal.mask.path.map { "\($0) " } ?? "")
        head = head + Line(proposal.mask.pattern.description, .strong) + Line(" as \(proposal.mask.replacement)")
        head = head + Line("  \(screen.proposalNumber) of \(screen.proposalCount)", .faint)
        var lines = head.wrapped(to: width, hanging: 2)
        for (name, found) in [("accepted", proposal.matchesBefore), ("now", proposal.matchesAfter)] {
            let shown = found.prefix(4).map { "'" + $0.shortened(to: 60) + "'" }.joined(separator: ", ")
            let more = found.count > 4 ? " and \(Wording.count(found.count - 4)) more" : ""
            lines += Line("  finds in what \(name == "now" ? "is now" : "was accepted"): ", .faint)
                .followed(by: Line(shown.isEmpty ? "nothing" : shown + more)).wrapped(to: width, hanging: 4)
        }
        if !proposal.coversHunk { lines.append(Line("  more differs here than this covers", .caution)) }
        return lines + [keys(["Enter writes it", "Tab next", "e edit", "Esc back"])]
    }

    private func keys(_ words: [String]) -> Line {
        var line = Line()
        for word in words {
            let parts = word.split(separator: " ")
            let isLetters = parts.count > 2 && parts.dropLast().allSatisfy { $0.count == 1 }
            let keys = isLetters ? parts.prefix { $0.count == 1 }.joined(separator: " ") : String(parts.first ?? "")
            line = line + Line(keys, .strong) + Line(String(word.dropFirst(keys.count)) + "   ", .faint)
        }
        return line
    }

    private var help: [Line] {
        let rows = [
            ("a, Enter", "accept: the baseline will have it as it is now"),
            ("r", "reject: it stays a difference, and check says that it was rejected"),
            ("s, Space", "skip: it stays pending"),
            ("m", "mask: make a mask for the text that differs, see what it finds, write it into the baseline"),
            ("t", "split the hunk into its turns"),
            ("A, R, S", "the same for all that remains of this scenario"),
            ("k", "then a, r or s: the same for all hunks of this kind that remain"),
            ("v", "accept the whole transcript as another variant, beside what was accepted before"),
            ("↓, ↑", "the rest of a long hunk"),
            ("b, n", "back to the hunk before, on to the next, whatever was decided"),
            ("/", "search in hunks; / and Enter search again"),
            ("q", "quit: what was accepted is written, what was rejected is remembered, the rest stays pending"),
        ]
        return rows.map { Line($0.0, .strong).padded(to: 12) + Line($0.1) } + [
            Line(), Line("any key goes back", .faint),
        ]
    }

    /// What a review came to, by the keys that `accept --hunk` takes.
    public func outcome(_ outcome: ReviewSession.Outcome) -> String {
        var lines: [Line] = []
        for (word, names, role) in [
            ("accepted", outcome.accepted, Style.Role.good), ("rejected", outcome.rejected, .bad),
            ("left", outcome.left, .caution),
        ] where !names.isEmpty {
            lines.append(Line("\(word):", role))
            lines += names.map { Line("  " + $0) }
        }
        if !outcome.baselines.isEmpty {
            lines.append(Line("written: " + outcome.baselines.keys.sorted().joined(separator: ", "), .faint))
        }
        return page(lines.isEmpty ? [Line("nothing was decided", .faint)] : lines)
    }
}

extension Line {
    fileprivate func followed(by other: Line) -> Line { self + other }
}
