import Documents
import Foundation
import HTTPMessages
import SessionStand
import Testing

/// The document's examples, sent one after the other to a server that plays `primes`.
@Suite struct ControlDocumentTests {
    private struct Example {
        let method: String
        let target: String
        var headers = Headers()
        var body = ""
        /// The answer that the document shows, if it shows one.
        var answer: JSONValue?
    }

    private static func document(_ name: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        return try String(contentsOf: root.appending(path: "docs/\(name)"), encoding: .utf8)
    }

    private static func examples(in document: String) throws -> [Example] {
        var examples: [Example] = []
        for block in document.matches(of: /```(http|json)\n([^`]*)```/) {
            guard block.1 == "http" else {
                examples[examples.count - 1].answer = try JSONValue(parsing: String(block.2))
                continue
            }
            var lines = block.2.split(separator: "\n", omittingEmptySubsequences: false)[...]
            let first = lines.removeFirst().split(separator: " ")
            var example = Example(method: String(first[0]), target: String(first[1]))
            while let line = lines.first, let field = line.wholeMatch(of: /([a-z-]+): (.+)/) {
                example.headers.add(String(field.1), String(field.2))
                lines.removeFirst()
            }
            example.body = lines.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
            examples.append(example)
        }
        return examples
    }

    @Test func everyExampleAnswersAsItSays() async throws {
        let stand = try SessionStand()
        let examples = try Self.examples(in: Self.document("control-api.md"))
        #expect(examples.count == 10)
        for example in examples {
            let answer = try await stand.ask(example.method, example.target, example.body, headers: example.headers)
            #expect((200...201).contains(answer.status), "\(example.method) \(example.target): \(answer.text)")
            guard let expected = example.answer else { continue }
            #expect(
                answer.json.map(Self.withoutKeys) == expected, "\(example.method) \(example.target): \(answer.text)")
        }
    }

    /// Keys are long and mean nothing to a reader.
    private static func withoutKeys(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            .object(JSONObject(object.members.map { ($0.name, $0.name == "key" ? "KEY" : withoutKeys($0.value)) }))
        case .array(let items): .array(items.map(withoutKeys))
        default: value
        }
    }

    @Test func everyCallIsDocumented() async throws {
        let answer = try await SessionStand().control("GET", "nothing")
        let problem = try #require(answer.json?[JSONPointer(["error", "problems", "0"])])
        let calls = try #require(problem["expected"]?.stringValue).split(separator: ", ")
        #expect(calls.count == 12)
        let document = try Self.document("control-api.md")
        for call in calls { #expect(document.contains("`\(call.replacing("/_understudy/", with: ""))`"), "\(call)") }
    }
}
