import ArgumentParser
import Foundation
import ProjectFiles

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Begin a project: a scenario that passes, settings, and files for git and pytest.",
        discussion: """
            Needs no key and no network: the scenario's cassette is recorded from its own script. Nothing that is there is \
            written over; a second run says what is there.
            """)

    @Argument(
        help: ArgumentHelp("Where; this folder unless given. It is made if it is not there.", valueName: "folder"))
    var folder: String?

    @Flag(help: "Say what would be written, and write nothing.")
    var dryRun = false

    /// The folder as the user typed it, but for a slash at its end; empty for the current one.
    private var place: String {
        guard let folder, folder != "." else { return "" }
        return folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    }

    func validate() throws {
        var isFolder: ObjCBool = false
        if folder == "" { throw ValidationError("the folder has no name\n  expected: a folder") }
        if FileManager.default.fileExists(atPath: place, isDirectory: &isFolder), !isFolder.boolValue {
            throw ValidationError("'\(place)' is a file\n  expected: a folder")
        }
    }

    func run() async throws {
        let project = Project(folder: place)
        for file in Starter.files { try add(file, to: project) }
        try await recordCassette(in: project)
        if !dryRun { tellNext() }
    }

    private func add(_ file: Starter.File, to project: Project) throws {
        let path = project.place(of: file.path)
        switch try project.add(file, isRehearsal: dryRun) {
        case .written: tell(dryRun ? "would write" : "wrote", path, file.purpose)
        case .kept(lacking: []): tell("kept", path, "it was there")
        case .kept(let lines):
            tell("kept", path, "it was there, and lacks:")
            for line in lines { Console.print("    \(line)") }
        }
    }

    /// Performs the scenario as its owner would; a scenario of theirs is left alone.
    private func recordCassette(in project: Project) async throws {
        let cassette = project.place(of: "cassettes/\(Starter.scenarioName).yaml")
        let scenario = project.place(of: Starter.scenario.path)
        if project.exists(cassette) {
            tell("kept", cassette, "it was there")
        } else if project.exists(scenario), try project.read(scenario) != Array(Starter.scenario.text.utf8) {
            tell("no", cassette, "record it: understudy record \(Starter.scenarioName)")
        } else if dryRun {
            tell("would record", cassette, "what the scenario's script says")
        } else {
            if !place.isEmpty, !FileManager.default.changeCurrentDirectoryPath(place) {
                throw FileError("go into", place, cause: "it is no folder that can be entered")
            }
            try await RecordCommand.parse([Starter.scenarioName, "--upstream", "openai=script"]).run()
        }
    }

    private func tell(_ what: String, _ path: String, _ about: String) {
        let start = "\(what) \(path)"
        let width = place.count + (dryRun ? 36 : 30)
        Console.print(start.padding(toLength: max(width, start.count), withPad: " ", startingAt: 0) + "  \(about)")
    }

    private func tellNext() {
        Console.print(
            """

            next:
            \(place.isEmpty ? "" : "  cd \(place)\n")\
              understudy run --verbose        plays the scenario from its cassette
              understudy record hello         asks the live model, with OPENAI_API_KEY set
              understudy exec --cassette my-agent --mode record -- python my_agent.py
                                              records a program of yours; without --mode it is played
            in each clone of a git repository, for merges of cassettes:
            \(Starter.mergeCommands.map { "  \($0)" }.joined(separator: "\n"))
            """)
    }
}
