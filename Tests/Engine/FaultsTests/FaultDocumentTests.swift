import Documents
import FaultRules
import Foundation
import HTTPMessages
import SessionStand
import Testing

/// The examples of `docs/faults.md`, each section's on a server of its own, and all that they show compared.
@Suite struct FaultDocumentTests {
    /// A fenced block: a request, what it is answered, or a file.
    private struct Block {
        let language: Substring
        let text: String
    }

    /// Status, fields and body as the document shows them.
    private struct Shown {
        let status: Int?
        var headers = Headers()
        let body: String
        let endsInReset: Bool

        init(_ text: String) {
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            if lines.last == "" { lines.removeLast() }
            endsInReset = lines.last == "RESET"
            if endsInReset { lines.removeLast() }
            status = lines.first.flatMap { Int($0.dropFirst("HTTP/1.1 ".count)) }
            var rest = lines.dropFirst()
            while let line = rest.first, let field = line.wholeMatch(of: /([a-z0-9-]+): (.+)/) {
                headers.add(String(field.1), String(field.2))
                rest = rest.dropFirst()
            }
            body = rest.drop { $0.isEmpty }.joined(separator: "\n")
        }
    }

    private static func document() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        return try String(contentsOf: root.appending(path: "docs/faults.md"), encoding: .utf8)
    }

    private static func blocks(in text: some StringProtocol) -> [Block] {
        String(text).matches(of: /(?m)^```([a-z]+)\n((?s:.*?))^```$/).map {
            Block(language: $0.1, text: String($0.2))
        }
    }

    /// Sections by their headings.
    private static func sections() throws -> [(title: String, blocks: [Block])] {
        let document = try document()
        let starts = document.matches(of: /(?m)^##?#? (.+)$/)
        return starts.indices.map { index in
            let end = index + 1 < starts.count ? starts[index + 1].range.lowerBound : document.endIndex
            return (String(starts[index].1), blocks(in: document[starts[index].range.upperBound..<end]))
        }.filter { !$0.blocks.isEmpty }
    }

    @Test func everyExampleDoesWhatItSays() async throws {
        var compared = 0
        for section in try Self.sections() {
            let stand = try SessionStand()
            var answer: Answer?
            // So that waits differ: a client that waits twice as long each time.
            var seconds = 2.0
            for block in section.blocks {
                switch block.language {
                case "http" where block.text.hasPrefix("HTTP/1.1 ") || block.text == "RESET\n":
                    try check(try #require(answer), is: Shown(block.text), in: section.title)
                    compared += 1
                case "http":
                    if !block.text.contains("/_understudy/") {
                        try await stand.control("POST", "clock", #"{"advance_seconds": \#(seconds)}"#)
                        seconds *= 2
                    }
                    answer = try await ask(stand, block.text)
                case "json":
                    let expected = try JSONValue(parsing: block.text)
                    #expect(answer?.json == expected, "\(section.title): \(answer?.text ?? "")")
                    compared += 1
                default: break
                }
            }
        }
        #expect(compared == 27, "a block that nobody compares shows nothing")
    }

    @Test func everyFileIsRead() throws {
        let files = try Self.blocks(in: Self.document()).filter { $0.language == "yaml" }
        #expect(files.count == 2)
        let scenario = try #require(try YAMLReader.read(files[0].text, file: "s.yaml")?["faults"])
        #expect(
            try FaultRule.list(reading: scenario, file: "s.yaml").map(\.name) == [
                "rate_limit", "reset", "server_error",
            ])
        #expect(try FaultRule.list(files[1].text, file: "f.yaml").map(\.name) == ["overloaded", "timeout"])
    }

    /// Every kind has an example, and every member its words.
    @Test func everyKindHasAnExampleAndEveryMemberIsNamed() async throws {
        let document = try Self.document()
        let answer = try await SessionStand().control("POST", "faults", #"{"kind": "zzz", "zzz": 1}"#)
        let problems = try #require(answer.json?[JSONPointer(["error", "problems"])]?.arrayValue)
        let words = problems.compactMap { $0["expected"]?.stringValue?.wholeMatch(of: /one of (.+)/)?.1 }.map {
            $0.split(separator: ", ")
        }
        #expect(words.map(\.count) == [13, 22])
        let examples = Self.blocks(in: document).filter { $0.language == "http" }.map(\.text).joined()
        for kind in words.first ?? [] { #expect(examples.contains(#""kind": "\#(kind)""#), "\(kind)") }
        for word in words.joined() {
            #expect(document.contains("`\(word)`") || document.contains("`\(word): "), "\(word)")
        }
    }

    // MARK: Asking and comparing

    private struct Answer {
        var status: Int?
        var headers: Headers = [:]
        var text = ""
        var isReset = false
        var json: JSONValue? { try? JSONValue(parsing: text) }
    }

    private func ask(_ stand: SessionStand, _ text: String) async throws -> Answer {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        let first = lines.removeFirst().split(separator: " ")
        var headers = Headers()
        while let line = lines.first, let field = line.wholeMatch(of: /([a-z-]+): (.+)/) {
            headers.add(String(field.1), String(field.2))
            lines.removeFirst()
        }
        let body = lines.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
        let response: Response
        do {
            response = try await stand.respond(String(first[0]), String(first[1]), body, headers: headers)
        } catch {
            return Answer(isReset: true)
        }
        var answer = Answer(status: response.status, headers: response.headers)
        var bytes: [UInt8] = []
        switch response.content {
        case .whole(let whole): bytes = whole
        case .stream(let stream):
            for try await part in stream {
                if case .chunk(let chunk) = part { bytes += chunk }
                if case .drop = part { answer.isReset = true }
            }
        case .socket: Issue.record("a socket")
        }
        answer.text = String(decoding: bytes, as: UTF8.self)
        return answer
    }

    private func check(_ answer: Answer, is shown: Shown, in title: String) throws {
        #expect(answer.status == shown.status, "\(title): \(answer.text)")
        #expect(answer.isReset == shown.endsInReset, "\(title)")
        for field in shown.headers.fields {
            #expect(answer.headers[field.name] == field.value, "\(title): \(field.name)")
        }
        if let expected = try? JSONValue(parsing: shown.body) {
            #expect(answer.json == expected, "\(title): \(answer.text)")
        } else {
            let text = answer.text.replacing("\r\n", with: "\n").trimmingCharacters(in: .newlines)
            #expect(text == shown.body.trimmingCharacters(in: .newlines), "\(title)")
        }
    }
}
