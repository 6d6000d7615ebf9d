import Documents
import Foundation
import Scenarios
import Testing

/// The documents that describe the format, read by the format's reader.
@Suite struct ScenarioFormatDocumentTests {
    let document: String

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        document = try ["scenario-format", "expectations"].map {
            try String(contentsOf: root.appending(path: "docs/\($0).md"), encoding: .utf8)
        }.joined()
    }

    @Test func everyExampleIsAScenario() throws {
        let blocks = document.components(separatedBy: "```yaml\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
        #expect(blocks.count == 8)
        for block in blocks {
            #expect(throws: Never.self) {
                try ScenarioReader.readAll(Array(block.utf8), file: "docs/scenario-format.md")
            }
        }
    }

    /// An unknown key makes the reader say which keys it knows: each of them must be in the document.
    @Test(arguments: [
        ("name: primes", "name: primes\nzzzz: 1"), ("kind: assistant", "kind: assistant\n    zzzz: 1"),
        ("{kind: hopx,", "{zzzz: 1, kind: hopx,"), ("{ends_with:", "{zzzz: 1, ends_with:"),
        ("  two_agent:", "  zzzz: 1\n  two_agent:"), ("max_turns: 6", "max_turns: 6\n    zzzz: 1"),
        ("  rules:", "  zzzz: 1\n  rules:"),
        ("exit_code: 0", "zzzz: 0"),
        ("{by:", "{zzzz: 1, by:"), ("{at_most: 6", "{zzzz: 1, at_most: 6"), ("{cause:", "{zzzz: 1, cause:"),
        ("cause: termination_message", "cause: zzzz"), ("kind: assistant", "kind: zzzz"),
        ("{kind: hopx", "{kind: zzzz"),
    ])
    func everyKnownWordIsDocumented(old: String, new: String) throws {
        let range = try #require(Scenario.sampleFile.firstRange(of: old))
        let file = Scenario.sampleFile[..<range.lowerBound] + new + Scenario.sampleFile[range.upperBound...]
        let error = #expect(throws: Diagnostics.self) { try ScenarioReader.read(String(file), file: "s.yaml") }
        let problem = try #require(error?.all.first { $0.message.contains("zzzz") })
        let words = try #require(problem.expected?.wholeMatch(of: /one of (.+)/)?.1).split(separator: ", ")
        #expect(!words.isEmpty)
        for word in words {
            // As a word of its own, or as the key of an inline mapping.
            let isDocumented = ["`\(word)`", "`\(word):", "{\(word): ", ", \(word): "].contains {
                document.contains($0)
            }
            #expect(isDocumented, "\(word) is not documented")
        }
    }
}
