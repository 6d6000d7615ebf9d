import ArgumentParser
import TranscriptStore

struct VacuumStore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vacuum", abstract: "Give the room of what was removed back to the disk.",
        discussion: "Needs as much free room as the file has, for as long as it takes.")

    @OptionGroup var storage: StoreOptions

    func run() async throws {
        let (before, after) = try await storage.open(for: .reading).vacuum()
        Console.print("\(storage.store): \(before) bytes before, \(after) after")
    }
}
