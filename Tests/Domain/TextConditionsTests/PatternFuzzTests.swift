import TestSupport
import Testing
import TextConditions

@Suite struct PatternFuzzTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func randomSourcesCompileOrAreRefused(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let parts = [
            "a", "(", ")", "[", "]", "{", "}", "*", "+", "?", "|", "^", "$", ".", "\\", "\\d", "\\b", "(?", "<n>", "é",
            "2", ",", "-", ":", "!", "=", "#", "\\p{", "\\k<n>", "\\1", "\\Q", "\\E", "(?i)", "\n", " ",
        ]
        for _ in 0..<400 {
            let source = (0..<Int.random(in: 1..<10, using: &random)).map { _ in
                parts.randomElement(using: &random) ?? ""
            }.joined()
            guard let pattern = try? Pattern(source) else { continue }
            _ = pattern.firstRange(in: "a2é")
        }
    }
}
