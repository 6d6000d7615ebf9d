import Baselines
import Foundation
import Reports

/// Shows the screens of a review, reads its keys, and does what they lead to.
struct ReviewLoop {
    let shelf: BaselineShelf

    /// - Returns: What it came to, already written.
    /// - Throws: `CancellationError` when a signal ends it; what was decided until then is kept.
    func run(_ session: ReviewSession) async throws -> ReviewSession.Outcome {
        var session = session
        let reader = try KeyReader()
        defer { reader.restore() }
        var isFinished = false
        while !isFinished {
            guard let screen = session.screen else { break }
            reader.show(Console.pages.review(screen, rows: Console.height))
            for action in session.next(after: try await reader.next()) {
                switch action {
                case .keep(let pending): try shelf.keep(pending)
                case .write(let file, let baseline): try shelf.write(baseline, to: file)
                case .finish: isFinished = true
                }
            }
        }
        let outcome = session.outcome
        try shelf.settle(outcome)
        return outcome
    }
}
