import ArgumentParser
import Cassettes
import Documents
import ProjectFiles
import Reports
import Responders
import TranscriptStore

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Replay scenarios, and compare what happens with what was accepted.",
        discussion: """
            Performs scenarios as 'run' does, and compares each transcript with the nearest variant of its baseline, \
            scenarios/P.baseline.yaml. What is suspicious (something else was done) comes first, then what is expected (the \
            same in other words). What differs is left for 'understudy review'; with CI=true nothing is written.

            Exits 0 when all is as accepted, 1 when something differs or a scenario failed, 2 for a bad file.

            Example: understudy check --require-baselines --reporter junit=report.xml
            """)

    @Argument(
        help: ArgumentHelp(
            "Scenario files, folders or names; all of scenarios/ when none is given.", valueName: "path"),
        completion: .scenarios)
    var paths: [String] = []

    @Flag(help: "Fail when a scenario has no baseline.")
    var requireBaselines = false

    @Option(help: ArgumentHelp("A name for the run.", valueName: "text"))
    var label: String?

    @Option(help: "How to print the results: text or json.")
    var format: OutputFormat = .text

    @OptionGroup var reporterOptions: ReporterOptions

    @OptionGroup var storage: StoreOptions

    func run() async throws {
        let reporters = try reporterOptions.reporters
        // A bad baseline is told before anything is performed.
        let shelf = BaselineShelf()
        let standard = try Standard(reading: shelf.project.baselineFiles.map(\.baseline))
        let report = RunReport(format: format, isVerbose: false, isQuiet: true, keepsRecord: true)
        var playbill = Playbill(
            mode: .replay, usedUp: .error, pace: nil, cassette: nil, requiresAllPlayed: false,
            upstreams: try ModeOptions.parse([]).upstreams([:]), script: nil, storage: storage, label: label,
            report: report)
        playbill.standard = standard
        let (paths, performer) = (paths, playbill)
        let hasPassed = try await interruptible { try await performer.perform(paths) }
        guard let run = report.record else { preconditionFailure("a run that has ended has a record") }
        let check = try Check(
            run, by: standard, isWhole: paths.isEmpty, requiresBaselines: requireBaselines,
            writes: !BaselineShelf.isReadOnly)
        format.print(text: Console.pages.check(check.record), json: JSONReport.check(check.record))
        for reporter in reporters { try reporter.write(check.run) }
        if !hasPassed || !check.record.hasPassed { throw ExitStatus.different }
    }
}
