import ArgumentParser
import Foundation
import Reports

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check what this machine has for sandboxes, ports, files and stored runs.",
        discussion: """
            Exits with 4 when something has failed, each with a fix; what is only lacking (a language, a library, control \
            groups) is no failure.
            """)

    @Option(help: "How to print them: text or json.")
    var format: OutputFormat = .text

    @Option(
        help: ArgumentHelp("The Python to look at, as for 'understudy sandbox'.", valueName: "file"),
        completion: .file())
    var python: String?

    @OptionGroup var storage: StoreOptions

    func run() async throws {
        let checkup = Checkup(
            path: ProcessInfo.processInfo.environment["PATH"] ?? "", python: python,
            folder: FileManager.default.currentDirectoryPath, store: storage.store)
        let checks = await checkup.checks()
        format.print(text: Console.pages.machine(checks), json: JSONReport.machine(checks))
        if checks.contains(where: { $0.state == .failed }) { throw ExitStatus.worldFailed }
    }
}
