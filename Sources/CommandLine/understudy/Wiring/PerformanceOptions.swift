import ArgumentParser

/// How attempts are performed: how many at a time, how long, how often again.
struct PerformanceOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Attempts at a time; as many as there are processors in a replay, one where live services are asked.",
            valueName: "n"))
    var jobs: Int?

    @Option(
        help: ArgumentHelp(
            "Perform a scenario that failed up to so often again; one that then passes is flaky.", valueName: "n"))
    var retries = 0

    @Flag(help: "Fail when a scenario passed only after a retry.")
    var failOnFlaky = false

    @Option(help: ArgumentHelp("Begin no other scenario after so many failures.", valueName: "n"))
    var maxFailures: Int?

    @Flag(name: .customShort("x"), help: "The same as --max-failures 1.")
    var stopsAtFirst = false

    @Option(help: ArgumentHelp("End an attempt that takes longer, and go on with the next.", valueName: "seconds"))
    var timeout: Double?

    @Option(help: ArgumentHelp("Draw waits before retries by chance, from this seed.", valueName: "number"))
    var seed: Int?

    @Flag(help: "Perform everything twice, and fail when the transcripts are not the same to the byte.")
    var verifyDeterminism = false

    @OptionGroup var budget: BudgetOptions

    @Flag(help: "Let scenarios that are not in this folder start programs.")
    var allowCommands = false

    func validate() throws {
        if let jobs, jobs < 1 { throw ValidationError("--jobs takes a number from 1, not \(jobs)") }
        if retries < 0 { throw ValidationError("--retries takes a number from 0, not \(retries)") }
        if let maxFailures, maxFailures < 1 {
            throw ValidationError("--max-failures takes a number from 1, not \(maxFailures)")
        }
        if let timeout, !(timeout > 0 && timeout.isFinite) {
            throw ValidationError("--timeout takes a number of seconds above 0, not \(timeout)")
        }
    }

    /// The failures after which nothing else is begun; nil for no such number.
    var failureLimit: Int? { stopsAtFirst ? 1 : maxFailures }
}
