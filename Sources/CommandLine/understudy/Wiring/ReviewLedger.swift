import Baselines
import Foundation
import ProjectFiles
import TranscriptStore
import Transcripts

/// Notes in the store who has decided what, beside the runs that it was about.
struct ReviewLedger {
    let shelf: BaselineShelf
    let storage: StoreOptions

    /// - Parameter matters: What is decided, and done, each with its baseline's file.
    ///
    /// What cannot be noted is told of: the decision stands all the same.
    func note(_ matters: [(file: String, matter: Review.Matter)]) async {
        guard !matters.isEmpty else { return }
        do {
            var baselines: [String: BaselineVersion] = [:]
            for (file, _) in matters where baselines[file] == nil { baselines[file] = try shelf.version(of: file) }
            let (now, person) = (SystemClock().now, shelf.project.gitUser(ProcessInfo.processInfo.environment))
            let reviews = matters.enumerated().map { index, item in
                // A microsecond after the one before, so that they stay in order.
                Review(
                    id: Identifiers.next(), at: now + Double(index) / 1e6, by: person, matter: item.matter,
                    baseline: baselines[item.file]?.digest)
            }
            try await storage.open(for: .writing).add(reviews, with: Array(baselines.values))
        } catch let error as TranscriptStoreError where error.isOfUnknownRun {
            Console.complain(
                "note: \(storage.store) does not have the run that this was about, and so nothing of the decision"
                    + "\n  fix: name the store that 'check' wrote to, with --store")
        } catch {
            Console.complain("warning: what was decided is done, but not noted in the store: \(error)")
        }
    }
}

extension TranscriptStoreError {
    fileprivate var isOfUnknownRun: Bool {
        if case .unknownID = cause { true } else { false }
    }
}

extension BaselineShelf {
    /// The file as it is now; nil when there is none.
    func version(of file: String) throws -> BaselineVersion? {
        guard project.exists(file) else { return nil }
        return BaselineVersion(String(decoding: try project.read(file), as: UTF8.self))
    }
}
