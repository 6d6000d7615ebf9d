public import ArgumentParser
import Cassettes
import HTTPMessages
import HTTPNetwork
import ProjectFiles
public import Responders

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer programs from a cassette, on a port of this machine.",
        discussion: """
            Prints the variables that point a program at it; in another shell, paste them. In one shell:

              understudy serve --cassette tutorial/two-agent > exports.sh & sleep 1; . ./exports.sh; python agent.py

            The API key selects the cassette and the play position: us-NAME plays cassette NAME (with ':' for '/'), \
            us-NAME.W3 has a position of its own. It runs until it is interrupted, and exits 1 if there was a miss.
            """)

    @Option(
        help: ArgumentHelp(
            "The cassette for keys that name none: a name, or a file ending in .yaml.", valueName: "name|file"))
    var cassette: String

    @Option(help: ArgumentHelp("When all recordings of a request are played: error, last or cycle.", valueName: "what"))
    var usedUp: UsedUp = .cycle

    @OptionGroup var address: ServerOptions

    func run() async throws {
        let project = Project()
        let opened = try project.cassette(named: cassette)
        for warning in opened.warnings { Console.complain("\(warning)") }
        let shelf = CassetteShelf(project: project, given: opened)
        let usedUp = usedUp
        let main = SessionKey(opened.header.name)
        let sessions = Sessions(fallback: .cassette(main), acceptedKeys: address.acceptedKeys) { key in
            let key = key ?? main
            let notes = SessionNotes { note in ServeCommand.tell(note, session: "\(key)") }
            do {
                return Stage.replay(
                    try shelf.cassette(key.cassette), name: "\(key)", usedUp: usedUp,
                    clock: VirtualClock(start: SystemClock().now), notes: notes)
            } catch {
                throw Sessions.Refusal("\(error)")
            }
        }
        try await address.serve(sessions, llmKey: main.description, hopxKey: main.description)
        let misses = sessions.all.flatMap(\.notes.misses).count
        let broken = sessions.all.flatMap(\.notes.broken).count
        if misses + broken > 0 {
            Console.complain(
                "\(misses) \(misses == 1 ? "miss" : "misses")" + (broken > 0 ? ", \(broken) unplayable recordings" : "")
            )
            throw ExitStatus.different
        }
    }

    private static func tell(_ note: SessionNotes.Note, session: String) {
        switch note {
        case .miss(let miss):
            Console.complain("miss in \(session): \(miss.headline)\n  " + miss.details.joined(separator: "\n  "))
        case .startedOver:
            Console.complain("note: session \(session) starts over: its recordings are played again from the first")
        case .broken(let text): Console.complain(text)
        }
    }
}

extension UsedUp: ExpressibleByArgument {}
