public import Transcripts

/// What merging stores came to.
public struct MergeRecord: Sendable {
    /// Each file with what was new in it, in the order given.
    public var sources: [(file: String, counts: MergeCounts)]
    /// Runs in parts that the sources have to do with.
    public var runs: [DividedRun]

    public init(sources: [(file: String, counts: MergeCounts)], runs: [DividedRun]) {
        self.sources = sources
        self.runs = runs
    }

    public var isComplete: Bool { runs.allSatisfy(\.isComplete) }

    /// What a reader has to know of runs whose parts are not each there once; a sentence each.
    public var warnings: [String] {
        runs.flatMap { run -> [String] in
            let total = run.parts.count
            func list(_ numbers: [Int]) -> String {
                "part\(numbers.count == 1 ? "" : "s") \(numbers.map(String.init).joined(separator: ", ")) of \(total)"
            }
            var warnings: [String] = []
            if !run.missing.isEmpty { warnings.append("plan:\(run.plan) lacks \(list(run.missing))") }
            if !run.unfinished.isEmpty {
                warnings.append("plan:\(run.plan): \(list(run.unfinished)) did not come to an end")
            }
            for index in run.repeated {
                let runs = run.parts[index - 1]
                warnings.append(
                    "plan:\(run.plan) has part \(index) of \(total) \(runs.count) times: "
                        + runs.map(\.id).joined(separator: ", ") + "; the first of these, the newest, counts")
            }
            return warnings
        }
    }
}
