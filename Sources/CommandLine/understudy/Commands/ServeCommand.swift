public import ArgumentParser
import Cassettes
public import Responders

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer programs from a cassette, on a port of this machine.",
        discussion: """
            Prints the variables that point a program at it, to be pasted in another shell; 'understudy exec' does both in \
            one go.

            The API key selects the cassette and the play position: us-NAME plays cassette NAME (with ':' for '/'), \
            us-NAME.W3 has a position of its own. It runs until it is interrupted, and exits 1 if there was a miss.

            With --mode record, once, new or live, live services are asked, and only the printed key is accepted. What is recorded \
            takes its place when the server is ended by an interrupt.
            """)

    @Option(
        help: ArgumentHelp(
            "The cassette for keys that name none: a name, or a file ending in .yaml.", valueName: "name|file"),
        completion: .cassettes)
    var cassette: String?

    @OptionGroup var modes: ModeOptions

    @OptionGroup var faults: FaultOptions

    @OptionGroup var address: ServerOptions

    func validate() throws {
        if cassette == nil, modes.mode != .script {
            throw ValidationError(
                "--cassette is missing: it names what is played or recorded\n  expected: --cassette NAME, or --mode script"
            )
        }
    }

    func run() async throws {
        let house = try await House(
            cassette: cassette ?? ModeOptions.scriptedName, modes: modes, usedUp: modes.usedUp ?? .cycle,
            keys: Set(address.keys), faults: try faults.rules(),
            onNote: { House.tell($0, session: $1) })
        let key = house.key.description
        do {
            try await address.serve(
                house.sessions, llmKey: key, hopxKey: key, relay: house.messenger.relay)
        } catch {
            _ = try await house.close(isComplete: false)
            throw error
        }
        // Ended by a signal, which is how a recording says that it is complete.
        if try await !house.close(isComplete: true) { throw ExitStatus.different }
    }
}

extension UsedUp: ExpressibleByArgument {}
