import ArgumentParser

struct CassetteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cassette", abstract: "Look after cassettes.",
        subcommands: [
            ListCassettes.self, ShowCassette.self, CassetteStats.self, VerifyCassettes.self, LintCassettes.self,
            RedactCassette.self,
            RekeyCassette.self, AdoptCassette.self, RebaseCassette.self, PruneCassette.self, MergeCassettes.self,
            ImportCassette.self, ExportCassette.self,
        ])
}
