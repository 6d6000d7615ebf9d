extension Script {
    /// How fast a model speaks; the same answer always takes the same time.
    public struct Pace: Sendable, Equatable {
        /// Seconds before the first event.
        public var timeToFirst: Double
        /// Nil for all at once after the first event.
        public var tokensPerSecond: Double?
        /// By which share of itself a delay may be longer or shorter: 0 for even, 1 for from nothing to double.
        public var jitter: Double
        /// Of the jitter.
        public var seed: UInt64

        public init(timeToFirst: Double = 0, tokensPerSecond: Double? = nil, jitter: Double = 0, seed: UInt64 = 0) {
            self.timeToFirst = timeToFirst
            self.tokensPerSecond = tokensPerSecond
            self.jitter = jitter
            self.seed = seed
        }
    }
}

extension Script.Pace {
    /// How long to wait before each event.
    ///
    /// - Parameter tokens: How many each event carries.
    public func delays(tokens: [Int]) -> [Duration] {
        var random = SplitMix64(state: seed)
        return tokens.enumerated().map { index, count in
            // One number for each event, also where it has no effect: an event more does not move the others.
            let shift = jitter * (2 * random.nextUnit() - 1)
            let speaking = tokensPerSecond.map { Double(count) / $0 * (1 + shift) } ?? 0
            return .nanoseconds(Int64(min((index == 0 ? timeToFirst : 0) + speaking, Script.Pace.limit) * 1e9))
        }
    }

    /// How long to wait for an answer that comes whole.
    public func delay(tokens: Int) -> Duration { delays(tokens: [tokens]).reduce(.zero, +) }

    /// Seconds that no delay is longer than: a day.
    private static let limit = 86_400.0
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators": the same numbers on every machine.
private struct SplitMix64 {
    var state: UInt64

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// From 0 to below 1.
    mutating func nextUnit() -> Double { Double(next() >> 11) / 0x1p53 }
}
