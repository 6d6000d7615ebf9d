import ArgumentParser
import Cassettes
import Documents
import ProjectFiles
import ScenarioRunning
import Scripts

struct ScriptFromCassette: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "from", abstract: "Turn a recording's answers of models into a script, to be edited.",
        discussion: """
            A rule answers what was asked with the same last message of the same model. Played as it is, the script answers the \
            recording's own requests as the recording does. What ran in sandboxes is not part of it.
            """)

    @OptionGroup var cassette: CassetteArgument

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The script's file; it must not be there yet. Standard output unless given.", valueName: "file"),
        completion: .file())
    var output: String?

    func run() async throws {
        let file = try cassette.file()
        let recording = try file.cassette()
        let draft = try ScriptDraft(recording)
        guard !draft.script.rules.isEmpty else {
            throw Diagnostics([
                Diagnostic(
                    file: file.path, "no interaction of this cassette is a model's answer that a script could give",
                    expected: "a recording of openai, azure, anthropic or gemini")
            ])
        }
        for (number, reason) in draft.leftOut {
            Console.complain("note: interaction \(number) is left out: \(reason)")
        }
        let text = ScriptWriter.text(
            of: draft.script,
            comment: [
                "From the cassette \(recording.header.name), by understudy \(Understudy.version).",
                "Rules are tried in order; docs/scripts.md tells what they may say.",
            ])
        guard let output else { return Console.print(text) }
        guard !Project().exists(output) else {
            throw ValidationError("\(output) is there already, maybe edited\n  fix: name another file, or remove it")
        }
        try Project().replace(output, with: Array(text.utf8))
        let count = draft.script.rules.count
        Console.print("\(output): \(count) \(count == 1 ? "rule" : "rules")")
    }
}
