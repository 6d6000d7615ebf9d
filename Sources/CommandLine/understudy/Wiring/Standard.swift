import Baselines
import Documents
import Reports
import Synchronization
import Transcripts

/// What scenarios are accepted to do: a run that is checked is judged by it, too.
final class Standard: Sendable {
    /// An attempt beside what was accepted.
    struct Standing {
        let comparison: Attempt.Comparison
        /// What differs, as a finding; nil when nothing does.
        let discrepancy: String?
    }

    private let shelf = BaselineShelf()
    /// By their files; nil for a file that is not there. Each is read once, so that all of a check is about the same text.
    private let texts: Mutex<[String: BaselineText?]>

    /// - Parameter files: Read in advance.
    /// - Throws: `Diagnostics`: all that is wrong in any of them.
    init(reading files: [String]) throws { texts = Mutex(try shelf.texts(files).mapValues { $0 }) }

    func text(_ file: String) throws -> BaselineText? {
        try texts.withLock { texts in
            if let text = texts[file] { return text }
            let text = try shelf.text(file)
            texts[file] = text
            return text
        }
    }

    /// A transcript beside the nearest variant of its scenario's baseline.
    func item(_ transcript: Transcript, of scenario: String) throws -> CheckRecord.Item {
        let file = shelf.file(of: scenario)
        let text = try text(file)
        let comparison = BaselineComparison(
            of: transcript, with: text?.baseline ?? Baseline(), point: ScenarioKey(scenario).point)
        var place: String?
        if let variant = comparison.variant, let entry = comparison.firstDifference {
            place = text?.place(ofEntry: entry, inVariant: variant).map { "\(file):\($0.line):\($0.column)" }
        }
        return CheckRecord.Item(scenario: scenario, file: file, place: place, comparison: comparison)
    }

    /// Nil where there is no baseline.
    func standing(_ transcript: Transcript, of scenario: String) throws -> (
        standing: Standing, version: BaselineVersion
    )? {
        let item = try item(transcript, of: scenario)
        guard let version = try text(item.file).map({ BaselineVersion($0) }) else { return nil }
        let comparison = Attempt.Comparison(
            baseline: version.digest, variant: item.comparison.variant.map { $0 + 1 },
            suspicious: item.comparison.count(.suspicious), expected: item.comparison.count(.expected))
        return (Standing(comparison: comparison, discrepancy: item.discrepancy), version)
    }
}

extension CheckRecord.Item {
    /// What differs, as a finding of its attempt; nil when nothing does, or nothing was accepted.
    var discrepancy: String? {
        comparison.variant == nil || comparison.isAccepted ? nil : "\(place): not as accepted: \(summary)"
    }
}
