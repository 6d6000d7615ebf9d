import ArgumentParser
import Reports
import TranscriptStore
import Transcripts

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write a stored run to files: a page to read, JUnit XML, Markdown, JSON.",
        discussion: """
            The page opens from the disk, in any browser, and asks nobody for anything. With --against it also shows each \
            scenario side by side with that run.
            """)

    @Argument(help: ArgumentHelp("The run: latest, latest~1, #label, @branch, plan:ID, or the first digits of its id."))
    var run = "latest"

    @Option(help: ArgumentHelp("Compare with this run.", valueName: "run"))
    var against: String?

    @Option(help: ArgumentHelp("Write a page of HTML.", valueName: "file"), completion: .file())
    var html: String?

    @Option(help: ArgumentHelp("Write JUnit XML.", valueName: "file"), completion: .file())
    var junit: String?

    @Option(help: ArgumentHelp("Write Markdown.", valueName: "file"), completion: .file())
    var markdown: String?

    @Option(help: ArgumentHelp("Write JSON.", valueName: "file"), completion: .file())
    var json: String?

    @Flag(help: "Print annotations for GitHub, and add to the step's summary.")
    var github = false

    @OptionGroup var ruleOptions: DiffRuleOptions

    @OptionGroup var storage: StoreOptions

    private var reporters: [Reporter] {
        let files: [(Reporter.Kind, String?)] = [(.html, html), (.junit, junit), (.markdown, markdown), (.json, json)]
        return files.compactMap { kind, file in file.map { Reporter(kind: kind, file: $0) } }
            + (github ? [Reporter(kind: .github, file: nil)] : [])
    }

    func validate() throws {
        if reporters.isEmpty {
            throw ValidationError("nothing to write\n  expected: --html, --junit, --markdown, --json or --github")
        }
    }

    func run() async throws {
        let store = try storage.open(for: .reading)
        var record = try await store.record(ofRun: run, rules: ruleOptions.rules)
        if let against {
            let other = try await store.record(ofRun: against, rules: ruleOptions.rules)
            (record.against, record.attemptsBefore) = (other.run, other.attempts)
        }
        for reporter in reporters { try reporter.write(record) }
    }
}

extension TranscriptStore {
    /// A run with all its transcripts.
    func record(ofRun name: String, rules: DiffRules = DiffRules()) async throws -> RunRecord {
        let run = try await run(named: name)
        var attempts: [Attempt] = []
        for summary in try await self.attempts(of: run) { attempts.append(try await attempt(summary.id, of: run)) }
        return RunRecord(run: run, attempts: attempts, rules: rules)
    }
}
