import ArgumentParser
import Cassettes
import Documents
import Reports

struct RedactCassette: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redact",
        abstract: "Take the secrets out of an old cassette, as recording does, and rekey what changes.",
        discussion: """
            Looks for what looks like a credential, for members and fields that hold one, and for the values of this process's \
            variables named ..._KEY, ..._TOKEN or ..._SECRET. Says what it replaced by kind and count, never the values.
            """)

    @OptionGroup var cassette: CassetteArgument

    @Flag(help: "Say what would be replaced, and change nothing.")
    var dryRun = false

    @Option(help: "How to print it: text or json.")
    var format: OutputFormat = .text

    func run() async throws {
        let file = try cassette.file()
        let outcome = try CassetteRedaction.apply(to: file.bytes, file: file.path, literals: .own, beside: file.beside)
        if !dryRun, outcome.edited.bytes != file.bytes { try file.replace(with: outcome.edited) }
        format.print(text: text(outcome, file.path), json: json(outcome, file.path))
        if format == .text { outcome.findings.forEach { Console.complain($0.message) } }
    }

    private func text(_ outcome: CassetteRedaction.Outcome, _ path: String) -> String {
        guard !outcome.counts.isEmpty else { return "\(path): no secrets found" }
        let rekeyed =
            outcome.rekeyed.isEmpty
            ? "" : "; new keys: interaction \(outcome.rekeyed.map(String.init).joined(separator: ", "))"
        return "\(path): \(dryRun ? "would replace" : "replaced") \(outcome.counts.words)\(rekeyed)"
    }

    private func json(_ outcome: CassetteRedaction.Outcome, _ path: String) -> JSONValue {
        [
            "understudy": "cassette-redaction/1", "file": .string(path), "dry_run": .bool(dryRun),
            "replaced": .array(outcome.counts.sorted.map { ["kind": .string($0.kind), "count": .number($0.count)] }),
            "rekeyed": .array(outcome.rekeyed.map { .number($0) }),
            "findings": JSONReport.diagnostics(outcome.findings),
        ]
    }
}
