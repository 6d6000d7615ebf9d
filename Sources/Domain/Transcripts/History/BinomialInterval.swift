import Foundation

/// Between which bounds a probability lies, seen from how often something came true: the exact interval of Clopper and
/// Pearson (1934).
///
/// It holds the true probability at least as often as its confidence says, also for few trials and at the edges.
public struct BinomialInterval: Sendable, Equatable {
    public let lower: Double
    public let upper: Double

    /// - Parameters:
    ///   - successes: From 0 to `trials`.
    ///   - confidence: Above 0 and below 1; what is left is shared by both sides.
    public init(successes: Int, of trials: Int, confidence: Double) {
        precondition(trials >= 0 && (0...trials).contains(successes), "there are no more successes than trials")
        precondition(confidence > 0 && confidence < 1, "a confidence is above 0 and below 1")
        let side = (1 - confidence) / 2
        // The smallest probability with which as many successes or more are not too unlikely, and the largest with which
        // as many or fewer are not.
        lower =
            successes == 0
            ? 0
            : BinomialInterval.root { BinomialInterval.tail(atLeast: successes, of: trials, probability: $0) - side }
        upper =
            successes == trials
            ? 1
            : BinomialInterval.root {
                side - BinomialInterval.tail(atLeast: trials - successes, of: trials, probability: 1 - $0)
            }
    }

    /// Where a rising function is zero between 0 and 1.
    private static func root(_ function: (Double) -> Double) -> Double {
        var low = 0.0, high = 1.0
        while true {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { return middle }
            if function(middle) < 0 { low = middle } else { high = middle }
        }
    }

    /// How likely a number of successes or more is.
    static func tail(atLeast count: Int, of trials: Int, probability: Double) -> Double {
        guard count > 0 else { return 1 }
        guard count <= trials, probability > 0 else { return 0 }
        guard probability < 1 else { return 1 }
        // The shorter tail is summed: terms fall from its beginning on.
        if Double(count) < Double(trials) * probability {
            return 1 - tail(atLeast: trials - count + 1, of: trials, probability: 1 - probability)
        }
        func logFactorial(_ number: Int) -> Double { lgamma(Double(number) + 1) }
        let choices = logFactorial(trials) - logFactorial(count) - logFactorial(trials - count)
        var term = exp(choices + Double(count) * log(probability) + Double(trials - count) * log1p(-probability))
        var sum = 0.0
        let odds = probability / (1 - probability)
        for index in count...trials {
            sum += term
            term *= Double(trials - index) / Double(index + 1) * odds
            if term < sum * 1e-17 { break }
        }
        return min(1, sum)
    }
}
