import ArgumentParser
import Documents
import Foundation
import Reports
import ScenarioRunning
import Transcripts

struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two runs or transcripts, scenario by scenario: where does the story change first?",
        discussion: """
            Each side is a run (latest, latest~1, #label, @branch, or the first digits of its id), an attempt \
            (attempt: and the first digits of its id), or a file with a transcript ('understudy show --format json' prints \
            one), '-' being standard input. Exits 0 when they are identical, 1 when they differ, 2 when one is not \
            there or is not a transcript.
            """)

    @Argument(help: ArgumentHelp("The side before.", valueName: "before"))
    var before: String?

    @Argument(help: ArgumentHelp("The side after.", valueName: "after"))
    var after: String?

    @Option(help: ArgumentHelp("Compare this scenario only.", valueName: "name"))
    var scenario: String?

    @Flag(exclusivity: .exclusive, help: "How much to print.")
    var detail = DiffDetailFlag.changes

    @Option(help: "How to print it: text or json.")
    var format: OutputFormat = .text

    @Flag(help: "The same as --format json.")
    var json = false

    @OptionGroup var ruleOptions: DiffRuleOptions

    @Flag(
        help: """
            Compare only what passes between a program and its services: a scenario with the program that it was made from.
            """)
    var wire = false

    @Option(
        help: ArgumentHelp(
            "Compare many pairs: JSON lines of {id, before, after} with a transcript each; '-' reads standard input. Prints "
                + "a line {id, diff} for each.", valueName: "file"), completion: .file())
    var batch: String?

    @Option(help: ArgumentHelp("Open both sides as text in this program: 'meld', 'vimdiff'.", valueName: "command"))
    var tool: String?

    @Flag(help: "Do not page a text that is longer than the terminal.")
    var noPager = false

    @OptionGroup var storage: StoreOptions

    func validate() throws {
        if batch != nil {
            guard before == nil, tool == nil else { throw ValidationError("--batch takes its pairs from the file") }
        } else if before == nil || after == nil {
            throw ValidationError("Missing expected argument '<\(before == nil ? "before" : "after")>'")
        }
    }

    func run() async throws {
        let rules = try ruleOptions.rules
        if let batch {
            guard try DiffBatch(rules: rules).run(batch) else { throw ExitStatus.different }
            return
        }
        var pairs = try await DiffSides(storage: storage, scenario: scenario).pairs(before ?? "", after ?? "")
        if wire { pairs = pairs.map(\.asSeenOnTheWire) }
        if let tool { return try await DiffTool(command: tool).open(pairs) }
        let compared = pairs.map { pair in
            (pair: pair, diff: pair.before.flatMap { a in pair.after.map { b in diff(a, b, by: rules) } })
        }
        let isIdentical = compared.allSatisfy { $0.diff?.isIdentical ?? false }
        if json || format == .json {
            let values = compared.map { pair, diff -> JSONValue in
                diff.map { ["scenario": .string(pair.scenario), "diff": JSONReport.diff($0)] }
                    ?? ["scenario": .string(pair.scenario), "only": .string(pair.before == nil ? "after" : "before")]
            }
            let value: JSONValue = ["identical": .bool(isIdentical), "scenarios": .array(values)]
            Console.print(value.text(in: JSONLayout(.indent2)))
        } else {
            let texts = compared.map { pair, diff in
                diff.map { Console.pages.diff($0, title: pair.scenario, detail.detail) }
                    ?? "\(pair.scenario): only \(pair.before == nil ? "after" : "before")\n"
            }
            try await Pager(isWanted: !noPager).show(texts.joined(separator: detail == .stat ? "" : "\n"))
        }
        if !isIdentical { throw ExitStatus.different }
    }
}

/// The flags for how much of a diff is told.
enum DiffDetailFlag: String, EnumerableFlag {
    case changes, words, turns, stat, first

    static func help(for value: DiffDetailFlag) -> ArgumentHelp? {
        switch value {
        case .changes: "Print every change with both values (the default)."
        case .words: "The same, texts of many lines word by word, too."
        case .turns: "Print a line for each entry."
        case .stat: "Print a line for each scenario."
        case .first: "Print the first divergence only."
        }
    }

    var detail: Terminal.DiffDetail { Terminal.DiffDetail(rawValue: rawValue) ?? .changes }
}

extension DiffSides.Pair {
    fileprivate var asSeenOnTheWire: DiffSides.Pair {
        DiffSides.Pair(
            scenario: scenario, before: before?.asSeenOnTheWire(), after: after?.asSeenOnTheWire())
    }
}
