import Cassettes
import Documents
import Foundation
import Processes
import Responders
import TranscriptStore
import Transcripts

/// A program performed against a port of this machine, and its story, taken off the wire, stored as one attempt.
struct ProgramRun {
    let program: WatchedProgram
    let store: TranscriptStore
    /// The id of a started run.
    let run: String
    /// What ends the program when it has asked for more; nil for no bound.
    var budget: Budget?

    /// What came of it.
    struct Outcome {
        let termination: ChildCommand.Termination
        let transcript: Transcript
        /// That it went past us, where it did.
        let warning: String?
        let misses: [Miss]
        /// Recordings that could not be played.
        let broken: [String]
        /// What it did about the faults that it met.
        let reactions: [FaultReaction]
        let seconds: Double
        /// The bound for which it was ended; nil when it was not.
        let breach: String?

        var failure: String? { breach.map { "ended: \($0)" } ?? termination.failure }

        var hasPassed: Bool { failure == nil && misses.isEmpty && broken.isEmpty }

        /// The command's own code if it is not 0; else whether there was a miss.
        var exitCode: Int32 {
            // What was ended from here has no code of its own.
            let code = breach == nil ? termination.exitCode : 0
            return code != 0 || hasPassed ? code : ExitStatus.different.rawValue
        }
    }

    /// - Throws: `CommandError`, `NetworkError`, `FolderError`, `TranscriptStoreError`; the attempt then ends as an error.
    func perform() async throws -> Outcome {
        let id = Identifiers.next()
        let system = SystemClock()
        let start = system.now
        try await store.start(
            Attempt(
                id: id, run: run, scenario: program.subject, startedAt: start,
                transcript: Transcript(subject: program.subject)))
        do {
            let performed = try await performed(id)
            let outcome = Outcome(
                termination: performed.termination, transcript: performed.transcript,
                warning: performed.warning(of: "the program"), misses: program.sessions.all.flatMap(\.notes.misses),
                broken: program.sessions.all.flatMap(\.notes.broken), reactions: program.sessions.reactions,
                seconds: system.now - start,
                breach: budget?.passed)
            try await store.endAttempt(
                id,
                with: Attempt.Outcome(
                    status: outcome.hasPassed ? .passed : .failed, findings: outcome.failure.map { [$0] } ?? [],
                    misses: outcome.misses.map { ([$0.headline] + $0.details).joined(separator: "\n") }
                        + outcome.broken,
                    reactions: outcome.reactions), at: system.now)
            return outcome
        } catch {
            // What went wrong first is what is told.
            try? await store.endAttempt(
                id, with: Attempt.Outcome(status: .error, findings: ["\(error)"]), at: system.now)
            throw error
        }
    }

    private func performed(_ id: String) async throws -> WatchedProgram.Performed {
        let performed = try await withTrappedSignals { signals in
            let (forwarded, forward) = AsyncStream<Int32>.makeStream()
            let pump = Task { for await signal in signals { forward.yield(signal) } }
            defer {
                pump.cancel()
                forward.finish()
            }
            return try await program.perform(forwarding: forwarded) { [budget] entry in
                if budget?.add(entry) != nil { forward.yield(SIGTERM) }
            }
        }
        for entry in performed.transcript.entries { try await store.add(entry, toAttempt: id) }
        return performed
    }
}
