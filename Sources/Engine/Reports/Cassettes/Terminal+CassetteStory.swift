import Cassettes
import Conversations
import Documents
import HTTPMessages
import Transcripts

extension Terminal {
    /// A cassette as a conversation: of each request what it added, then what was answered, and what ran.
    public func cassette(_ story: CassetteStory) -> String {
        let header = story.header
        var lines = [Line(header.name.text, .strong)]
        let origins = header.origins.map { "\($0.service.rawValue) from \($0.from.rawValue) (\($0.upstream))" }
        let facts = [header.recordedOn.isEmpty ? "" : "recorded on \(header.recordedOn)"] + origins
        lines += prose(facts.filter { !$0.isEmpty }.joined(separator: " · "), .faint, indent: 0)
        for warning in story.warnings { lines += prose(warning.message, .caution, indent: 0) }
        for scene in story.scenes { lines += [Line()] + StoryPage(self).lines(of: scene) }
        if story.scenes.isEmpty { lines += [Line(), Line("no interactions", .faint)] }
        return page(lines)
    }

    /// One interaction whole: the request as it was sent, and the answer with its fields and chunks.
    public func interaction(_ scene: CassetteStory.Scene) -> String {
        let interaction = scene.interaction
        let story = StoryPage(self)
        var lines = [story.heading(of: interaction), Line("key \(interaction.key)", .faint).indented(by: 5)]
        if let inputs = interaction.inputs { lines.append(Line("inputs \(inputs)", .faint).indented(by: 5)) }
        if !interaction.request.bytes.isEmpty {
            lines += [Line()] + block(story.text(of: interaction.request), label: "request", indent: 0)
        }
        let response = interaction.response
        lines += [Line(), story.ending(of: interaction)]
        lines += response.headers.fields.map { Line("\($0.name): \($0.value)", .faint).indented(by: 5) }
        switch response.content {
        case .body(let body):
            if !body.bytes.isEmpty { lines += block(story.text(of: body), label: "answer", indent: 0) }
        case .chunks(let chunks):
            for (index, chunk) in chunks.enumerated() {
                let label =
                    "chunk \(index + 1) of \(chunks.count) · \(Wording.count(chunk.bytes.count, "byte")) · \(story.time(chunk.at))"
                lines += block(story.text(of: chunk.bytes), label: label, indent: 0)
            }
        case .socket(let frames):
            for frame in frames {
                let side = frame.isFromClient ? "client" : "server"
                switch frame.payload {
                case .message(.text(let text)):
                    lines += block(text, label: "\(side) · \(story.time(frame.at))", indent: 0)
                case .message(.binary(let bytes)):
                    lines += block(story.text(of: bytes), label: "\(side), binary · \(story.time(frame.at))", indent: 0)
                case .close(let code):
                    lines.append(Line("\(side) closes with \(code) · \(story.time(frame.at))", .faint))
                }
            }
        }
        return page(lines)
    }
}

/// The lines of one interaction.
private struct StoryPage {
    private let terminal: Terminal
    private let indent = 5
    /// Lines of a message that are shown before the rest is only counted.
    private let messageLimit = 40

    init(_ terminal: Terminal) { self.terminal = terminal }

    func lines(of scene: CassetteStory.Scene) -> [Line] {
        var lines = [heading(of: scene.interaction)]
        if let shared = scene.shared {
            let words = "\(Wording.count(shared.count, "message")) as in interaction \(shared.with)"
            lines.append(Line("… " + words, .faint).indented(by: indent))
        }
        lines += scene.added.flatMap { message(SpokenMessage($0)) }
        switch scene.entry?.kind {
        case .llmCall(let call): lines += answer(call, scene.interaction)
        case .codeRun(let run): lines += self.run(run, scene.interaction)
        default: lines += exchange(scene.interaction, showsRequest: scene.added.isEmpty)
        }
        return lines
    }

    /// `  3  0.032  hopx POST /execute · sandbox 1`.
    func heading(of interaction: Interaction) -> Line {
        let number = String(interaction.number)
        var line = Line(String(repeating: " ", count: max(0, 3 - number.count)) + number + "  ", .faint)
        line.pieces += [
            .init(interaction.service.rawValue, .speaker(interaction.service == .hopx ? 1 : 0)),
            .init(" \(interaction.operation)", .strong), .init("  \(time(interaction.at))", .faint),
        ]
        if let sandbox = interaction.sandbox { line.pieces.append(.init(" · sandbox \(sandbox)", .faint)) }
        return line
    }

    func time(_ seconds: Double) -> String { "at " + Wording.duration(seconds) }

    private func message(_ message: SpokenMessage) -> [Line] {
        var head = Line("→ ", .faint) + Line(message.role, .strong)
        if let name = message.name { head.pieces.append(.init(" \(name)", .faint)) }
        if let call = message.answers { head.pieces.append(.init(" to \(call)", .faint)) }
        let text = message.text.trimmingFinalNewlines
        return [head.indented(by: indent)] + (text.isEmpty ? [] : cut(terminal.prose(text, indent: indent + 2)))
            + message.toolCalls.flatMap { call($0) }
    }

    private func cut(_ lines: [Line]) -> [Line] {
        guard lines.count > messageLimit + 1 else { return lines }
        let more = "… \(Wording.count(lines.count - messageLimit)) more lines"
        return lines.prefix(messageLimit) + [Line(more, .faint).indented(by: indent + 2)]
    }

    private func call(_ call: ToolCall) -> [Line] {
        let head = Line([.init("⚙ ", .faint), .init(call.name, .strong)])
        let line = head + Line("  " + call.arguments)
        if line.columns + indent + 2 <= terminal.width, !call.arguments.contains("\n") {
            return [line.indented(by: indent + 2)]
        }
        return [head.indented(by: indent + 2)] + terminal.block(call.arguments, indent: indent + 4)
    }

    private func answer(_ call: LLMCall, _ interaction: Interaction) -> [Line] {
        var head = Line("← ", .faint) + Line("model", .strong)
        if !call.model.isEmpty { head.pieces.append(.init(" \(call.model)", .faint)) }
        if let usage = call.usage { head.pieces.append(.init(" · " + Wording.tokens(usage), .faint)) }
        head.pieces.append(.init(" · " + took(interaction), .faint))
        if case .chunks(let chunks) = interaction.response.content {
            head.pieces.append(.init(" · " + Wording.count(chunks.count, "chunk"), .faint))
        }
        let usual = ["stop", "tool_calls", "end_turn", "tool_use", "completed", "STOP"]
        if let reason = call.finishReason, !usual.contains(reason) {
            head.pieces.append(.init(" · \(reason)", .caution))
        }
        var lines = [head.indented(by: indent)]
        if let text = call.text { lines += terminal.prose(text.trimmingFinalNewlines, indent: indent + 2) }
        lines += call.toolCalls.flatMap { self.call($0) }
        if let failure = call.failure {
            let status = interaction.response.status.map { $0 < 400 ? "" : "\($0): " } ?? ""
            lines += terminal.prose("✗ " + status + failure, .bad, indent: indent + 2)
        }
        return lines
    }

    private func run(_ run: CodeRun, _ interaction: Interaction) -> [Line] {
        var lines = terminal.block(run.code, label: run.language.isEmpty ? "code" : run.language, indent: indent)
        let result: Line =
            switch run.exitCode {
            case 0?: Line("exit 0", .good)
            case let code?: Line("exit \(code)", .bad)
            case nil: Line("no exit code", run.failure == nil ? .faint : .bad)
            }
        lines.append((Line("← ", .faint) + result + Line(" · " + took(interaction), .faint)).indented(by: indent))
        for (name, output) in [("stdout", run.stdout), ("stderr", run.stderr)]
        where !output.trimmingFinalNewlines.isEmpty {
            lines += terminal.block(output, label: name, indent: indent)
        }
        if let failure = run.failure { lines += terminal.prose("✗ " + failure, .bad, indent: indent) }
        return lines
    }

    /// What is neither an answer nor a run: a sandbox made, a file read, a plain call.
    private func exchange(_ interaction: Interaction, showsRequest: Bool) -> [Line] {
        var lines: [Line] = []
        if showsRequest, !interaction.request.bytes.isEmpty {
            lines.append(one("→ ", interaction.request.bytes))
        }
        lines.append(ending(of: interaction))
        if case .body(let body) = interaction.response.content, !body.bytes.isEmpty {
            lines.append(one("  ", body.bytes))
        }
        return lines
    }

    private func one(_ sign: String, _ bytes: [UInt8]) -> Line {
        let room = terminal.width - indent - 2
        return (Line(sign, .faint) + Line(text(of: bytes).safeForTerminal.shortened(to: room), .faint)).indented(
            by: indent)
    }

    /// `← 201 · 0.03 s · 1,204 bytes`.
    func ending(of interaction: Interaction) -> Line {
        let response = interaction.response
        let status = response.status.map(String.init) ?? "no answer"
        let isGood = response.status.map { $0 < 400 } ?? false
        var line = Line("← ", .faint) + Line(status, isGood ? .good : .bad) + Line(" · " + took(interaction), .faint)
        if case .socket(let frames) = response.content {
            line.pieces.append(.init(" · " + Wording.count(frames.count, "message"), .faint))
        } else {
            line.pieces.append(.init(" · " + Wording.count(response.bytes.count, "byte"), .faint))
        }
        if let end = response.end { line.pieces.append(.init(" · \(end.rawValue)", .bad)) }
        return line.indented(by: indent)
    }

    private func took(_ interaction: Interaction) -> String {
        // Of a socket, until its last message.
        if case .socket = interaction.response.content {
            return Wording.duration(interaction.exchange.end - interaction.at)
        }
        return Wording.duration(max(0, interaction.response.at - interaction.at))
    }

    func text(of body: RecordedBody) -> String {
        body.tree.map { $0.text(in: JSONLayout(.indent2)) } ?? text(of: body.bytes)
    }

    func text(of bytes: [UInt8]) -> String {
        String(validating: bytes, as: UTF8.self) ?? "(\(Wording.count(bytes.count, "byte")) that are no text)"
    }
}
