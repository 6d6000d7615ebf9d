import ArgumentParser
import Cassettes
import ProjectFiles
import Reports
import Responders
import ScenarioRunning
import Scenarios
import TranscriptStore
import Transcripts

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Replay scenarios from their cassettes, and judge what happens.",
        discussion: """
            Needs no key and no network. A scenario scenarios/P.yaml plays cassettes/P.yaml. Exits 0 when all went as expected, \
            1 after a failed expectation or a miss, 2 for a bad file.
            """)

    @Argument(
        help: ArgumentHelp("Scenario files, folders or names; all of scenarios/ when none is given.", valueName: "path")
    )
    var paths: [String] = []

    @Option(
        help: ArgumentHelp(
            "Play this cassette (a name, or a file ending in .yaml); for one scenario.", valueName: "name|file"))
    var cassette: String?

    @Option(help: ArgumentHelp("When all recordings of a request are played: error, last or cycle.", valueName: "what"))
    var usedUp: UsedUp = .error

    @Option(help: ArgumentHelp("A name for the run: 'diff #label latest' finds it.", valueName: "text"))
    var label: String?

    @Flag(name: .shortAndLong, help: "Print every conversation, not only those that failed.")
    var verbose = false

    @Flag(name: .shortAndLong, help: "Print only failures and the summary.")
    var quiet = false

    @Option(help: "How to print the results: text or json.")
    var format: OutputFormat = .text

    @OptionGroup var storage: StoreOptions

    func validate() throws {
        if verbose, quiet { throw ValidationError("--verbose and --quiet exclude each other") }
    }

    func run() async throws {
        let project = Project()
        let files = ScenarioFiles(project: project)
        let scenarios = try files.read(paths)
        if cassette != nil, scenarios.count != 1 {
            throw ValidationError("--cassette is for one scenario, and \(scenarios.count) are named")
        }
        let cassettes = try files.cassettes(of: scenarios, given: cassette)
        let attempts = try await Attempts(store: storage.open(for: .writing), project: project, label: label)
        let report = RunReport(format: format, isVerbose: verbose, isQuiet: quiet)
        do {
            for (scenario, cassette) in zip(scenarios, cassettes) {
                let key = files.key(of: scenario)
                report.started(key)
                report.ended(key, scenario, try await replay(scenario, key, cassette, attempts))
            }
        } catch {
            try await attempts.end(.error)
            throw error
        }
        try await attempts.end(report.hasPassed ? .passed : .failed)
        try await report.summarize(attempts)
        if !report.hasPassed { throw ExitStatus.different }
    }

    private func replay(
        _ scenario: Scenario, _ key: String, _ cassette: Cassette, _ attempts: Attempts
    ) async throws -> Attempts.Judged {
        let clock = VirtualClock(start: VirtualClock.fixedStart)
        let session = Stage.replay(cassette, name: key, usedUp: usedUp, clock: clock, notes: SessionNotes())
        let sessionKey = SessionKey(cassette.header.name).description
        return try await attempts.perform(
            scenario, key: key, session: session, keys: Rehearsal.Keys(llm: sessionKey, hopx: sessionKey), clock: clock
        ) { _ in }
    }
}
