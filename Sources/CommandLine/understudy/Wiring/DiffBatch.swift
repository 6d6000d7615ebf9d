import ArgumentParser
import Documents
import Foundation
import ProjectFiles
import Reports
import Transcripts

/// Many pairs of transcripts in one process: JSON lines in, JSON lines out.
struct DiffBatch {
    let rules: DiffRules

    /// - Returns: True when no pair differs.
    func run(_ path: String) throws -> Bool {
        let source = try LineSource(path)
        var isIdentical = true
        var number = 0
        while let line = try source.next() {
            number += 1
            guard line.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) else { continue }
            isIdentical = try tell(compare(line, number, InputFile.name(of: path))) && isIdentical
        }
        return isIdentical
    }

    private func tell(_ compared: (id: JSONValue, diff: TranscriptDiff)) -> Bool {
        let (id, diff) = compared
        Console.print(JSONValue.object(JSONObject([("id", id), ("diff", JSONReport.diff(diff))])).text())
        return diff.isIdentical
    }

    private func compare(_ line: [UInt8], _ number: Int, _ file: String) throws -> (id: JSONValue, diff: TranscriptDiff)
    {
        do {
            let pair = try JSONValue(parsing: line)
            let before = try Transcript(json: pair["before"] ?? .null)
            let after = try Transcript(json: pair["after"] ?? .null)
            return (pair["id"] ?? .number(number), diff(before, after, by: rules))
        } catch {
            throw ValidationError("\(file):\(number): \(error)")
        }
    }
}
