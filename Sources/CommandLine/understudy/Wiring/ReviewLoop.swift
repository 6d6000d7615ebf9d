import Baselines
import Foundation
import Reports
import Synchronization
import Transcripts
import UnixSignals

/// Shows the screens of a review, reads its keys, and does what they lead to.
struct ReviewLoop {
    let shelf: BaselineShelf
    let ledger: ReviewLedger

    /// - Returns: What it came to, already written.
    /// - Throws: `Interrupted` when a signal ends it, or the terminal goes; what was decided until then is kept.
    func run(_ session: ReviewSession) async throws -> ReviewSession.Outcome {
        // Noted when the terminal is as it was, so that what the store has to say is seen.
        let matters = Mutex<[(file: String, matter: Review.Matter)]>([])
        do {
            let outcome = try await run(session) { file, matter in matters.withLock { $0.append((file, matter)) } }
            await ledger.note(matters.withLock(\.self) + outcome.matters)
            return outcome
        } catch {
            await ledger.note(matters.withLock(\.self))
            throw error
        }
    }

    /// - Parameter note: Is told of what is written while the session goes on.
    private func run(
        _ session: ReviewSession, _ note: @escaping @Sendable (String, Review.Matter) -> Void
    ) async throws -> ReviewSession.Outcome {
        // Trapped before the terminal is changed: it must be as it was, whatever comes. Control-C is a key then.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup, .sigquit)
        return try await withThrowingTaskGroup(of: ReviewSession.Outcome?.self) { tasks in
            tasks.addTask { try await perform(session, note) }
            tasks.addTask {
                for await _ in signals { break }
                return nil
            }
            guard let first = try await tasks.next() else { throw Interrupted() }
            tasks.cancelAll()
            if let first { return first }
            while (try? await tasks.next()) != nil {}
            throw Interrupted()
        }
    }

    private func perform(
        _ session: ReviewSession, _ note: (String, Review.Matter) -> Void
    ) async throws -> ReviewSession.Outcome {
        var session = session
        let reader = try KeyReader()
        defer { reader.restore() }
        var isFinished = false
        while !isFinished {
            guard let screen = session.screen else { break }
            let pages = Console.pages, rows = Console.height
            session.limitScroll(to: pages.scrollLimit(of: screen, rows: rows))
            reader.show(pages.review(screen, rows: rows))
            let key = try await reader.next()
            // Whoever edits a baseline meanwhile loses nothing by this.
            let edited = try session.files.sorted().filter { session.rebase($0, on: try shelf.baseline($0)) }
            guard edited.isEmpty else { continue }
            for action in session.next(after: key) {
                switch action {
                case .keep(let pending): try shelf.keep(pending)
                case .write(let file, let baseline, let matter):
                    try shelf.write(baseline, to: file)
                    note(file, matter)
                case .finish: isFinished = true
                }
            }
        }
        let outcome = session.outcome
        try shelf.settle(outcome)
        return outcome
    }
}
