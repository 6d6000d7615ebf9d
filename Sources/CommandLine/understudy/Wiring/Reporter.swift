import ArgumentParser
import Documents
import Foundation
import ProjectFiles
import Reports

/// A report beside the one on the terminal: `html=report.html`, `github`.
struct Reporter: Sendable, Equatable {
    enum Kind: String, CaseIterable { case junit, html, markdown, json, github }

    let kind: Kind
    /// Nil for `github`, which has its own places.
    let file: String?

    /// - Parameter text: Reporters separated by commas.
    static func parse(_ text: String) throws -> [Reporter] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let kind = Kind(rawValue: words[0]) else {
                throw ValidationError(
                    "unknown reporter '\(words[0])'\n  expected: junit=FILE, html=FILE, markdown=FILE, json=FILE or github"
                )
            }
            let file = words.dropFirst().first
            if kind == .github, file != nil { throw ValidationError("the reporter github takes no file") }
            if kind != .github, file?.isEmpty ?? true {
                throw ValidationError("the reporter \(kind.rawValue) needs a file\n  expected: \(kind.rawValue)=FILE")
            }
            return Reporter(kind: kind, file: file)
        }
    }

    func write(_ record: RunRecord) throws {
        let text =
            switch kind {
            case .junit: JUnitReport.xml(record)
            case .html: HTMLReport.page(record)
            case .markdown, .github: MarkdownReport.page(record)
            case .json: JSONReport.report(record).text(in: JSONLayout(.indent2)) + "\n"
            }
        if let file {
            try Project().replace(file, with: Array(text.utf8))
            return
        }
        let annotations = GitHubReport.annotations(record)
        if !annotations.isEmpty { Console.print(annotations) }
        if let summary = ProcessInfo.processInfo.environment["GITHUB_STEP_SUMMARY"], !summary.isEmpty {
            try Project().append(text, to: summary)
        }
    }
}

/// `--reporter`, for commands that perform scenarios.
struct ReporterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Also write reports: junit=FILE, html=FILE, markdown=FILE, json=FILE, or github (annotations and the step's "
                + "summary); separated by commas.", valueName: "kind[=file]"))
    var reporter: [String] = []

    func validate() throws { _ = try reporters }

    var reporters: [Reporter] { get throws { try reporter.flatMap(Reporter.parse) } }
}
