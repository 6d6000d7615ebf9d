import ArgumentParser
import Cassettes
import Reports
import ScenarioRunning

struct ShowCassette: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a cassette as a conversation: what each request added, and what was answered.")

    @OptionGroup var cassette: CassetteArgument

    @Option(help: ArgumentHelp("Show this one whole: request, header fields, chunks.", valueName: "number"))
    var interaction: Int?

    @Option(help: "How to print it: text or json.")
    var format: OutputFormat = .text

    func run() async throws {
        let file = try cassette.file()
        let story = try CassetteStory.read(from: file)
        guard let interaction else {
            format.print(text: Console.pages.cassette(story), json: JSONReport.cassette(story))
            return
        }
        guard let scene = story.scenes.first(where: { $0.interaction.number == interaction }) else {
            let numbers = story.scenes.map { String($0.interaction.number) }
            throw ValidationError(
                "\(file.path) has no interaction \(interaction)\n  expected: one of \(numbers.joined(separator: ", "))")
        }
        format.print(text: Console.pages.interaction(scene), json: JSONReport.interaction(scene))
    }
}

extension CassetteStory {
    /// A cassette with what its interactions tell, read as a program's traffic is.
    static func read(from file: CassetteFile) throws -> CassetteStory {
        let cassette = try file.cassette()
        var transcript = WireTranscript(subject: cassette.header.name.text, start: 0, literals: .own)
        return try CassetteStory(cassette) { transcript.add($0.exchange) }
    }
}
