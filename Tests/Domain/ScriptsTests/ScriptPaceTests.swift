import Scripts
import Testing

@Suite struct ScriptPaceTests {
    typealias Pace = Script.Pace

    @Test(
        arguments: [
            (Pace(timeToFirst: 0.5), [0, 3, 2], [500, 0, 0]),
            (Pace(tokensPerSecond: 10), [0, 3, 2], [0, 300, 200]),
            (Pace(timeToFirst: 1, tokensPerSecond: 4), [2, 0, 1], [1500, 0, 250]),
            (Pace(timeToFirst: 1), [], []),
            (Pace(timeToFirst: 1e9, tokensPerSecond: 1e-9), [1, 1], [86_400_000, 86_400_000]),
        ] as [(Pace, [Int], [Int])])
    func waitsForTheFirstAndForTokens(pace: Pace, tokens: [Int], milliseconds: [Int]) {
        #expect(pace.delays(tokens: tokens) == milliseconds.map { .milliseconds($0) })
    }

    @Test func jitterIsTheSameForTheSameSeedAndStaysWithinItsShare() {
        let tokens = Array(repeating: 1, count: 200)
        let pace = Pace(tokensPerSecond: 10, jitter: 0.5, seed: 7)
        let delays = pace.delays(tokens: tokens)
        #expect(delays == pace.delays(tokens: tokens))
        #expect(delays != Pace(tokensPerSecond: 10, jitter: 0.5, seed: 8).delays(tokens: tokens))
        #expect(delays.allSatisfy { $0 >= .milliseconds(50) && $0 <= .milliseconds(150) })
        #expect(Set(delays).count > 150)
        // What comes later does not change what was before.
        #expect(Array(delays.prefix(20)) == pace.delays(tokens: Array(tokens.prefix(20))))
    }

    @Test func numbersOfTheGeneratorAreThePublishedOnes() {
        // SplitMix64 of 0 begins with this one; its upper 53 bits are the share.
        let first: UInt64 = 0xE220_A839_7B1D_CDAF
        let share = Double(first >> 11) / 0x1p53
        let delay = Pace(tokensPerSecond: 1, jitter: 1, seed: 0).delay(tokens: 1)
        #expect(abs((delay - .seconds(2 * share)) / .seconds(1)) < 1e-6)
    }

    @Test func aWholeAnswerWaitsForAllItsTokens() {
        #expect(Pace(timeToFirst: 1, tokensPerSecond: 10).delay(tokens: 25) == .milliseconds(3500))
    }
}
