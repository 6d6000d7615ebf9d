import ArgumentParser
import Foundation
import ProjectFiles
import TranscriptStore
import Transcripts

struct ExportStore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write stored runs as JSON lines: a run, then each of its attempts, whole.",
        discussion: """
            Stores with the same runs give the same bytes, however they came to have them. 'understudy store import' reads it.
            """)

    @Argument(help: ArgumentHelp("The file; - for standard output.", valueName: "file"))
    var file: String

    @Option(name: .customLong("run"), help: ArgumentHelp("Only this run; may be repeated.", valueName: "run"))
    var names: [String] = []

    @OptionGroup var storage: StoreOptions

    func run() async throws {
        let store = try storage.open(for: .reading)
        var runs: [Run] = []
        for name in names { runs.append(try await store.run(named: name)) }
        // One that is put together from parts is exported as these.
        let chosen = Set(runs.flatMap(\.storedIDs))
        runs = try await store.runs().map(\.run).filter { names.isEmpty || chosen.contains($0.id) }.reversed()
        if file == "-" {
            try await store.export(runs) { Console.print($0.text) }
        } else {
            let text = try LineFile(replacing: file)
            try await store.export(runs) { try text.add($0.text) }
            try text.finish()
        }
    }
}
