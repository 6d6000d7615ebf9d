import ArgumentParser
import Cassettes
import Foundation
import ProjectFiles
import Responders
import TranscriptStore
import Transcripts

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Replay scenarios from their cassettes, and judge what happens.",
        discussion: """
            Needs no key and no network. A scenario scenarios/P.yaml plays cassettes/P.yaml. Exits 0 when all went as expected, \
            1 after a failed expectation or a miss, 2 for a bad file, 130 when it was interrupted.

            In CI, docs/ci.md: understudy run --shard 2/4 --retries 1 --reporter junit=report.xml
            """)

    @Argument(
        help: ArgumentHelp(
            "Scenario files, folders or names; all of scenarios/ when none is given.", valueName: "path"),
        completion: .scenarios)
    var paths: [String] = []

    @Option(
        help: ArgumentHelp(
            "Play this cassette (a name, or a file ending in .yaml); for one scenario.", valueName: "name|file"),
        completion: .cassettes)
    var cassette: String?

    @OptionGroup var selection: SelectionOptions

    @OptionGroup var performance: PerformanceOptions

    @Flag(help: "Print the names of the scenarios that would be performed, with their tags, and do nothing.")
    var list = false

    @Flag(help: "The same with the cassettes, services, addresses and variables that each needs.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "Go on with a run that was cut short, by the flags that it was started with.", valueName: "run"))
    var resume: String?

    @OptionGroup var modes: ModeOptions

    @Flag(help: "Fail when a recorded request to a model, or a recorded run of code, was not played.")
    var allPlayed = false

    @Option(help: ArgumentHelp("A name for the run: 'diff #label latest' finds it.", valueName: "text"))
    var label: String?

    @Flag(name: .shortAndLong, help: "Print every conversation, not only those that failed.")
    var verbose = false

    @Flag(name: .shortAndLong, help: "Print only failures and the summary.")
    var quiet = false

    @Option(help: "How to print the results: text or json.")
    var format: OutputFormat = .text

    @OptionGroup var reporterOptions: ReporterOptions

    @OptionGroup var storage: StoreOptions

    func validate() throws {
        if modes.onMiss != nil { throw ValidationError("--on-miss is for serve and exec: in a run, every miss fails") }
        if cassette != nil, let mode = modes.mode, mode != .replay {
            throw ValidationError(
                "--cassette names what is replayed; --mode \(mode.rawValue) uses the scenario's own cassette")
        }
        try performance.budget.check(for: modes.mode ?? .replay)
        if verbose, quiet { throw ValidationError("--verbose and --quiet exclude each other") }
    }

    func run() async throws {
        var command = self
        var resumed: Run?
        if let resume {
            let run = try await storage.open(for: .reading).run(named: resume)
            command = try RunCommand.resuming(run)
            command.storage = storage
            resumed = run
        }
        let playbill = try await command.playbill(resuming: resumed)
        let paths = command.paths
        if command.list || command.dryRun {
            try playbill.list(paths, format: command.format, isDetailed: command.dryRun)
            return
        }
        if try await !interruptible({ try await playbill.perform(paths) }) { throw ExitStatus.different }
    }

    /// The command that a stored run was started by.
    private static func resuming(_ run: Run) throws -> RunCommand {
        guard run.arguments.first == configuration.commandName, run.plan != nil, run.parts.isEmpty else {
            throw ValidationError("run \(run.id) was not started by 'understudy run'")
        }
        guard run.status != .passed, run.status != .failed else {
            throw ValidationError("run \(run.id) has ended\n  expected: a run that was cut short")
        }
        return try RunCommand.parse(Array(run.arguments.dropFirst()))
    }

    private func playbill(resuming resumed: Run?) async throws -> Playbill {
        let environment = ProcessInfo.processInfo.environment
        let mode = modes.mode ?? .replay
        let part = try selection.part(environment)
        return Playbill(
            mode: mode, usedUp: modes.usedUp ?? .error, pace: modes.pace, cassette: cassette,
            requiresAllPlayed: allPlayed,
            upstreams: try modes.upstreams(environment), script: try modes.readScript(Project()), storage: storage,
            label: label,
            report: RunReport(
                format: format, isVerbose: verbose, isQuiet: quiet, reporters: try reporterOptions.reporters,
                failsOnFlaky: performance.failOnFlaky),
            requiresFresh: modes.requireFresh,
            selection: Playbill.Selection(
                filter: try await selection.filter(failed: { try await failedScenarios() }),
                repetitions: selection.repetitions, shard: part?.shard, shardSource: part?.source,
                mayBeEmpty: selection.passWithNoTests, resumed: resumed),
            terms: Playbill.Terms(
                jobs: performance.jobs ?? (mode == .replay ? ProcessInfo.processInfo.activeProcessorCount : 1),
                retries: performance.retries, failureLimit: performance.failureLimit, timeout: performance.timeout,
                seed: performance.seed, isRepeatable: performance.verifyDeterminism,
                budget: performance.budget.budget, allowsCommands: performance.allowCommands))
    }

    /// Of the latest run that performed scenarios.
    private func failedScenarios() async throws -> Set<String> {
        let store = try storage.open(for: .reading)
        let run = try await store.run(named: "latest")
        let bad = try await store.attempts(of: run).filter { ![.passed, .skipped].contains($0.outcome.status) }
        return Set(bad.map(\.scenario))
    }
}
