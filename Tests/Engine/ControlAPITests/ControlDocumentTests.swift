import Documents
import Foundation
import HTTPMessages
import SessionStand
import Testing

/// The documents' examples, sent one after the other to a server that plays `primes`.
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

    @Test(arguments: [("faults.md", 7), ("control-api.md", 10)])
    func everyExampleAnswersAsItSays(name: String, count: Int) async throws {
        let stand = try SessionStand()
        let examples = try Self.examples(in: Self.document(name))
        #expect(examples.count == count)
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

    /// What the reader knows, the document names.
    @Test func everyMemberOfAFaultIsDocumented() async throws {
        let answer = try await SessionStand().control("POST", "faults", #"{"zzz": 1, "status": 500}"#)
        let problem = try #require(answer.json?[JSONPointer(["error", "problems", "0"])])
        let words = try #require(problem["expected"]?.stringValue?.wholeMatch(of: /one of (.+)/)?.1).split(
            separator: ", ")
        #expect(words.count == 14)
        let document = try Self.document("faults.md")
        for word in words { #expect(document.contains("`\(word)`") || document.contains("`\(word): "), "\(word)") }
    }

    @Test func everyCallIsDocumented() async throws {
        let answer = try await SessionStand().control("GET", "nothing")
        let problem = try #require(answer.json?[JSONPointer(["error", "problems", "0"])])
        let calls = try #require(problem["expected"]?.stringValue).split(separator: ", ")
        #expect(calls.count == 10)
        let document = try Self.document("control-api.md")
        for call in calls { #expect(document.contains("`\(call.replacing("/_understudy/", with: ""))`"), "\(call)") }
    }
}
