import Baselines
import Documents
import ProjectFiles
import Reports
import Transcripts

/// The attempts of a run beside the baselines of their scenarios.
struct Check {
    /// The run, in which each attempt has what differs among its findings, beside what was accepted.
    private(set) var run: RunRecord
    private(set) var record = CheckRecord(items: [], scenarioCount: 0)
    private let shelf = BaselineShelf()

    /// - Parameters:
    ///   - standard: What the run's attempts were judged by.
    ///   - isWhole: All scenarios were performed, so that what belongs to none is known.
    ///   - writes: What differs is left for review, and what does not differ any more is forgotten.
    /// - Throws: `Diagnostics` of a baseline, `FileError`.
    init(_ run: RunRecord, by standard: Standard, isWhole: Bool, requiresBaselines: Bool, writes: Bool) throws {
        self.run = run
        self.run.attempts = []
        self.run.against = .baseline(of: run.run)
        var worst: [String: (item: CheckRecord.Item, attempt: Attempt)] = [:]
        var order: [String] = []
        let counted = Set(run.counted.map(\.id))
        for attempt in run.attempts {
            var item = try standard.item(attempt.transcript, of: attempt.scenario)
            item.hasFailed = attempt.hasFailed(beside: item.discrepancy)
            add(attempt, item, masks: DiffRules(masks: try standard.text(item.file)?.baseline.masks ?? []))
            guard counted.contains(attempt.id) else { continue }
            // Of several attempts the one that differs most.
            guard let known = worst[attempt.scenario] else {
                order.append(attempt.scenario)
                worst[attempt.scenario] = (item, attempt)
                continue
            }
            if known.item.weight < item.weight { worst[attempt.scenario] = (item, attempt) }
        }
        record.scenarioCount = order.count
        record.requiresBaselines = requiresBaselines
        record.isPending = writes
        for scenario in order {
            guard let (found, attempt) = worst[scenario] else { continue }
            var item = found
            try leave(&item, attempt, standard.text(item.file)?.baseline ?? Baseline(), writes: writes)
            if !item.comparison.isAccepted { record.items.append(item) }
        }
        if isWhole { record.unreferenced = try unreferenced(Set(order)) }
    }

    /// Leaves for review what differs. What was rejected stays so. A failed attempt is left for nobody: its transcript is
    /// of something that broke.
    private func leave(
        _ item: inout CheckRecord.Item, _ attempt: Attempt, _ baseline: Baseline, writes: Bool
    ) throws {
        let known = try shelf.pending(of: item.scenario)
        item.rejected = known?.rejected ?? []
        guard writes else { return }
        let review = PendingReview(
            scenario: item.scenario, run: run.run.id, transcript: attempt.transcript,
            decisions: known?.decisions ?? [:], splits: known?.splits ?? [], noted: known?.noted ?? [])
        guard !item.hasFailed, let rest = review.remaining(with: baseline) else { return try shelf.drop(item.scenario) }
        try shelf.keep(rest)
    }

    private mutating func add(_ attempt: Attempt, _ item: CheckRecord.Item, masks: DiffRules) {
        run.scenarioRules[attempt.scenario] = masks
        if item.comparison.variant != nil {
            let entries = item.comparison.diff.operations.compactMap(\.before).sorted { $0.index < $1.index }.map(
                \.entry)
            run.attemptsBefore.append(
                Attempt(
                    id: "baseline", run: "baseline", scenario: attempt.scenario, startedAt: attempt.startedAt,
                    endedAt: attempt.startedAt, outcome: .init(status: .passed),
                    transcript: Transcript(subject: attempt.transcript.subject, entries: entries)))
        }
        run.attempts.append(attempt)
    }

    private func unreferenced(_ keys: Set<String>) throws -> [String] {
        var lines: [String] = []
        for (file, scenario) in shelf.project.baselineFiles {
            guard shelf.project.exists(scenario) else {
                lines.append("\(file): there is no \(scenario)")
                continue
            }
            let points = Set(keys.filter { shelf.file(of: $0) == file }.map { ScenarioKey($0).point })
            var told: Set<String?> = []
            for variant in try shelf.baseline(file).variants
            where !points.contains(variant.point) && told.insert(variant.point).inserted {
                lines.append(
                    variant.point.map { "\(file): the scenario has no point [\($0)]" }
                        ?? "\(file): the scenario has a matrix, and a variant names no point of it")
            }
        }
        return lines
    }
}

extension Attempt {
    /// Whether anything is wrong but that it is not as accepted.
    fileprivate func hasFailed(beside discrepancy: String?) -> Bool {
        guard outcome.status == .failed, let discrepancy else { return outcome.status != .passed }
        return outcome.findings != [discrepancy] || !outcome.misses.isEmpty
    }
}

extension CheckRecord.Item {
    /// More is worse.
    fileprivate var weight: Int { comparison.count(.suspicious) * 10_000 + comparison.count(.expected) }
}
