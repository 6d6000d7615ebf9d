import ArgumentParser
import Cassettes
import Reports

struct CassetteStats: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Count what is in a cassette: calls, models, tokens, code runs, errors, bytes.")

    @OptionGroup var cassette: CassetteArgument

    @Option(help: "How to print it: text or json.")
    var format: OutputFormat = .text

    func run() async throws {
        let file = try cassette.file()
        let sizes = try Cassette.sizes(of: file.bytes, file: file.path, beside: file.beside)
        let story = try CassetteStory.read(from: file)
        let statistics = CassetteStatistics(story, sizes: sizes)
        format.print(
            text: Console.pages.statistics(statistics, name: story.header.name),
            json: JSONReport.statistics(statistics, name: story.header.name))
    }
}
