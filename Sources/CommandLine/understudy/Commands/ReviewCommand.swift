import ArgumentParser
import Baselines
import Reports

struct ReviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "Go through what 'check' has found: accept, reject, mask.",
        discussion: """
            Shows one hunk after another and takes keys; ? lists them. What was decided is kept at each key, so that a review can \
            be left and taken up again. Without a terminal it lists what is pending, with the keys that 'accept' and 'reject' \
            take.

            Example: understudy check || understudy review
            """)

    @Option(help: ArgumentHelp("Only this scenario. May be given more than once.", valueName: "name"))
    var scenario: [String] = []

    @Option(help: "text, which on a terminal is the review itself, or json: what is pending.")
    var format: OutputFormat = .text

    @OptionGroup var storage: StoreOptions

    func run() async throws {
        let shelf = BaselineShelf()
        let all = try shelf.pending(scenario)
        let baselines = try shelf.baselines(all.map { shelf.file(of: $0.scenario) })
        let reviews = all.map { (pending: $0, file: shelf.file(of: $0.scenario)) }
        guard let session = ReviewSession(reviews, baselines: baselines) else {
            return format.print(text: Console.pages.pending([]), json: JSONReport.pending([]))
        }
        guard KeyReader.isTerminal, !BaselineShelf.isReadOnly, format == .text else {
            let items = reviews.compactMap { review -> CheckRecord.Item? in
                let comparison = review.pending.comparison(with: baselines[review.file] ?? Baseline())
                guard !comparison.isAccepted else { return nil }
                return CheckRecord.Item(
                    scenario: review.pending.scenario, file: review.file, comparison: comparison,
                    rejected: review.pending.rejected)
            }
            return format.print(text: Console.pages.pending(items), json: JSONReport.pending(items))
        }
        let ledger = ReviewLedger(shelf: shelf, storage: storage)
        let outcome = try await ReviewLoop(shelf: shelf, ledger: ledger).run(session)
        Console.print(Console.pages.outcome(outcome))
    }
}
