import ArgumentParser
import Foundation
import Reports
import TranscriptStore
import Transcripts

struct MergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Put stored runs together: all that other stores have and this one lacks.",
        discussion: """
            Order and repetition do not matter. Parts of a run (run --shard) become one that is named plan:ID in show, report, \
            diff and wherever else a run is named; missing and repeated parts are warned of. With --require-all it exits 1 when \
            a part is missing or did not come to an end.

            Example: understudy merge parts/*.sqlite --require-all
            """)

    @Argument(help: ArgumentHelp("The stores to take from.", valueName: "file"))
    var sources: [String]

    @Flag(help: "Exit 1 unless each part of each run is there and has ended.")
    var requireAll = false

    @Option(help: "How to print it: text or json.")
    var format: OutputFormat = .text

    @OptionGroup var storage: StoreOptions

    func run() async throws {
        // All of them first: a file that is none leaves the target as it was.
        let others = try sources.filter { !isTarget($0) }.map { file in
            var other = storage
            other.store = file
            return (file: file, store: try other.open(for: .borrowing))
        }
        for file in sources where isTarget(file) { Console.complain("note: \(file) is the store itself") }
        let target = try storage.open(for: .writing)
        var record = MergeRecord(sources: [], runs: [])
        var plans: Set<String> = []
        for (file, store) in others {
            record.sources.append((file, try await target.merge(store)))
            plans.formUnion(try await store.dividedRuns().map(\.plan))
        }
        record.runs = try await target.dividedRuns().filter { plans.contains($0.plan) }
        format.print(text: Console.pages.merge(record), json: JSONReport.merge(record))
        for warning in record.warnings { Console.complain("warning: " + warning) }
        if requireAll, !record.isComplete { throw ExitStatus.different }
    }

    private func isTarget(_ file: String) -> Bool {
        func place(_ path: String) -> String { URL(filePath: path).resolvingSymlinksInPath().path }
        return place(file) == place(storage.store)
    }
}
