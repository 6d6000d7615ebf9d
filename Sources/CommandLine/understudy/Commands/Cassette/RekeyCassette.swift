import ArgumentParser
import Cassettes
import ProjectFiles

struct RekeyCassette: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rekey", abstract: "Give every interaction the key of its request, after an edit by hand.")

    @OptionGroup var cassette: CassetteArgument

    func run() async throws {
        let file = try cassette.file()
        let (bytes, count) = try CassetteRekeying.apply(to: file.bytes, file: file.path, beside: file.beside)
        if count > 0 { try Project().replace(file.path, with: bytes) }
        Console.print("\(file.path): \(count) \(count == 1 ? "key" : "keys") changed")
    }
}
