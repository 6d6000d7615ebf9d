import ArgumentParser
import Foundation
import Scenarios
import TextConditions
import Transcripts

/// Which scenarios of those named are performed, and how often.
struct SelectionOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Only scenarios whose names match (repeatable: all must).", valueName: "regex"))
    var grep: [String] = []

    @Option(help: ArgumentHelp("No scenario whose name matches (repeatable).", valueName: "regex"))
    var grepInvert: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only scenarios with this tag (repeatable: one is enough); '!TAG' leaves those with it out.",
            valueName: "tag"))
    var tag: [String] = []

    @Flag(help: "Only scenarios that failed in the latest run.")
    var lastFailed = false

    @Option(
        name: [.customLong("repeat"), .customLong("repeat-each")],
        help: ArgumentHelp("Perform each scenario so often.", valueName: "n"))
    var repetitions: Int?

    @Option(
        help: ArgumentHelp(
            "Perform one part of all: INDEX/TOTAL, such as 2/4. Left out, what the CI system's variables say; 'none' looks at none.",
            valueName: "part"))
    var shard: String?

    @Flag(help: "Pass when there is nothing to perform.")
    var passWithNoTests = false

    func validate() throws {
        if let repetitions, repetitions < 1 {
            throw ValidationError("--repeat takes a number from 1, not \(repetitions)")
        }
        if let shard, shard != "none", ShardVariables.parse(shard) == nil {
            throw ValidationError("--shard cannot be '\(shard)'\n  expected: INDEX/TOTAL, such as 1/4, or none")
        }
    }

    /// - Parameter names: Of the scenarios that failed in the latest run; asked only where that matters.
    func filter(failed names: () async throws -> Set<String>) async throws -> ScenarioFilter {
        ScenarioFilter(
            patterns: try grep.map { try pattern($0, "--grep") },
            excludedPatterns: try grepInvert.map { try pattern($0, "--grep-invert") }, tags: tag,
            names: lastFailed ? try await names() : nil)
    }

    /// The part that this machine has, and where that is from if no flag says it.
    func part(_ environment: [String: String]) throws -> (shard: Run.Shard, source: String?)? {
        if let shard { return ShardVariables.parse(shard).map { ($0, nil) } }
        do {
            return try ShardVariables.read(environment).map { ($0.shard, $0.source) }
        } catch {
            throw ValidationError("\(error)")
        }
    }

    private func pattern(_ source: String, _ flag: String) throws -> Pattern {
        do {
            return try Pattern(source)
        } catch {
            throw ValidationError("\(flag) '\(source)' is no regular expression: \(error)")
        }
    }
}
