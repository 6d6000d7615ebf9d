import ArgumentParser
import Cassettes
import Foundation
import ProjectFiles

struct RebaseCassette: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebase",
        abstract: "Keep the answers that --on-miss nearest gave under the requests they were given to.",
        discussion: "Reads NAME.yaml.stale, which the server wrote, and removes it when the cassette has them.")

    @OptionGroup var cassette: CassetteArgument

    @Flag(help: "Say what would be kept, and change nothing.")
    var dryRun = false

    func run() async throws {
        let file = try cassette.file()
        let stale = file.path + ".stale"
        let header = try file.cassette().header
        let answers = try StaleFile.read(try Project().read(stale), file: stale, rules: header.rules)
        let outcome = try CassetteRebasing.apply(answers, to: file.bytes, file: file.path, beside: file.beside)
        if !dryRun {
            try file.replace(with: outcome.edited)
            try Project().remove(stale)
        }
        let kept =
            outcome.added.map { "interaction \($0) added" }
            + outcome.replaced.map { "interaction \($0) has its new request" }
        Console.print("\(file.path): " + (kept.isEmpty ? "it has all of them already" : kept.joined(separator: ", ")))
    }
}
