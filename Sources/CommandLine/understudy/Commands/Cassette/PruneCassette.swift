import ArgumentParser
import Cassettes
import Foundation
import ProjectFiles

struct PruneCassette: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Take out the interactions that were not played.",
        discussion:
            "What stays says what it said before: a request that was written as a change of one that goes is written anew."
    )

    @OptionGroup var cassette: CassetteArgument

    @Option(
        help: ArgumentHelp(
            "A file with the numbers of those that were played; - for standard input.", valueName: "file|-"))
    var played: String?

    @Option(help: ArgumentHelp("The numbers of those that stay.", valueName: "n,n"))
    var keep: String?

    @Flag(help: "Say what would go, and change nothing.")
    var dryRun = false

    func validate() throws {
        guard (played == nil) != (keep == nil) else {
            throw ValidationError("prune needs to know what stays\n  expected: --played FILE or --keep N,N")
        }
    }

    func run() async throws {
        let file = try cassette.file()
        let outcome = try CassettePruning.apply(
            to: file.bytes, file: file.path, keeping: try numbers(), beside: file.beside)
        if !dryRun, !outcome.dropped.isEmpty { try file.replace(with: outcome.edited) }
        func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ", ") }
        guard !outcome.dropped.isEmpty else { return Console.print("\(file.path): all of it stays") }
        let rewritten = outcome.rewritten.isEmpty ? "" : "; written anew: \(list(outcome.rewritten))"
        Console.print(
            "\(file.path): \(dryRun ? "would take out" : "took out") interaction \(list(outcome.dropped))\(rewritten)")
    }

    /// Numbers with anything but digits between them.
    private func numbers() throws -> Set<Int> {
        let text: String
        if let keep {
            text = keep
        } else if played == "-" {
            text = String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
        } else {
            text = String(decoding: try Project().read(played ?? ""), as: UTF8.self)
        }
        let words = text.split { !$0.isLetter && !$0.isNumber }
        return Set(
            try words.map { word in
                guard let number = Int(word) else {
                    throw ValidationError(
                        "'\(word)' is not the number of an interaction\n  expected: numbers, such as 1, 2, 5")
                }
                return number
            })
    }
}
