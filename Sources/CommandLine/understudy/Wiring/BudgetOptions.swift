import ArgumentParser
import Cassettes
import Scenarios

/// How much live services may be asked for, by one command.
struct BudgetOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Stop when live models have used so many tokens, all in all.", valueName: "n"))
    var maxTokens: Int?

    @Option(
        help: ArgumentHelp(
            "Stop when live models have cost so much, by the scenarios' prices or AutoGen's list.", valueName: "dollars"
        ))
    var maxCost: Double?

    @Option(help: ArgumentHelp("Stop after so many requests to live models, retries included.", valueName: "n"))
    var maxRequests: Int?

    /// Nil when there is no bound.
    var budget: Budget? {
        let limits = Scenario.Limits(requests: maxRequests, tokens: maxTokens, cost: maxCost)
        return limits.isCounting ? Budget(limits) : nil
    }

    /// - Throws: `ValidationError` where nobody is asked who has a price.
    func check(for mode: Mode) throws {
        guard budget != nil, mode == .replay || mode == .script else { return }
        throw ValidationError(
            "--max-tokens, --max-cost and --max-requests bound live services, and --mode \(mode.rawValue) asks none"
                + "\n  fix: leave them out, or write 'limits' into the scenario")
    }

    func validate() throws {
        for (flag, value) in [("--max-tokens", maxTokens), ("--max-requests", maxRequests)] {
            if let value, value < 1 { throw ValidationError("\(flag) takes a number from 1, not \(value)") }
        }
        if let maxCost, !(maxCost > 0 && maxCost.isFinite) {
            throw ValidationError("--max-cost takes dollars above 0, not \(maxCost)")
        }
    }
}
