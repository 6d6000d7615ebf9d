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

    func run() async throws {
        let folder = FileManager.default.currentDirectoryPath + "/.understudy/shim/" + PythonShim.version
        try PythonShim.write(into: folder)
        Console.print(folder)
    }
}
