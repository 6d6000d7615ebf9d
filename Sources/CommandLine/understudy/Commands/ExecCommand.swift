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

            Exits with the program's own code if that is not 0, with 1 after a miss, 2 when there is no such program.
            """)

    @Option(
        help: ArgumentHelp("The cassette to play: a name, or a file ending in .yaml.", valueName: "name|file"))
    var cassette: String?

    @Option(help: ArgumentHelp("When all recordings of a request are played: error, last or cycle.", valueName: "what"))
    var usedUp: UsedUp = .error

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
    }

    func run() async throws {
        let project = Project()
        guard let cassette else {
            let names = project.cassetteNames.prefix(5).map(\.text).joined(separator: ", ")
            throw ValidationError(
                "--cassette is missing: a replay needs a cassette\n  expected: --cassette NAME"
                    + (names.isEmpty ? "" : ", such as \(names)"))
        }
        let opened = try project.cassette(named: cassette)
        for warning in opened.warnings { Console.complain("\(warning)") }
        let child = try await child()

        let clock = VirtualClock(start: SystemClock().now)
        let main = SessionKey(opened.header.name)
        let shelf = CassetteShelf(project: project, given: opened)
        let usedUp = usedUp
        let sessions = Sessions(fallback: .cassette(main)) { key in
            let key = key ?? main
            do {
                return Stage.replay(
                    try shelf.cassette(key.cassette), name: "\(key)", usedUp: usedUp, clock: clock,
                    notes: SessionNotes())
            } catch {
                throw Sessions.Refusal("\(error)")
            }
        }
        let subject = opened.header.name.text
        let store = try storage.open(for: .writing)
        let attempts = try await Attempts(store: store, project: project, label: label)
        let program = ProgramRun(
            command: child, subject: subject, key: main.description, sessions: sessions, clock: clock,
            environment: ProcessInfo.processInfo.environment, store: store, run: attempts.run.id)
        let outcome: ProgramRun.Outcome
        do {
            outcome = try await program.perform()
        } catch {
            try await attempts.end(.error)
            throw error
        }
        try await attempts.end(outcome.hasPassed ? .passed : .failed)
        ProgramReport(subject: subject, file: opened.file, isQuiet: quiet).tell(outcome)
        if outcome.exitCode != 0 { Foundation.exit(outcome.exitCode) }
    }

    private func child() async throws -> ChildCommand {
        do {
            return try await ChildCommand(command)
        } catch let error as CommandError where error.isBadInput {
            throw ValidationError("\(error)")
        }
    }
}
