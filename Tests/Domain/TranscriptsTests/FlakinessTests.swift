import Testing
import Transcripts

@Suite struct FlakinessTests {
    /// Computed with whole binomial coefficients by another program.
    static let intervals: [(Int, Int, Double, Double, Double)] = [
        (0, 10, 0.95, 0, 0.30849710781876083), (10, 10, 0.95, 0.6915028921812392, 1),
        (5, 10, 0.95, 0.1870860284474045, 0.8129139715525955),
        (1, 20, 0.95, 0.0012650894979498091, 0.24873276277202816),
        (8, 10, 0.95, 0.4439045376923585, 0.9747892736731666), (97, 100, 0.99, 0.8945187462749217, 0.9965929298968201),
        (300, 1000, 0.9, 0.27612277115901124, 0.3247536127193488),
    ]

    @Test(arguments: intervals)
    func intervalsAreExact(passed: Int, total: Int, confidence: Double, lower: Double, upper: Double) {
        let interval = BinomialInterval(successes: passed, of: total, confidence: confidence)
        #expect(abs(interval.lower - lower) < 1e-9 && abs(interval.upper - upper) < 1e-9, "\(interval)")
    }

    @Test func withoutAttemptsEverythingIsPossible() {
        let flakiness = Flakiness([.error, .cutShort, .skipped], confidence: 0.95)
        #expect(flakiness.total == 0 && flakiness.rate == nil)
        #expect(flakiness.interval.lower == 0 && flakiness.interval.upper == 1)
        #expect(flakiness.verdict(atLeast: 0.5) == .inconclusive)
        #expect(flakiness.missing(atLeast: 0.5).attempts == nil)
    }

    @Test func theVerdictIsSureOrNone() {
        #expect(Flakiness(passed: 36, of: 36, confidence: 0.95).verdict(atLeast: 0.9) == .pass)
        #expect(Flakiness(passed: 35, of: 35, confidence: 0.95).verdict(atLeast: 0.9) == .inconclusive)
        #expect(Flakiness(passed: 3, of: 10, confidence: 0.95).verdict(atLeast: 0.9) == .fail)
        #expect(Flakiness(passed: 9, of: 10, confidence: 0.95).verdict(atLeast: 0.9) == .inconclusive)
        #expect(Flakiness(passed: 9, of: 10, confidence: 0.95).verdict(atLeast: 0) == .pass)
    }

    /// Each number decides, and one less does not.
    @Test(arguments: [(9, 10, 0.9), (1, 2, 0.5), (20, 20, 0.95), (3, 3, 0.3), (50, 60, 0.9)])
    func theMissingAttemptsAreTheFewestThatDecide(passed: Int, total: Int, rate: Double) throws {
        let flakiness = Flakiness(passed: passed, of: total, confidence: 0.95)
        #expect(flakiness.verdict(atLeast: rate) == .inconclusive)
        let missing = flakiness.missing(atLeast: rate)
        let passes = try #require(missing.passes), failures = try #require(missing.failures)
        func verdict(_ passes: Int, _ failures: Int) -> Flakiness.Verdict {
            Flakiness(passed: passed + passes, of: total + passes + failures, confidence: 0.95).verdict(atLeast: rate)
        }
        #expect(verdict(passes, 0) == .pass && verdict(passes - 1, 0) != .pass)
        #expect(verdict(0, failures) == .fail && verdict(0, failures - 1) != .fail)
    }

    @Test func aRateOfOneIsShownByNoNumberOfPasses() {
        let flakiness = Flakiness(passed: 10, of: 10, confidence: 0.95)
        #expect(flakiness.missing(atLeast: 1).passes == nil)
        #expect(flakiness.missing(atLeast: 1).failures == 1)
        #expect(Flakiness(passed: 10, of: 11, confidence: 0.95).verdict(atLeast: 1) == .fail)
    }

    @Test(arguments: 1..<40)
    func aBisectionEndsBetweenTheLastGoodAndTheFirstBad(count: Int) {
        for first in 1...count {
            var search = Bisection(good: 0, bad: count)
            var looked = 0
            while let index = search.next {
                search.looked(at: index, isGood: index < first)
                looked += 1
            }
            #expect(search.good == first - 1 && search.bad == first)
            #expect(1 << (looked - 1) < max(count, 2), "by halves: \(looked) of \(count)")
        }
    }
}
