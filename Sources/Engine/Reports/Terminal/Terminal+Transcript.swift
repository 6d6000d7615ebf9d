import Conversations
import Documents
public import Transcripts

extension Terminal {
    /// A transcript as a conversation: a heading for each turn, then what ran and what was said.
    ///
    /// What two entries tell is shown once: an answer of the model is its message, code that stood in a message and
    /// output that a message repeats are not printed again.
    public func transcript(_ transcript: Transcript) -> String {
        var conversation = ConversationPage(self)
        return page(conversation.lines(of: transcript))
    }
}

private struct ConversationPage {
    private let terminal: Terminal
    private let indent = 5
    private var speakers: [String] = []
    /// What was said so far, to see whether code stood in it.
    private var said: [String] = []

    init(_ terminal: Terminal) { self.terminal = terminal }

    mutating func lines(of transcript: Transcript) -> [Line] {
        var page = [Line(transcript.subject, .strong)]
        var rest = transcript.entries[...]
        while let first = rest.first {
            let turn = rest.prefix { $0.turn == first.turn }
            rest = rest.dropFirst(turn.count)
            let entries = turn.filter { if case .end = $0.kind { false } else { true } }
            if !entries.isEmpty { page += [Line()] + lines(ofTurn: first.turn, Array(entries)) }
        }
        return page + [Line()] + closing(of: transcript)
    }

    private mutating func lines(ofTurn number: Int, _ entries: [Entry]) -> [Line] {
        var page: [Line] = []
        var waiting: [Entry] = []
        for entry in entries {
            guard case .message(let message) = entry.kind else {
                waiting.append(entry)
                continue
            }
            let answer = waiting.lastIndex { $0.isAnswer(behind: message) }
            var notes: [Line.Piece] = []
            if let entry = answer.map({ waiting.remove(at: $0) }), case .llmCall(let call) = entry.kind {
                notes = self.notes(on: call) + staleNotes(on: entry)
            }
            page.append(heading(number, message.speaker, to: message.recipient, notes))
            page += waiting.flatMap { lines(of: $0, before: message) }
            page += lines(of: message, runs: waiting)
            waiting = []
        }
        if let speaker = waiting.first?.speaker {
            page.append(heading(number, speaker, to: nil, []))
            page += waiting.flatMap { lines(of: $0, before: nil) }
        }
        return page
    }

    private mutating func heading(_ turn: Int, _ speaker: String, to recipient: String?, _ notes: [Line.Piece]) -> Line
    {
        let number = String(turn)
        var line = Line(String(repeating: " ", count: max(0, 3 - number.count)) + number + "  ", .faint)
        line.pieces.append(.init(speaker, role(of: speaker)))
        if let recipient { line.pieces += [.init(" → ", .faint), .init(recipient, role(of: recipient))] }
        return line + Line(notes)
    }

    private mutating func role(of speaker: String) -> Style.Role {
        if let index = speakers.firstIndex(of: speaker) { return .speaker(index) }
        speakers.append(speaker)
        return .speaker(speakers.count - 1)
    }

    private func notes(on call: LLMCall) -> [Line.Piece] {
        let usual = ["stop", "tool_calls", "end_turn", "tool_use", "completed"]
        var notes: [Line.Piece] = [.init("  " + call.model, .faint)]
        if let usage = call.usage { notes.append(.init(" · " + Wording.tokens(usage), .faint)) }
        if let reason = call.finishReason, !usual.contains(reason) { notes.append(.init(" · " + reason, .caution)) }
        return notes
    }

    private func staleNotes(on entry: Entry) -> [Line.Piece] {
        entry.stale.map { [.init(" · stale: the answer of interaction \($0)", .caution)] } ?? []
    }

    // MARK: What led to the message

    private func lines(of entry: Entry, before message: MessageSent?) -> [Line] {
        switch entry.kind {
        case .llmCall(let call): lines(of: call, staleNotes(on: entry))
        case .codeRun(let run):
            lines(of: run, took: entry.timing.duration, before: message, staleNotes(on: entry))
        case .message, .end: []
        }
    }

    private func lines(of call: LLMCall, _ stale: [Line.Piece]) -> [Line] {
        let isSuccess = call.failure == nil && call.status.map { (200..<300).contains($0) } ?? false
        guard isSuccess else {
            let answer = call.status.map { "answered \($0)" } ?? "gave no answer"
            let text =
                "↻ \(call.model) \(answer)" + (call.failure.map { ": " + $0 } ?? "")
                + stale.map(\.text).joined()
            return terminal.prose(text, .caution, indent: indent)
        }
        var page = [
            (Line("◦ ", .faint) + Line(call.model, .faint) + Line(notesAfterModel(call) + stale)).indented(by: indent)
        ]
        if let text = call.text { page += terminal.prose(text, indent: indent + 2) }
        return page + call.toolCalls.flatMap(lines(of:))
    }

    private func notesAfterModel(_ call: LLMCall) -> [Line.Piece] { Array(notes(on: call).dropFirst()) }

    private func lines(
        of run: CodeRun, took: Double, before message: MessageSent?, _ stale: [Line.Piece]
    ) -> [Line] {
        let language = run.language.isEmpty ? "code" : run.language
        let result: Line =
            switch run.exitCode {
            case 0?: Line("exit 0", .good)
            case let code?: Line("exit \(code)", .bad)
            case nil: Line("no result", .bad)
            }
        let whose = message == nil || message?.speaker == run.agent ? "" : run.agent + " "
        var head = Line("▸ \(whose)ran \(language) · ", .faint) + result
        if took > 0 { head.pieces.append(.init(" · " + Wording.duration(took), .faint)) }
        head.pieces += stale
        var page = [head.indented(by: indent)]
        let code = run.code.trimmingFinalNewlines
        if !said.contains(where: { $0.contains(code) }) {
            page += terminal.block(run.code, label: language, indent: indent)
        }
        for (name, output) in [("stdout", run.stdout), ("stderr", run.stderr)] {
            let text = output.trimmingFinalNewlines
            if !text.isEmpty, !(message?.text?.contains(text) ?? false) {
                page += terminal.block(output, label: name, indent: indent)
            }
        }
        if !run.shown.isEmpty {
            let list = run.shown.map { "\($0.kind) (\(Wording.size($0.byteCount)))" }.joined(separator: ", ")
            page.append(Line("▸ showed " + list, .faint).indented(by: indent))
        }
        if let failure = run.failure { page += terminal.prose(failure, .bad, indent: indent) }
        return page
    }

    // MARK: The message

    private mutating func lines(of message: MessageSent, runs: [Entry]) -> [Line] {
        var page: [Line] = []
        if let text = message.text {
            said.append(text)
            var outputs: [String] = []
            for case .codeRun(let run) in runs.map(\.kind) {
                outputs += [run.stdout, run.stderr].map(\.trimmingFinalNewlines).filter { !$0.isEmpty }
            }
            for part in MessagePart.parts(of: text, outputs: outputs) {
                switch part {
                case .prose(let text): page += terminal.prose(text, indent: indent)
                case .code(let code, let language):
                    page += terminal.block(code, label: language.isEmpty ? "code" : language, indent: indent)
                case .output(let text): page += terminal.block(text, indent: indent)
                }
            }
            if text.isEmpty { page.append(Line("(empty)", .faint).indented(by: indent)) }
        } else if message.toolCalls.isEmpty {
            page.append(Line("(no text)", .faint).indented(by: indent))
        }
        return page + message.toolCalls.flatMap(lines(of:))
    }

    private func lines(of call: ToolCall) -> [Line] {
        let arguments = try? JSONValue(parsing: call.arguments)
        let head = Line([.init("⚙ ", .faint), .init(call.name, .strong)])
        let short = Line("  " + (arguments?.text(in: JSONLayout(.spaced)) ?? call.arguments))
        if head.columns + short.columns + indent <= terminal.width, !call.arguments.contains("\n") || arguments != nil {
            return [(head + short).indented(by: indent)]
        }
        let members = arguments?.objectValue?.members.map(text(of:)).joined(separator: "\n")
        return [head.indented(by: indent)] + terminal.block(members ?? call.arguments, indent: indent + 2)
    }

    /// `days: [1, 2]`; a text of more than one line stands below its name.
    private func text(of member: JSONObject.Member) -> String {
        guard let text = member.value.stringValue, text.contains("\n") else {
            return "\(member.name): \(member.value.text(in: JSONLayout(.spaced)))"
        }
        return "\(member.name):\n" + text.trimmingFinalNewlines.printedLines.map { "  " + $0 }.joined(separator: "\n")
    }

    private func closing(of transcript: Transcript) -> [Line] {
        var line: Line
        var page: [Line] = []
        if let end = transcript.end {
            line = Line(Wording.end(end), end.cause == .error ? .bad : .plain)
            if let agent = end.agent { line = line + Line(", noticed by ") + Line(agent) }
            if let failure = end.failure { page = terminal.prose(failure, .bad, indent: indent) }
        } else {
            line = Line("cut short: no end is known", .caution)
        }
        let usage = transcript.usage
        line = line + Line(" · " + Wording.count(transcript.turnCount, "turn"), .faint)
        if usage.promptTokens + usage.completionTokens > 0 { line = line + Line(" · " + Wording.tokens(usage), .faint) }
        return line.wrapped(to: terminal.width - indent).map { $0.indented(by: indent) } + page
    }
}

extension Entry {
    /// The model's answer that became this message.
    fileprivate func isAnswer(behind message: MessageSent) -> Bool {
        guard case .llmCall(let call) = kind, call.failure == nil else { return false }
        return call.agent == message.speaker && call.text == message.text && call.toolCalls == message.toolCalls
    }
}

extension String {
    var trimmingFinalNewlines: String {
        var scalars = unicodeScalars
        while let last = scalars.last, last == "\n" || last == "\r" { scalars.removeLast() }
        return String(scalars)
    }
}
