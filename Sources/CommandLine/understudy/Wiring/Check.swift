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
    /// The baselines' texts, by their files.
    private let texts: [String: BaselineText]
    private let shelf = BaselineShelf()

    /// - Parameters:
    ///   - isWhole: All scenarios were performed, so that what belongs to none is known.
    ///   - writes: What differs is left for review, and what does not differ any more is forgotten.
    /// - Throws: `Diagnostics` of all baselines together, `FileError`.
    init(_ run: RunRecord, isWhole: Bool, requiresBaselines: Bool, writes: Bool) throws {
        self.run = run
        self.run.attempts = []
        self.run.against = .baseline(of: run.run)
        let shelf = BaselineShelf()
        texts = try shelf.texts(run.attempts.map { shelf.file(of: $0.scenario) })
        let baselines = texts.mapValues(\.baseline)
        let versions = texts.mapValues { BaselineVersion($0) }
        var worst: [String: (item: CheckRecord.Item, attempt: Attempt)] = [:]
        var order: [String] = []
        let counted = Set(run.counted.map(\.id))
        for attempt in run.attempts {
            let file = shelf.file(of: attempt.scenario)
            let baseline = baselines[file] ?? Baseline()
            let comparison = BaselineComparison(
                of: attempt.transcript, with: baseline, point: ScenarioKey(attempt.scenario).point)
            let item = CheckRecord.Item(
                scenario: attempt.scenario, file: file, place: place(of: comparison, in: file),
                comparison: comparison, hasFailed: attempt.outcome.status != .passed)
            var attempt = attempt
            attempt.comparison = versions[file].map { Attempt.Comparison(comparison, baseline: $0.digest) }
            add(attempt, item, masks: DiffRules(masks: baseline.masks))
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
            try leave(&item, attempt, baselines[item.file] ?? Baseline(), writes: writes)
            if !item.comparison.isAccepted { record.items.append(item) }
        }
        if isWhole { record.unreferenced = try unreferenced(Set(order)) }
    }

    /// For each attempt whose scenario has a baseline, what the two came to.
    var comparisons: [(attempt: String, comparison: Attempt.Comparison)] {
        run.attempts.compactMap { attempt in attempt.comparison.map { (attempt.id, $0) } }
    }

    /// The texts of the baselines that were looked at.
    var versions: [BaselineVersion] { texts.sorted { $0.key < $1.key }.map { BaselineVersion($0.value) } }

    private func place(of comparison: BaselineComparison, in file: String) -> String? {
        guard let variant = comparison.variant, let entry = comparison.firstDifference else { return nil }
        return texts[file]?.place(ofEntry: entry, inVariant: variant).map { "\(file):\($0.line):\($0.column)" }
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
        var attempt = attempt
        run.scenarioRules[attempt.scenario] = masks
        if item.comparison.variant != nil {
            let entries = item.comparison.diff.operations.compactMap(\.before).sorted { $0.index < $1.index }.map(
                \.entry)
            run.attemptsBefore.append(
                Attempt(
                    id: "baseline", run: "baseline", scenario: attempt.scenario, startedAt: attempt.startedAt,
                    endedAt: attempt.startedAt, outcome: .init(status: .passed),
                    transcript: Transcript(subject: attempt.transcript.subject, entries: entries)))
            if !item.comparison.isAccepted {
                if attempt.outcome.status == .passed { attempt.outcome.status = .failed }
                attempt.outcome.findings.append("\(item.place): not as accepted: \(item.summary)")
            }
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

extension Attempt.Comparison {
    fileprivate init(_ comparison: BaselineComparison, baseline: String) {
        self.init(
            baseline: baseline, variant: comparison.variant.map { $0 + 1 }, suspicious: comparison.count(.suspicious),
            expected: comparison.count(.expected))
    }
}

extension CheckRecord.Item {
    /// More is worse.
    fileprivate var weight: Int { comparison.count(.suspicious) * 10_000 + comparison.count(.expected) }
}
