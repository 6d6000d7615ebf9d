import ArgumentParser
import TranscriptStore

struct BackUpStore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the store as it is now to a new file, while others use it.",
        discussion: "The copy is a store itself: --store FILE reads it. A file that is there is never written over.")

    @Argument(help: ArgumentHelp("The new file.", valueName: "file"))
    var file: String

    @OptionGroup var storage: StoreOptions

    func run() async throws {
        try await storage.open(for: .reading).backUp(to: file)
        Console.complain("\(storage.store) is backed up as \(file)")
    }
}
