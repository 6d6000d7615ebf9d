import ArgumentParser
import FaultRules
import Foundation
import ProjectFiles

/// What goes wrong on purpose from a server's start.
struct FaultOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Faults that are in force from the start of each session: a file with understudy: faults/1.",
            valueName: "file"), completion: .file())
    var faults: String?

    /// - Throws: `FileError`, and `Diagnostics` with all that is wrong in the file.
    func rules() throws -> [FaultRule] {
        guard let faults else { return [] }
        return try FaultRule.list(String(decoding: try Project().read(faults), as: UTF8.self), file: faults)
    }
}
