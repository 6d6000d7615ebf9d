public import Transcripts

/// Which part of a run this machine has, as systems that start many machines say it in the environment.
public enum ShardVariables {
    /// What a system's variables say.
    public struct Found: Sendable, Equatable {
        /// The variables, as they are set: `CI_NODE_INDEX=2 CI_NODE_TOTAL=4`.
        public var source: String
        public var shard: Run.Shard
    }

    public enum Problem: Error, Equatable, CustomStringConvertible {
        /// Variables that are no numbers, or a number beyond the total.
        case unreadable(String, expected: String)
        /// Two systems, with the variables of each.
        case ambiguous([String])

        public var description: String {
            switch self {
            case .unreadable(let source, let expected): "\(source) says no part of a run\n  expected: \(expected)"
            case .ambiguous(let sources):
                "two systems say which part of a run this is: \(sources.joined(separator: ", and "))"
                    + "\n  expected: one of them\n  fix: give --shard INDEX/TOTAL, or --shard none"
            }
        }
    }

    private struct System {
        var index: String
        var total: String
        /// What the first part is called.
        var base: Int
    }

    private static let systems = [
        System(index: "CI_NODE_INDEX", total: "CI_NODE_TOTAL", base: 1),
        System(index: "CIRCLE_NODE_INDEX", total: "CIRCLE_NODE_TOTAL", base: 0),
        System(index: "BUILDKITE_PARALLEL_JOB", total: "BUILDKITE_PARALLEL_JOB_COUNT", base: 0),
        System(index: "SYSTEM_JOBPOSITIONINPHASE", total: "SYSTEM_TOTALJOBSINPHASE", base: 1),
        System(index: "BITBUCKET_PARALLEL_STEP", total: "BITBUCKET_PARALLEL_STEP_COUNT", base: 0),
        System(index: "SEMAPHORE_JOB_INDEX", total: "SEMAPHORE_JOB_COUNT", base: 1),
        System(index: "AWS_BATCH_JOB_ARRAY_INDEX", total: "AWS_BATCH_JOB_ARRAY_SIZE", base: 0),
        System(index: "CLOUD_RUN_TASK_INDEX", total: "CLOUD_RUN_TASK_COUNT", base: 0),
        System(index: "BATCH_TASK_INDEX", total: "BATCH_TASK_COUNT", base: 0),
        System(index: "TEST_SHARD_INDEX", total: "TEST_TOTAL_SHARDS", base: 0),
        System(index: "GTEST_SHARD_INDEX", total: "GTEST_TOTAL_SHARDS", base: 0),
        // Kubernetes sets no total: give it as a variable of the job.
        System(index: "JOB_COMPLETION_INDEX", total: "JOB_COMPLETIONS", base: 0),
        // Of an array without holes that begins with 0.
        System(index: "SLURM_ARRAY_TASK_ID", total: "SLURM_ARRAY_TASK_COUNT", base: 0),
    ]

    /// Reads `INDEX/TOTAL`, counted from 1.
    public static func parse(_ text: String) -> Run.Shard? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let total = parts[1], total >= 1, (1...total).contains(index)
        else { return nil }
        return Run.Shard(index: index, total: total)
    }

    /// `UNDERSTUDY_SHARD` first; else the one system that says something. A system of one part says nothing.
    ///
    /// - Throws: `Problem`.
    public static func read(_ environment: [String: String]) throws(Problem) -> Found? {
        if let own = environment["UNDERSTUDY_SHARD"], !own.isEmpty {
            let source = "UNDERSTUDY_SHARD=\(own)"
            guard let shard = parse(own) else { throw .unreadable(source, expected: "INDEX/TOTAL, such as 1/4") }
            return Found(source: source, shard: shard)
        }
        var found: [Found] = []
        for system in systems {
            guard let index = environment[system.index], let total = environment[system.total] else { continue }
            let source = "\(system.index)=\(index) \(system.total)=\(total)"
            guard let number = Int(index), let count = Int(total), count >= 1,
                (system.base..<system.base + count).contains(number)
            else {
                throw .unreadable(
                    source, expected: "whole numbers, \(system.index) from \(system.base), below the total's end")
            }
            if count > 1 {
                found.append(
                    Found(source: source, shard: Run.Shard(index: number - system.base + 1, total: count)))
            }
        }
        guard found.count < 2 else { throw .ambiguous(found.map(\.source)) }
        return found.first
    }
}
