import Documents
import Scripts
import TestSupport
import Testing

/// Whatever the bytes: a script, or problems with a place inside the file; never a trap.
@Suite struct ScriptReaderFuzzTests {
    @Test func filesCutAtEveryByteAreReadOrRefused() {
        for file in [Script.sampleFile, Script.codeSampleFile] {
            let bytes = Array(file.utf8)
            for count in 0...bytes.count { check(Array(bytes[..<count])) }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64], [Script.sampleFile, Script.codeSampleFile])
    func filesWithRandomEditsAreReadOrRefused(seed: UInt64, file: String) {
        var random = SeededGenerator(seed: seed)
        let original = Array(file.utf8)
        let marks = Array("{}[]:-,#&*!|>'\"%@`\n\t\\ \0~?()<$/0".utf8)
        for _ in 0..<250 {
            var bytes = original
            for _ in 0...random.int(0...3) {
                let index = random.int(0...bytes.count - 1)
                switch random.int(0...3) {
                case 0: bytes[index] = UInt8(random.int(0...255))
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(random.pick(marks), at: index)
                default:
                    let end = min(bytes.count, index + random.int(1...40))
                    bytes.insert(contentsOf: bytes[index..<end], at: random.int(0...bytes.count))
                }
            }
            check(bytes)
        }
    }

    private func check(_ bytes: [UInt8]) {
        do {
            // What is read can answer, and be written and read again.
            let script = try ScriptReader.read(bytes, file: "s.yaml")
            var cursor = Script.Cursor(script)
            for text in ["failed", "weather in Rome", ""] { _ = cursor.next(for: .chat(text, tools: ["get_weather"])) }
            let again = try ScriptReader.read(ScriptWriter.text(of: script), file: "s.yaml")
            #expect(again.rules.map(\.reply) == script.rules.map(\.reply))
        } catch let error as Diagnostics {
            #expect(!error.all.isEmpty)
            let lineCount = bytes.count { $0 == 0x0A || $0 == 0x0D } + 2
            for problem in error.all {
                #expect(
                    problem.place.map { (1...lineCount).contains($0.line) && $0.column >= 1 } == true,
                    "\(problem) in \(String(decoding: bytes, as: UTF8.self))")
            }
        } catch {
            Issue.record("\(error) in \(String(decoding: bytes, as: UTF8.self))")
        }
    }
}
