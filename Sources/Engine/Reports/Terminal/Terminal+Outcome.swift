extension Terminal {
    /// One performed scenario as a line: `✓ tutorial/two-agent · 6 turns · 12 ms`.
    public func outcome(of name: String, hasPassed: Bool, turns: Int, seconds: Double, tries: Int = 1) -> String {
        let mark = style.painted(hasPassed ? "✓" : "✗", as: hasPassed ? .good : .bad)
        let numbers = " · \(turns) \(turns == 1 ? "turn" : "turns") · \(Terminal.duration(seconds))"
        let again =
            tries < 2
            ? "" : style.painted(hasPassed ? " · flaky: try \(tries) passed" : " · \(tries) tries", as: .caution)
        return "\(mark) \(style.painted(name, as: .strong))\(style.painted(numbers, as: .faint))\(again)"
    }

    /// A whole run as a line: `3 scenarios: 1 failed, 2 passed · 40 ms`.
    ///
    /// - Parameter flaky: How many of those that passed did so only after a retry.
    public func summary(passed: Int, failed: Int, flaky: Int = 0, scenarios: Int, seconds: Double) -> String {
        let attempts = passed + failed
        let failures = failed > 0 ? [style.painted("\(failed) failed", as: .bad)] : []
        let successes = passed > 0 || failed == 0 ? [style.painted("\(passed) passed", as: .good)] : []
        let what = scenarios == 1 ? "1 scenario" : "\(scenarios) scenarios"
        // A scenario that is performed once is counted once.
        return (attempts == scenarios ? what : "\(attempts) attempts at \(what)") + ": "
            + (failures + successes + (flaky > 0 ? [style.painted("\(flaky) of them flaky", as: .caution)] : []))
            .joined(separator: ", ")
            + style.painted(" · \(Terminal.duration(seconds))", as: .faint)
    }

    private static func duration(_ seconds: Double) -> String {
        seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : "\((seconds * 10).rounded() / 10) s"
    }
}
