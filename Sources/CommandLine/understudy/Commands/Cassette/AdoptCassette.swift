import ArgumentParser
import Cassettes
import ProjectFiles

struct AdoptCassette: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Accept an unfinished recording as the cassette.",
        discussion: "Takes NAME.yaml.recording, without a torn end, in the place of NAME.yaml.")

    @Argument(help: ArgumentHelp("The cassette's name.", valueName: "name"))
    var name: String

    func run() async throws {
        guard let cassette = CassetteName(name.replacing(":", with: "/")) else {
            throw ValidationError("'\(name)' is not a cassette's name\n  expected: \(CassetteName.expected)")
        }
        let file = Project().file(of: cassette)
        let count = try CassetteRecording.adopt(file)
        Console.print("\(file): \(count) \(count == 1 ? "interaction" : "interactions") adopted")
    }
}
