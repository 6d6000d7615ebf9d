/// Where runs and their transcripts go while they happen.
///
/// Ids come from the caller. Calls for one attempt are made in order; calls for different attempts may overlap.
public protocol TranscriptSink: Sendable {
    /// Takes a run whose end is not known yet.
    func start(_ run: Run) async throws

    /// Takes an attempt of a started run. Entries that its transcript already has are its first ones.
    func start(_ attempt: Attempt) async throws

    /// Takes the next entry of a started attempt.
    func add(_ entry: Entry, toAttempt id: String) async throws

    /// Returns once the attempt and all its entries are safe.
    func endAttempt(_ id: String, with outcome: Attempt.Outcome, at time: Double) async throws

    /// Takes the end of a started run.
    func endRun(_ id: String, as status: Run.Status, at time: Double) async throws
}
