import ArgumentParser
import Cassettes
import Foundation
import Responders

struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Perform a scenario against live services, and record its cassette.",
        discussion: """
            What passes is appended to NAME.yaml.recording, secrets removed; when the scenario has passed it takes the place of \
            NAME.yaml. Otherwise it stays, and 'cassette adopt NAME' accepts it as it is.

            Without any key: --upstream openai=script --upstream hopx=sandbox
            """)

    @Argument(help: ArgumentHelp("The scenario: a file, or a name.", valueName: "scenario"), completion: .scenarios)
    var scenario: String

    @OptionGroup var live: UpstreamOptions

    @OptionGroup var budget: BudgetOptions

    @Option(help: ArgumentHelp("A name for the run.", valueName: "text"))
    var label: String?

    @Flag(name: .shortAndLong, help: "Print the conversation.")
    var verbose = false

    @OptionGroup var storage: StoreOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let playbill = Playbill(
            mode: .record, usedUp: .error, pace: nil, cassette: nil, requiresAllPlayed: false,
            upstreams: try live.upstreams(in: .record, environment), script: nil,
            storage: storage, label: label,
            report: RunReport(format: .text, isVerbose: verbose, isQuiet: false), isForOne: true,
            terms: Playbill.Terms(budget: budget.budget))
        let paths = [scenario]
        if try await !interruptible({ try await playbill.perform(paths) }) { throw ExitStatus.different }
    }
}
