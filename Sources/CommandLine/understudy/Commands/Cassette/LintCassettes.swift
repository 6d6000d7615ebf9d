import ArgumentParser
import Cassettes
import Documents
import ProjectFiles
import Reports

struct LintCassettes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Advise on cassettes that play: what does nothing, what could be shorter, what may never match.",
        discussion: "Exits 0 whatever it finds, with --strict 1 when it finds anything.")

    @OptionGroup var cassettes: CassetteArguments

    @Flag(help: "Exit 1 when anything is found.")
    var strict = false

    @Option(help: "How to print it: text or json.")
    var format: OutputFormat = .text

    func run() async throws {
        let findings = try cassettes.files().flatMap { file in
            try CassetteLint.findings(
                in: file.bytes, file: file.path, beside: file.beside, present: file.beside.digests)
        }
        format.print(
            text: findings.isEmpty ? "nothing to improve" : findings.map { "\($0)\n" }.joined(),
            json: ["understudy": "cassette-lint/1", "findings": JSONReport.diagnostics(findings)])
        if strict, !findings.isEmpty { throw ExitStatus.different }
    }
}
