import ArgumentParser

struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Look after the file with the stored runs.",
        subcommands: [
            CheckStore.self, BackUpStore.self, SweepStore.self, VacuumStore.self, ExportStore.self, ImportStore.self,
        ])
}
