import Foundation
import GRDB
public import Transcripts

extension TranscriptStore {
    /// Keeps the texts of baselines for the attempts that end with a comparison with one of them.
    public func learn(_ baselines: [BaselineVersion]) {
        for baseline in baselines { self.baselines[baseline.digest] = baseline }
    }

    /// Notes who has decided what about a run that is stored here.
    ///
    /// - Parameter baselines: The texts that the reviews name.
    /// - Throws: `TranscriptStoreError`, with an unknown id when a review's run is not here.
    public func add(_ reviews: [Review], with baselines: [BaselineVersion]) async throws {
        let path = path
        try await writeWithOthers { texts in
            for baseline in baselines { try texts.write(baseline) }
            for review in reviews {
                do {
                    try ReviewRow.insert(review, texts)
                } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTFOUND {
                    throw TranscriptStoreError(operation: .write, path: path, cause: .unknownID(review.matter.run))
                }
            }
        }
    }

    /// What was decided about a scenario, by its key, the oldest first.
    public func reviews(ofScenario scenario: String) async throws -> [Review] {
        try await read { db in
            try ReviewRow.all("scenario.name = CAST(? AS TEXT)", [Data(scenario.utf8)], db)
        }
    }

    /// What was decided about a run that is stored here, the oldest first.
    public func reviews(ofRun id: String) async throws -> [Review] {
        try await read { db in try ReviewRow.all("run.uuid = ?", [id], db) }
    }

    /// The text that a baseline's file had; nil when nothing here names it.
    public func baseline(_ digest: String) async throws -> BaselineVersion? {
        try await read { db in try BaselineBody.version(digest, db) }
    }
}
