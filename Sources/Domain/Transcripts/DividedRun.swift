import Digests

/// A run that was performed in parts on several machines: the stored runs of its parts, and the one run that they are together.
///
/// Runs are parts of one when they have the same plan, number of parts, commit, branch and label. Of a part that was
/// performed more than once the newest counts. A run that was not divided is the only part of one.
public struct DividedRun: Sendable, Equatable {
    public let plan: String
    /// Of each part the runs that performed it, the newest first; empty for a part that is missing.
    public let parts: [[Run]]

    /// Counted from 1.
    public var missing: [Int] { numbers { $0.isEmpty } }
    /// Parts whose run has no end, or was stopped; counted from 1.
    public var unfinished: [Int] {
        numbers { runs in runs.first.map { [.unfinished, .interrupted].contains($0.status) } ?? false }
    }
    /// Parts that were performed more than once; counted from 1.
    public var repeated: [Int] { numbers { $0.count > 1 } }
    public var isComplete: Bool { missing.isEmpty && unfinished.isEmpty }

    private func numbers(_ condition: ([Run]) -> Bool) -> [Int] {
        parts.indices.filter { condition(parts[$0]) }.map { $0 + 1 }
    }

    /// All divided runs among some, those that began last first.
    public static func all(in runs: [Run]) -> [DividedRun] {
        struct Key: Hashable {
            let plan: String
            let total: Int
            let commit: String?
            let branch: String?
            let label: String?
        }
        var groups: [Key: [Run]] = [:]
        for run in runs {
            guard let plan = run.plan, run.shard.map({ $0.total > 0 && (1...$0.total).contains($0.index) }) ?? true
            else { continue }
            let key = Key(
                plan: plan, total: run.shard?.total ?? 1, commit: run.gitSHA, branch: run.branch, label: run.label)
            groups[key, default: []].append(run)
        }
        let divided = groups.map { key, runs in
            let newestFirst = runs.sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
            return DividedRun(
                plan: key.plan,
                parts: (1...key.total).map { index in newestFirst.filter { ($0.shard?.index ?? 1) == index } })
        }
        return divided.sorted { a, b in
            let (one, other) = (a.whole, b.whole)
            return (one.startedAt, one.id, a.parts.count) > (other.startedAt, other.id, b.parts.count)
        }
    }

    /// All parts as one run, the same however many they are.
    ///
    /// Its id follows from the plan, commit, branch and label; its arguments are the first part's but for those that say which
    /// part, and which store. While a part is missing it has no end.
    public var whole: Run {
        let counted = parts.compactMap(\.first)
        guard let first = counted.first else { preconditionFailure("a divided run has a part") }
        var whole = Run(
            id: DividedRun.id([plan, first.gitSHA ?? "", first.branch ?? "", first.label ?? ""]), label: first.label,
            startedAt: counted.map(\.startedAt).min() ?? first.startedAt, toolVersion: first.toolVersion,
            gitSHA: first.gitSHA, branch: first.branch, arguments: DividedRun.common(first.arguments))
        whole.plan = plan
        whole.parts = counted.map(\.id)
        let ends = counted.compactMap(\.endedAt)
        guard missing.isEmpty, ends.count == counted.count else { return whole }
        whole.endedAt = ends.max()
        whole.status =
            [.unfinished, .interrupted, .error, .failed].first { status in counted.contains { $0.status == status } }
            ?? .passed
        return whole
    }

    /// A UUID of version 8 (RFC 9562 section 5.8).
    private static func id(_ names: [String]) -> String {
        var hex = Array(Digest.sha256Hex("whole run\n" + names.joined(separator: "\n")).prefix(32))
        hex[12] = "8"
        hex[16] = "8"
        var rest = hex[...]
        return [8, 4, 4, 4, 12].map { length in
            defer { rest = rest.dropFirst(length) }
            return String(rest.prefix(length))
        }.joined(separator: "-")
    }

    private static func common(_ arguments: [String]) -> [String] {
        var common: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if ["--shard", "--store"].contains(argument) {
                _ = rest.popFirst()
            } else if !argument.hasPrefix("--shard="), !argument.hasPrefix("--store=") {
                common.append(argument)
            }
        }
        return common
    }
}
