public import ArgumentParser
public import Cassettes
import Documents
import ProjectFiles
import Reports

struct VerifyCassettes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read cassettes whole, and check all that can be checked without a network; or ask live again.",
        discussion: """
            Keys, sums, unknown members, contents beside the file, secrets that are still there (by their looks, and the values of \
            this process's variables named ..._KEY, ..._TOKEN or ..._SECRET), torn ends, and the age.

            With --live, a sample of the questions to models is asked again. Answers are identical (but for ids and times), of \
            other wording, of another shape (members, status, finish reason, function calls), or have failed.

            Exits 2 when one is broken, 1 when one has secrets or an answer's shape has drifted, with --strict also when one is \
            torn or too old; 4 when a service cannot be reached.
            """)

    @OptionGroup var cassettes: CassetteArguments

    @Option(
        help: ArgumentHelp(
            "Warn of those that were recorded longer ago: 90d, 12w; else max_age of understudy.yaml.", valueName: "age")
    )
    var maxAge: MaximumAge?

    @Flag(help: "Fail where else a warning is given.")
    var strict = false

    @OptionGroup var check: LiveCheckOptions

    @Option(help: "How to print it: text or json.")
    var format: OutputFormat = .text

    func run() async throws {
        let today = CalendarDay(Identifiers.today())
        let maximum = try maxAge ?? Project().settings().maximumAge
        let files = try cassettes.files()
        let audits = files.map { file in
            let age = maximum.flatMap { age in today.map { (age, $0) } }
            return (
                file,
                CassetteAudit(of: file.bytes, file: file.path, literals: .own, beside: file.beside, maximumAge: age)
            )
        }
        // Nobody is asked for the sake of a cassette that does not play.
        let drift = check.live && audits.allSatisfy(\.1.problems.isEmpty) ? try await check.report(on: files) : nil
        let fine = text(audits) + (drift.map(Console.pages.drift) ?? "")
        if format == .json || !fine.isEmpty { format.print(text: fine, json: json(audits, drift)) }
        let warnings = audits.flatMap { $1.torn + $1.secrets + [$1.age].compactMap(\.self) }
        if format == .text { warnings.forEach { Console.complain("\($0)") } }
        let problems = audits.flatMap { $1.problems }
        guard problems.isEmpty else {
            if format == .text { throw Diagnostics(problems) }
            throw ExitStatus.badInput
        }
        if drift?.missedService ?? false { throw ExitStatus.worldFailed }
        if drift?.hasDrifted ?? false || audits.contains(where: { !$1.secrets.isEmpty })
            || (strict && !warnings.isEmpty)
        {
            throw ExitStatus.different
        }
    }

    private func text(_ audits: [(CassetteFile, CassetteAudit)]) -> String {
        audits.filter { $1.problems.isEmpty }.map { file, audit in
            "\(file.path): \(audit.count) \(audit.count == 1 ? "interaction" : "interactions"), all keys fit\n"
        }.joined()
    }

    private func json(_ audits: [(CassetteFile, CassetteAudit)], _ drift: DriftReport?) -> JSONValue {
        let items = audits.map { file, audit -> JSONValue in
            [
                "file": .string(file.path), "interactions": .number(audit.count),
                "problems": JSONReport.diagnostics(audit.problems),
                "secrets": JSONReport.diagnostics(audit.secrets),
                "warnings": JSONReport.diagnostics(audit.torn + [audit.age].compactMap(\.self)),
            ]
        }
        var object = JSONObject([("understudy", "cassette-verify/1"), ("cassettes", .array(items))])
        object["live"] = drift.map(JSONReport.drift)
        return .object(object)
    }
}

extension MaximumAge: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
