import Documents
import Scenarios
import TestSupport
import Testing

/// Whatever the bytes: a scenario, or problems with a place inside the file; never a trap.
@Suite struct ScenarioReaderFuzzTests {
    private static let files = [Scenario.sampleFile, Scenario.groupFile, Scenario.pipelineFile]

    @Test(arguments: files)
    func filesCutAtEveryByteAreReadOrRefused(file: String) {
        let bytes = Array(file.utf8)
        for count in 0...bytes.count { check(Array(bytes[..<count])) }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64], files)
    func filesWithRandomEditsAreReadOrRefused(seed: UInt64, file: String) {
        var random = SeededGenerator(seed: seed)
        let original = Array(file.utf8)
        let marks = Array("{}[]:-,#&*!|>'\"%@`\n\t\\ \0~?()".utf8)
        for _ in 0..<250 {
            var bytes = original
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(marks.randomElement(using: &random) ?? 0, at: index)
                default:
                    let end = min(bytes.count, index + Int.random(in: 1...40, using: &random))
                    bytes.insert(contentsOf: bytes[index..<end], at: Int.random(in: 0...bytes.count, using: &random))
                }
            }
            check(bytes)
        }
    }

    private func check(_ bytes: [UInt8]) {
        do {
            _ = try ScenarioReader.read(bytes, file: "s.yaml")
        } catch let error as Diagnostics {
            #expect(!error.all.isEmpty)
            let lineCount = bytes.count { $0 == 0x0A || $0 == 0x0D } + 2
            for problem in error.all {
                let place = problem.place
                #expect(
                    place.map { (1...lineCount).contains($0.line) && $0.column >= 1 } == true,
                    "\(problem) in \(String(decoding: bytes, as: UTF8.self))")
            }
        } catch {
            Issue.record("\(error) in \(String(decoding: bytes, as: UTF8.self))")
        }
    }
}
