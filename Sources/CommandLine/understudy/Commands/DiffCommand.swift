import ArgumentParser
import Documents
import Reports
import TranscriptStore
import Transcripts

struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two stored runs, scenario by scenario: where does the story change first?",
        discussion: """
            Runs are named latest, latest~1, #label, @branch, or by the first digits of their ids. \
            Exits 0 when they are identical, 1 when they differ, 2 when one is not there.
            """)

    @Argument(help: ArgumentHelp("The run before.", valueName: "before"))
    var before: String

    @Argument(help: ArgumentHelp("The run after.", valueName: "after"))
    var after: String

    @Option(help: "How to print it: text or json.")
    var format: OutputFormat = .text

    @OptionGroup var storage: StoreOptions

    /// One scenario of either run; nil for a run that does not have it.
    private struct Pair {
        let scenario: String
        let before: Attempt?
        let after: Attempt?

        var diff: TranscriptDiff? {
            guard let before, let after else { return nil }
            return Transcripts.diff(before.transcript, after.transcript)
        }
    }

    func run() async throws {
        let store = try storage.open(for: .reading)
        let pairs = try await pairs(in: store)
        var texts: [String] = []
        var values: [JSONValue] = []
        var isIdentical = true
        for pair in pairs {
            if let diff = pair.diff {
                isIdentical = isIdentical && diff.isIdentical
                texts.append(Console.pages.diff(diff, title: pair.scenario))
                values.append(["scenario": .string(pair.scenario), "diff": JSONReport.diff(diff)])
            } else {
                isIdentical = false
                let side = pair.before == nil ? "after" : "before"
                texts.append("\(pair.scenario): only \(side)")
                values.append(["scenario": .string(pair.scenario), "only": .string(side)])
            }
        }
        format.print(
            text: texts.joined(separator: "\n"), json: ["identical": .bool(isIdentical), "scenarios": .array(values)])
        if !isIdentical { throw ExitStatus.different }
    }

    private func pairs(in store: TranscriptStore) async throws -> [Pair] {
        let a = try await attempts(before, store)
        let b = try await attempts(after, store)
        var scenarios: [String] = []
        for name in (a + b).map(\.scenario) where !scenarios.contains(name) { scenarios.append(name) }
        return scenarios.map { name in
            Pair(scenario: name, before: a.last { $0.scenario == name }, after: b.last { $0.scenario == name })
        }
    }

    private func attempts(_ name: String, _ store: TranscriptStore) async throws -> [Attempt] {
        let run = try await store.run(named: name)
        var attempts: [Attempt] = []
        for summary in try await store.attempts(ofRun: run.id) { attempts.append(try await store.attempt(summary.id)) }
        return attempts
    }
}
