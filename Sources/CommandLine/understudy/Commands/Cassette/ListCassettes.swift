import ArgumentParser
import Cassettes
import Documents
import ProjectFiles
import Reports

struct ListCassettes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the cassettes: how large, of which services, recorded when.")

    @Option(help: "How to print them: text or json.")
    var format: OutputFormat = .text

    func run() async throws {
        let project = Project()
        let summaries = try project.cassetteNames.map { name in
            let file = try CassetteFile(path: project.file(of: name))
            return CassetteSummary(name: name, file: file.path, size: file.bytes.count, content: try content(of: file))
        }
        format.print(text: Console.pages.cassettes(summaries), json: JSONReport.cassettes(summaries))
    }

    private func content(of file: CassetteFile) throws -> Result<CassetteSummary.Content, Diagnostics> {
        do {
            return .success(.init(try file.cassette()))
        } catch let error as Diagnostics {
            return .failure(error)
        }
    }
}
