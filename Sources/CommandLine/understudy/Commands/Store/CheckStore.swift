import ArgumentParser
import Documents
import TranscriptStore

struct CheckStore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Look through the whole file: is all of it there, and as it was stored?",
        discussion: "Exits 1 and names the places when something is wrong.")

    @Option(help: "How to print it: text or json.")
    var format: OutputFormat = .text

    @OptionGroup var storage: StoreOptions

    func run() async throws {
        let problems = try await problems()
        let file = storage.store
        let lines = problems.map { "\(file): \($0.place): \($0.message)" }
        let items = problems.map { problem -> JSONValue in
            ["place": .string(problem.place), "message": .string(problem.message)]
        }
        format.print(
            text: problems.isEmpty ? "\(file) is whole" : lines.joined(separator: "\n"),
            json: ["understudy": "check-store/1", "file": .string(file), "problems": .array(items)])
        if !problems.isEmpty { throw ExitStatus.different }
    }

    /// A file that is too damaged to be opened is a finding, too.
    private func problems() async throws -> [StoreProblem] {
        do {
            return try await storage.open(for: .reading).check()
        } catch let error as TranscriptStoreError {
            guard case .corrupt(let detail) = error.cause else { throw error }
            return [StoreProblem(place: "file", message: detail)]
        }
    }
}
