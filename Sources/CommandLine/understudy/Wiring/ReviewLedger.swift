import Baselines
import Foundation
import ProjectFiles
import TranscriptStore
import Transcripts

/// Notes in the store who has decided what, beside the runs that it was about.
struct ReviewLedger {
    let shelf: BaselineShelf
    let storage: StoreOptions

    /// What cannot be noted is told of: the decision stands all the same.
    ///
    /// - Parameter matters: What is decided, and done, each with its baseline's file.
    func note(_ matters: [(file: String, matter: Review.Matter)]) async {
        guard !matters.isEmpty else { return }
        do {
            var baselines: [String: BaselineVersion] = [:]
            for (file, _) in matters where baselines[file] == nil {
                baselines[file] = try shelf.text(file).map { BaselineVersion($0) }
            }
            let (now, person) = (SystemClock().now, shelf.project.gitUser(ProcessInfo.processInfo.environment))
            let reviews = matters.enumerated().map { index, item in
                // A microsecond after the one before, so that they stay in order.
                Review(
                    id: Identifiers.next(), at: now + Double(index) / 1e6, by: person, matter: item.matter,
                    baseline: baselines[item.file]?.digest)
            }
            let missing = try await note(reviews, with: Array(baselines.values))
            guard !missing.isEmpty else { return }
            Console.complain(
                "note: \(storage.store) does not have what this was about, run \(missing.joined(separator: ", ")): "
                    + "nothing of the decision is noted there"
                    + "\n  fix: name the store that 'check' wrote to, with --store; a run that was swept is gone")
        } catch {
            Console.complain("warning: what was decided is done, but not noted in the store: \(error)")
        }
    }

    /// - Returns: Runs that the store does not have.
    private func note(_ reviews: [Review], with baselines: [BaselineVersion]) async throws -> [String] {
        let byRun = Dictionary(grouping: reviews, by: \.matter.run).sorted { $0.key < $1.key }
        // A store that is not there has no run, and is not made for this.
        guard FileManager.default.fileExists(atPath: storage.store) else { return byRun.map(\.key) }
        let store = try storage.open(for: .writing)
        var missing: [String] = []
        for (run, reviews) in byRun {
            do {
                try await store.add(reviews, with: baselines)
            } catch let error as TranscriptStoreError where error.cause == .unknownID(run) {
                missing.append(run)
            }
        }
        return missing
    }
}

extension BaselineVersion {
    init(_ text: BaselineText) { self.init(String(decoding: text.bytes, as: UTF8.self)) }
}
