import ArgumentParser
import Foundation
import Processes

struct ShimCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shim", abstract: "Make programs reach the fakes that cannot be told where they are.",
        subcommands: [PythonShimCommand.self])
}

struct PythonShimCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "python", abstract: "Print a folder for PYTHONPATH, as 'understudy exec' sets it by itself.",
        discussion: """
            With it, hopx-ai goes where HOPX_BASE_URL says, a variable that it does not read itself:

              export PYTHONPATH="$(understudy shim python)${PYTHONPATH:+:$PYTHONPATH}"

            With UNDERSTUDY_CACHE_FOLDER set to a folder, AutoGen's disk caches are there and not in the program's own.
            """)

    private static var folder: String {
        FileManager.default.currentDirectoryPath + "/.understudy/shim/" + PythonShim.version
    }

    func run() async throws {
        try PythonShim.write(into: PythonShimCommand.folder)
        Console.print(PythonShimCommand.folder)
    }

    /// The folder for a server to print, which serves programs of other languages even where it cannot be written.
    static func prepared() -> String? {
        do {
            try PythonShim.write(into: folder)
            return folder
        } catch {
            Console.complain("warning: PYTHONPATH is not among the variables: \(error)")
            return nil
        }
    }
}
