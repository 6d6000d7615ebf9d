import ArgumentParser
import Cassettes
import Foundation
import Processes
import ProjectFiles
import Responders
import TranscriptStore
import Transcripts

struct ExecCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run a program against a cassette, and store what it asked and what it ran.",
        discussion: """
            The program runs here, as it is, on this terminal. Its environment leads its clients to a port of this machine, \
            with a session key instead of real ones. What it asked of models and sandboxes is stored as a run: \
            'understudy show' prints it, 'understudy diff latest~1 latest' compares it with the one before.

            With --mode record, once or new, live services are asked behind the same port, and what passes is recorded; it \
            takes its place when the program has exited with 0.

            Exits with the program's own code if that is not 0, with 1 after a miss, 2 when there is no such program.
            """)

    @Option(
        help: ArgumentHelp("The cassette to play: a name, or a file ending in .yaml.", valueName: "name|file"),
        completion: .cassettes)
    var cassette: String?

    @OptionGroup var modes: ModeOptions

    @OptionGroup var budget: BudgetOptions

    @OptionGroup var faults: FaultOptions

    @Option(help: ArgumentHelp("A name for the run: 'diff #label latest' finds it.", valueName: "text"))
    var label: String?

    @Flag(name: .shortAndLong, help: "Say nothing unless something went wrong.")
    var quiet = false

    @OptionGroup var storage: StoreOptions

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("After --: the program and its arguments.", valueName: "command"))
    var command: [String] = []

    func validate() throws {
        if command.isEmpty {
            throw ValidationError("no command\n  expected: understudy exec --cassette NAME -- COMMAND [ARGUMENT…]")
        }
        try budget.check(for: modes.mode ?? .replay)
    }

    func run() async throws {
        let name = try cassetteName()
        let child = try await child()
        let house = try await House(
            cassette: name, modes: modes, usedUp: modes.usedUp ?? .error, keys: [], faults: try faults.rules(),
            isOneProgram: true,
            onNote: { note, session in
                // A miss gets its card at the end; what a program cannot see is told at once.
                if case .drift = note { House.tell(note, session: session) }
            })
        let store: TranscriptStore
        let attempts: Attempts
        let outcome: ProgramRun.Outcome
        do {
            store = try storage.open(for: .writing)
            attempts = try await Attempts(store: store, project: Project(), label: label)
            let program = WatchedProgram(
                command: child, subject: house.subject, key: house.key.description, sessions: house.sessions,
                clock: house.clock, environment: ProcessInfo.processInfo.environment,
                relay: house.messenger.relay)
            outcome = try await ProgramRun(
                program: program, store: store, run: attempts.run.id, budget: budget.budget
            ).perform()
        } catch {
            _ = try await house.putAway(isComplete: false)
            throw error
        }
        let isRecorded = try await house.putAway(isComplete: outcome.exitCode == 0)
        let hasPassed = outcome.hasPassed && isRecorded
        try await attempts.end(hasPassed ? .passed : .failed)
        ProgramReport(subject: house.subject, file: house.file, isQuiet: quiet).tell(outcome)
        if outcome.exitCode != 0 { throw ExitCode(outcome.exitCode) }
        if !hasPassed { throw ExitStatus.different }
    }

    private func cassetteName() throws -> String {
        if let cassette { return cassette }
        if modes.mode == .script { return ModeOptions.scriptedName }
        let names = Project().cassetteNames.prefix(5).map(\.text).joined(separator: ", ")
        throw ValidationError(
            "--cassette is missing: it names what is played or recorded\n  expected: --cassette NAME"
                + (names.isEmpty ? "" : ", such as \(names)"))
    }

    private func child() async throws -> ChildCommand {
        do {
            return try await ChildCommand(command)
        } catch let error as CommandError where error.isBadInput {
            throw ValidationError("\(error)")
        }
    }
}
