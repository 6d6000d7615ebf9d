import ArgumentParser
import Baselines
import Documents
import Reports
import Transcripts

struct AcceptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Write what 'check' has found into baselines, without asking.",
        discussion: """
            Takes the keys that 'check' and 'review' print; a hunk's key is made of what differs, so that the same change in \
            several scenarios has one key. Exits 0 when something was written, 2 when nothing fits.

            Examples: understudy accept --hunk 1f3870be
                      understudy accept --scenario tutorial/primes --only expected
                      understudy accept --all
            """)

    @OptionGroup var choice: HunkOptions

    @Flag(help: "Keep what was accepted before, and accept the whole transcript beside it.")
    var asVariant = false

    @OptionGroup var storage: StoreOptions

    func validate() throws {
        if asVariant, choice.scenario.isEmpty || !choice.hunk.isEmpty || choice.only != nil {
            throw ValidationError("--as-variant takes whole transcripts: it goes with --scenario alone")
        }
    }

    func run() async throws {
        try BaselineShelf.refuseInCI("accept")
        let shelf = BaselineShelf()
        let choices = try choice.chosen(in: shelf)
        var outcome = ReviewSession.Outcome()
        for choice in choices {
            let before = try outcome.baselines[choice.file] ?? shelf.baseline(choice.file)
            var baseline = before
            let rest = choice.accepting.settled(in: &baseline, asVariant: asVariant)
            if baseline != before { outcome.baselines[choice.file] = baseline }
            outcome.pending.append((choice.pending.scenario, rest))
            outcome.accepted += choice.hunks.map { "\(choice.pending.scenario) \($0.key)" }
            outcome.matters += choice.matters(asVariant: asVariant).map { (choice.file, $0) }
        }
        try shelf.settle(outcome)
        await ReviewLedger(shelf: shelf, storage: storage).note(outcome.matters)
        choice.format.print(text: Console.pages.outcome(outcome), json: JSONReport.outcome(outcome))
    }
}

struct RejectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Note that what 'check' has found is not wanted.",
        discussion: """
            It stays a difference: 'check' goes on to fail, and says that it was looked at. Takes the keys that 'check' prints.

            Example: understudy reject --scenario tutorial/primes --only suspicious
            """)

    @OptionGroup var choice: HunkOptions

    @OptionGroup var storage: StoreOptions

    func run() async throws {
        try BaselineShelf.refuseInCI("reject")
        let shelf = BaselineShelf()
        let choices = try choice.chosen(in: shelf)
        var outcome = ReviewSession.Outcome()
        for choice in choices {
            try shelf.keep(choice.rejecting.withAllNoted)
            outcome.rejected += choice.hunks.map { "\(choice.pending.scenario) \($0.key)" }
            outcome.matters += choice.hunks.filter { !choice.pending.noted.contains($0.key) }.map {
                (choice.file, choice.pending.matter(.rejected, $0))
            }
        }
        await ReviewLedger(shelf: shelf, storage: storage).note(outcome.matters)
        choice.format.print(text: Console.pages.outcome(outcome), json: JSONReport.outcome(outcome))
    }
}
