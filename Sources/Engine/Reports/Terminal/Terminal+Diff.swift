import Conversations
import Documents
public import Transcripts

extension Terminal {
    /// How much of a diff is told.
    public enum DiffDetail: String, Sendable, CaseIterable {
        /// Every change with both values.
        case changes
        /// The same, texts of many lines word by word, too.
        case words
        /// A line for each entry.
        case turns
        /// A line for the whole.
        case stat
        /// The first divergence alone.
        case first
    }

    /// What differs between two transcripts: the first divergence as headline, each change with both values, the counts.
    ///
    /// - Parameter title: What was compared, say the scenario's name.
    public func diff(_ diff: TranscriptDiff, title: String, _ detail: DiffDetail = .changes) -> String {
        guard let divergence = diff.firstDivergence else {
            let turns =
                diff.operations.compactMap { operation -> Int? in
                    if case .same(let pair) = operation { pair.after.entry.turn } else { nil }
                }.max() ?? 0
            let words = Line(" identical", .good) + Line(" · " + Wording.count(turns, "turn"), .faint)
            return page([Line(title + ":", .strong) + words])
        }
        let headline = headline(divergence, title: title)
        let body = DiffPage(self, diff, byWords: detail == .words)
        return switch detail {
        case .changes, .words: page([headline] + body.lines)
        case .turns: page([headline] + body.turnLines)
        case .stat: page([Line(title + ":", .strong) + Line(" ") + body.statLine])
        case .first: page([headline] + body.firstLines)
        }
    }

    /// `primes: first divergence at turn 4, assistant, text (wording)`.
    private func headline(_ divergence: Divergence, title: String) -> Line {
        let what =
            switch divergence.what {
            case .changed(let change): "\(change.field) (\(change.level.rawValue))"
            case .missing: "\(Wording.kind(divergence.entry.kind)) is missing"
            case .added: "\(Wording.kind(divergence.entry.kind)) is new"
            case .moved: "\(Wording.kind(divergence.entry.kind)) has moved"
            }
        var line = Line([
            .init(title + ":", .strong), .init(" first divergence at "), .init("turn \(divergence.turn)", .strong),
        ])
        if let speaker = divergence.speaker { line = line + Line(", " + speaker) }
        return line + Line(", ") + Line(what, .strong)
    }
}

/// The body of a diff: changes turn by turn, and the summary.
struct DiffPage {
    private let terminal: Terminal
    private let diff: TranscriptDiff
    private let values: ValueDiffPage

    init(_ terminal: Terminal, _ diff: TranscriptDiff, byWords: Bool = false) {
        self.terminal = terminal
        self.diff = diff
        values = ValueDiffPage(terminal, indent: 4, alwaysByWords: byWords)
    }

    /// The counts alone.
    var statLine: Line { Line(summary.map { $0.pieces.map(\.text).joined() }.joined().trimmingFirstSpaces) }

    /// Both values of the change that the headline names.
    var firstLines: [Line] {
        guard let divergence = diff.firstDivergence else { return [] }
        return switch divergence.what {
        case .changed(let change): values.lines(of: change)
        case .missing: values.lines(of: divergence.entry, sign: "-")
        case .added: values.lines(of: divergence.entry, sign: "+")
        case .moved: values.lines(of: divergence.entry, sign: "↕")
        }
    }

    /// A line for each entry: a sign, the turn, who, and the fields that changed.
    var turnLines: [Line] {
        diff.operations.map { operation in
            let (sign, role): (String, Style.Role) =
                switch operation {
                case .same: ("=", .faint)
                case .changed: ("~", .caution)
                case .moved: ("↕", .caution)
                case .deleted: ("-", .removed)
                case .inserted: ("+", .added)
                }
            guard let placed = operation.after ?? operation.before else { return Line() }
            var line = Line(sign, role) + place("turn \(placed.entry.turn)", placed.entry)
            switch operation {
            case .same: break
            case .changed(let pair), .moved(let pair, _):
                let fields = pair.changes.filter { $0.level != .metric }.map(\.field.description)
                if !fields.isEmpty { line = line + Line("  " + fields.joined(separator: ", "), .faint) }
            case .deleted(_, let relation), .inserted(_, let relation):
                if relation != nil { line = line + Line("  " + String(words(for: relation).dropFirst(2)), .faint) }
            }
            return line
        } + [Line()] + summary
    }

    var lines: [Line] { changeLines + [Line()] + summary }

    /// Every change with both values, an empty line before each.
    var changeLines: [Line] {
        var page: [Line] = []
        var shownBlock: Int?
        for (position, operation) in diff.operations.enumerated() {
            switch operation {
            case .same: break
            case .changed(let pair): page += changes(of: pair, at: position)
            case .moved(let pair, let block):
                if block != shownBlock {
                    let turns = "turn \(pair.before.entry.turn) → \(pair.after.entry.turn)"
                    let size = diff.operations[position...].prefix { $0.isMoved(in: block) }.count
                    let also = size > 1 ? " with \(Wording.count(size - 1, "entry", "entries")) after it" : ""
                    page += [Line(), place(turns, pair.after.entry) + Line("  moved" + also, .caution)]
                    page += values.lines(of: pair.after.entry, sign: "↕")
                }
                shownBlock = block
                page += changes(of: pair, at: position)
            case .deleted(let placed, let relation):
                page += [Line(), heading(placed.entry, "only before" + words(for: relation), .removed)]
                page += values.lines(of: placed.entry, sign: "-")
            case .inserted(let placed, let relation):
                page += [Line(), heading(placed.entry, "only after" + words(for: relation), .added)]
                page += values.lines(of: placed.entry, sign: "+")
            }
        }
        return page
    }

    private func changes(of pair: TranscriptDiff.Pair, at position: Int) -> [Line] {
        var page: [Line] = []
        for change in pair.changes
        where change.level != .metric && diff.messageEchoing(change, of: pair, after: position) == nil {
            page += [Line(), heading(pair.after.entry, turnBefore: pair.before.entry.turn, change)]
            page += values.lines(of: change)
        }
        return page
    }

    private func words(for relation: Relation?) -> String {
        switch relation {
        case .repetition: ", a repetition"
        case .part: ", a part of a message"
        case nil: ""
        }
    }

    private func heading(_ entry: Entry, turnBefore: Int, _ change: FieldChange) -> Line {
        let turn = turnBefore == entry.turn ? "turn \(entry.turn)" : "turn \(turnBefore) → \(entry.turn)"
        let role: Style.Role = change.level == .behaviour ? .caution : .faint
        return place(turn, entry) + Line(" · ", .faint) + Line(change.field.description)
            + Line("  \(change.level.rawValue)", role)
    }

    private func heading(_ entry: Entry, _ words: String, _ role: Style.Role) -> Line {
        place("turn \(entry.turn)", entry) + Line("  " + words, role)
    }

    private func place(_ turn: String, _ entry: Entry) -> Line {
        var line = Line([.init(turn, .strong), .init(" · ", .faint)])
        switch entry.kind {
        case .message(let message): line = line + Line(message.speaker) + Line(" → ") + Line(message.recipient)
        default:
            if let speaker = entry.speaker { line = line + Line(speaker) + Line(" · ", .faint) }
            line = line + Line(Wording.kind(entry.kind))
        }
        return line.indented(by: 2)
    }

    /// Turns touched, changes by level, tokens.
    private var summary: [Line] {
        var turns: Set<Int> = [], blocks: Set<Int> = [], added = 0, missing = 0
        var tokens = (before: 0, after: 0)
        func tokenCount(_ entry: Entry) -> Int {
            guard case .llmCall(let call) = entry.kind, let usage = call.usage else { return 0 }
            return usage.promptTokens + usage.completionTokens
        }
        for operation in diff.operations {
            switch operation {
            case .same(let pair):
                tokens.before += tokenCount(pair.before.entry)
                tokens.after += tokenCount(pair.after.entry)
            case .changed(let pair):
                turns.insert(pair.after.entry.turn)
                tokens.before += tokenCount(pair.before.entry)
                tokens.after += tokenCount(pair.after.entry)
            case .moved(let pair, let block):
                blocks.insert(block)
                tokens.before += tokenCount(pair.before.entry)
                tokens.after += tokenCount(pair.after.entry)
            case .deleted(let placed, _):
                missing += 1
                tokens.before += tokenCount(placed.entry)
            case .inserted(let placed, _):
                added += 1
                tokens.after += tokenCount(placed.entry)
            }
        }
        var parts: [String] = []
        if !turns.isEmpty { parts.append(Wording.count(turns.count, "turn") + " changed") }
        if !blocks.isEmpty { parts.append(Wording.count(blocks.count, "move")) }
        if added > 0 { parts.append((added == 1 ? "1 entry" : "\(Wording.count(added)) entries") + " new") }
        if missing > 0 { parts.append((missing == 1 ? "1 entry" : "\(Wording.count(missing)) entries") + " missing") }
        let counts = diff.counts
        let levels = [FieldChange.Level.behaviour, .wording].compactMap { level in
            counts[level].map { "\(Wording.count($0)) \(level.rawValue)" }
        }
        let total = (counts[.behaviour] ?? 0) + (counts[.wording] ?? 0)
        parts.append(Wording.count(total, "change") + ": " + levels.joined(separator: ", "))
        if tokens.before != tokens.after {
            parts.append("tokens \(Wording.count(tokens.before)) → \(Wording.count(tokens.after))")
        }
        return [Line(parts.joined(separator: " · ")).indented(by: 2)]
    }
}

extension TranscriptDiff.Operation {
    fileprivate func isMoved(in block: Int) -> Bool {
        if case .moved(_, block) = self { true } else { false }
    }
}

extension String {
    fileprivate var trimmingFirstSpaces: String { String(drop { $0 == " " }) }
}
