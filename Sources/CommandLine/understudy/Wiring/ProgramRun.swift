import Cassettes
import Documents
import Foundation
import HTTPMessages
import HTTPNetwork
import Processes
import Responders
import ScenarioRunning
import TranscriptStore
import Transcripts

/// A program performed against a port of this machine, and its story, taken off the wire, stored as one attempt.
struct ProgramRun {
    let command: ChildCommand
    /// The attempt's name, the same in every run.
    let subject: String
    /// The key that the program is given; it selects the session.
    let key: String
    let sessions: Sessions
    let clock: any HTTPMessages.Clock
    let environment: [String: String]
    let store: TranscriptStore
    /// The id of a started run.
    let run: String

    /// What came of it.
    struct Outcome {
        let termination: ChildCommand.Termination
        let transcript: Transcript
        let misses: [Miss]
        /// Recordings that could not be played.
        let broken: [String]
        /// What it did about the faults that it met.
        let reactions: [FaultReaction]
        let seconds: Double

        var failure: String? { termination.failure }

        var hasPassed: Bool { failure == nil && misses.isEmpty && broken.isEmpty }

        /// The command's own code if it is not 0; else whether there was a miss.
        var exitCode: Int32 {
            let code = termination.exitCode
            return code != 0 || hasPassed ? code : ExitStatus.different.rawValue
        }
    }

    /// - Throws: `CommandError`, `NetworkError`, `FolderError`, `TranscriptStoreError`; the attempt then ends as an error.
    func perform() async throws -> Outcome {
        let id = Identifiers.next()
        let system = SystemClock()
        let start = system.now
        try await store.start(
            Attempt(id: id, run: run, scenario: subject, startedAt: start, transcript: Transcript(subject: subject)))
        do {
            let (termination, transcript) = try await performed(id)
            let outcome = Outcome(
                termination: termination, transcript: transcript, misses: sessions.all.flatMap(\.notes.misses),
                broken: sessions.all.flatMap(\.notes.broken), reactions: sessions.reactions,
                seconds: system.now - start)
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

    private func performed(_ id: String) async throws -> (ChildCommand.Termination, Transcript) {
        let (exchanges, observed) = AsyncStream<ObservedExchange>.makeStream()
        defer { observed.finish() }
        async let story = story(of: exchanges)
        let termination = try await withPrivateFolder { folder in
            try PythonShim.write(into: "\(folder)/shim")
            return try await withTrappedSignals { signals in try await serve(folder, signals, observed) }
        }
        observed.finish()
        var wire = await story
        wire.end(failure: termination.failure, at: clock.now)
        let transcript = wire.transcript
        for entry in transcript.entries { try await store.add(entry, toAttempt: id) }
        return (termination, transcript)
    }

    /// Answers on a port for as long as the program runs.
    private func serve(
        _ folder: String, _ signals: AsyncStream<Int32>, _ observed: AsyncStream<ObservedExchange>.Continuation
    ) async throws -> ChildCommand.Termination {
        return try await withServer(host: "127.0.0.1", port: 0) { server in
            ObservingResponder(
                Stage.onPort(sessions, origin: server.origin, allowedHosts: []), clock: clock
            ) { observed.yield($0) }
        } _: { server in
            let changes = ChildEnvironment(
                parent: environment, origin: server.origin, key: key, shim: "\(folder)/shim",
                caches: "\(folder)/autogen"
            ).changes
            return try await command.run(changing: changes, forwarding: signals)
        }
    }

    /// Reads what passes while it passes; names and messages are known when all is over.
    private func story(of exchanges: AsyncStream<ObservedExchange>) async -> WireTranscript {
        var wire = WireTranscript(
            subject: subject, start: clock.now, literals: LiteralSecrets(environment: environment))
        for await exchange in exchanges { wire.add(exchange) }
        return wire
    }
}

extension ChildCommand.Termination {
    /// Why the program's end was none that anybody wanted; nil for exit code 0.
    fileprivate var failure: String? {
        switch self {
        case .exited(0): nil
        case .exited(let code): "the command exited with \(code)"
        case .signalled(let number):
            "the command was ended by signal \(number) (\(String(cString: strsignal(number))))"
        }
    }
}
