import Conversations
import Documents
import Foundation
import HopXProtocol
import Scripts
import Testing

/// The document that describes scripts: its examples are read, and asked what it says they are asked.
@Suite struct ScriptsDocumentTests {
    let document: String

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        document = try String(contentsOf: root.appending(path: "docs/scripts.md"), encoding: .utf8)
    }

    /// Each script with the lines of the block after it.
    private var examples: [(script: String, lines: [Substring])] {
        var blocks: [(language: Substring, text: String)] = []
        var language: Substring?
        var text = ""
        for line in document.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                if let opened = language { blocks.append((opened, text)) }
                language = language == nil ? line.dropFirst(3) : nil
                text = ""
            } else {
                text += line + "\n"
            }
        }
        return zip(blocks, blocks.dropFirst()).compactMap { block, next in
            block.language == "yaml" ? (block.text, next.text.split(separator: "\n")) : nil
        }
    }

    @Test func everyExampleAnswersAsTheDocumentSays() throws {
        #expect(examples.count == 7)
        for (text, lines) in examples where !text.contains("sandbox:") {
            var cursor = Script.Cursor(try ScriptReader.read(text, file: "docs/scripts.md"))
            var answered: [String] = []
            for line in lines where line.hasPrefix("> ") {
                answered.append(String(line))
                answered += Self.lines(of: cursor.next(for: try Self.question(line.dropFirst(2))))
            }
            #expect(answered == lines.map(String.init))
            #expect(lines.contains { $0.hasPrefix("< ") })
        }
    }

    @Test func theExampleOfCodeAnswersAsTheDocumentSays() throws {
        let (text, lines) = try #require(examples.first { $0.script.contains("sandbox:") })
        var cursor = Script.CodeCursor(try ScriptReader.read(text, file: "docs/scripts.md"))
        var answered: [String] = []
        for line in lines where line.hasPrefix("> ") {
            answered.append(String(line))
            let parts = line.dropFirst(2).split(separator: " ", maxSplits: 1).map(String.init)
            let work: CodeRun.Work =
                try parts[0] == "command"
                ? .command(["bash", "-c", parts[1]])
                : .code(parts[1], language: #require(CodeRun.Language(spelling: parts[0])))
            do {
                answered += Self.lines(of: try cursor.next(for: CodeRun(work)))
            } catch {
                answered.append("< no match")
            }
        }
        #expect(answered == lines.map(String.init))
    }

    private static func lines(of reply: Script.CodeReply) -> [String] {
        if let error = reply.error { return ["< error \(error.status) \(error.code) \(error.message)"] }
        var lines: [String] = []
        func add(_ name: String, _ text: String) {
            if !text.isEmpty { lines.append("< \(name) " + text.replacing("\n", with: "\\n")) }
        }
        add("stdout", reply.stdout)
        add("stderr", reply.stderr)
        if reply.exitCode != 0 { add("exit", "\(reply.exitCode)") }
        for output in reply.rich { add(output.kind.rawValue, output.value.text()) }
        for file in reply.files { add("file", file.path) }
        return lines
    }

    @Test func theErrorIsTheOneThatIsGiven() throws {
        let example = try #require(examples.first { $0.lines.contains("< no match") })
        var cursor = Script.Cursor(try ScriptReader.read(example.script, file: "weather.yaml"))
        var last: Script.Outcome?
        for line in example.lines where line.hasPrefix("> ") {
            last = cursor.next(for: try Self.question(line.dropFirst(2)))
        }
        let noMatch = try #require(last?.noMatch)
        #expect(document.contains("```\n\(noMatch)\n```"), "\(noMatch)")
    }

    /// An unknown key makes the reader say which keys it knows: each of them must be in the document.
    @Test(arguments: [
        ("rules:\n", "zzzz: 1\nrules:\n"), ("{request: 1,", "{zzzz: 1, request: 1,"),
        ("{text: \"first\"", "{zzzz: 1, text: \"first\""), ("  times: 2", "  times: 2\n  zzzz: 1"),
        ("{status:", "{zzzz: 1, status:"), ("{name: get_weather, arguments: {", "{zzzz: 1, name: f, arguments: {"),
        ("{name: get_weather, matches", "{zzzz: 1, name: get_weather, matches"), ("{ttft:", "{zzzz: 1, ttft:"),
        ("{path: /user,", "{zzzz: 1, path: /user,"), ("{contains: failed}", "{zzzz: 1, contains: failed}"),
        ("finish_reason: length", "finish_reason: zzzz"),
        ("otherwise: {template: \"request {{request}}\"}", "otherwise: zzzz"),
    ])
    func everyKnownWordIsDocumented(old: String, new: String) throws {
        try checkWords(of: Script.sampleFile, replacing: old, with: new)
    }

    @Test(arguments: [
        ("{code: {contains: prime}", "{zzzz: 1, code: {contains: prime}"), ("{stdout:", "{zzzz: 1, stdout:"),
        ("{html:", "{zzzz: 1, html:"), ("{message:", "{zzzz: 1, message:"), ("language: python", "language: zzzz"),
        ("  times: 3", "  times: 3\n  zzzz: 1"), ("sandbox:\n", "zzzz: 1\nsandbox:\n"),
    ])
    func everyKnownWordOfCodeIsDocumented(old: String, new: String) throws {
        try checkWords(of: Script.codeSampleFile, replacing: old, with: new)
    }

    private func checkWords(of sample: String, replacing old: String, with new: String) throws {
        let range = try #require(sample.firstRange(of: old))
        let file = sample[..<range.lowerBound] + new + sample[range.upperBound...]
        let error = #expect(throws: Diagnostics.self) { try ScriptReader.read(String(file), file: "s.yaml") }
        let problem = try #require(error?.all.first { $0.message.contains("zzzz") })
        let words = try #require(problem.expected?.firstMatch(of: /one of ([a-z_]+(, [a-z_]+)*)/)?.1).split(
            separator: ", ")
        #expect(!words.isEmpty)
        for word in words {
            let isDocumented = ["`\(word)`", "`\(word):", "{\(word): ", ", \(word): "].contains {
                document.contains($0)
            }
            #expect(isDocumented || word == "or", "\(word) is not documented")
        }
    }

    @Test func everyPlaceholderIsDocumented() {
        for word in ["text", "system", "model", "request", "tool_result", "tool_result.NAME", "0", "1", "NAME"] {
            #expect(document.contains("{{\(word)}}"), "\(word)")
        }
    }

    // MARK: Requests and answers as the document writes them

    /// `TEXT [KEY VALUE] …`; `[result NAME] TEXT` and `[error NAME] TEXT` are results of a function.
    private static func question(_ line: Substring) throws -> Script.Question {
        var rest = String(line)
        var result: Conversation.ToolResult?
        if let head = rest.prefixMatch(of: #/\[(result|error) (\w+)\] /#) {
            result = .init(callID: nil, name: String(head.2), text: "", isError: head.1 == "error")
            rest.removeSubrange(head.range)
        }
        var told: [String: String] = [:]
        while let tail = rest.firstMatch(of: #/ \[(\w+)(?: ([^\[]*))?\]$/#) {
            told[String(tail.1)] = tail.2.map(String.init) ?? ""
            rest.removeSubrange(tail.range)
        }
        result?.text = rest
        return .chat(
            rest, system: told["system"], model: told["model"] ?? "m",
            tools: told["tools"].map { $0.split(separator: " ").map(String.init) } ?? [],
            results: result.map { [$0] } ?? [], json: try told["json"].map { try JSONValue(parsing: $0) } ?? [:],
            isStream: told["stream"] != nil)
    }

    private static func lines(of outcome: Script.Outcome) -> [String] {
        switch outcome {
        case .noMatch: ["< no match"]
        case .reply(.failure(let failure)): ["< error \(failure.status) \(failure.message)"]
        case .reply(.answer(let answer, _)):
            answer.parts.flatMap { part -> [String] in
                switch part {
                case .text(let text): text.split(separator: "\n").map { "< \($0)" }
                case .refusal(let text): ["< refusal \(text)"]
                case .thinking: []
                case .toolCall(let call): ["< call \(call.name) \(call.arguments)"]
                }
            }
        }
    }
}
