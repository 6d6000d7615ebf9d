import ArgumentParser
import Cassettes
import Foundation
import ProjectFiles
import Responders

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
        if verbose, quiet { throw ValidationError("--verbose and --quiet exclude each other") }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let playbill = Playbill(
            mode: modes.mode ?? .replay, usedUp: modes.usedUp ?? .error, pace: modes.pace, cassette: cassette,
            requiresAllPlayed: allPlayed,
            upstreams: try modes.upstreams(environment), script: try modes.readScript(Project()), storage: storage,
            label: label,
            report: RunReport(
                format: format, isVerbose: verbose, isQuiet: quiet, reporters: try reporterOptions.reporters),
            requiresFresh: modes.requireFresh)
        let paths = paths
        if try await !interruptible({ try await playbill.perform(paths) }) { throw ExitStatus.different }
    }
}
