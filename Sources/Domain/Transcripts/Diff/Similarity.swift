/// How alike two entries are, in millionths.
enum Similarity {
    /// Nothing in common counts 0, the same event in every respect this much.
    static let whole = 1_000_000
    /// What leaving an entry alone costs.
    static let gap = -100_000
    /// Less alike than this is not the same event.
    static let floor = 0.30

    /// Nil when the two cannot be the same event.
    ///
    /// - Parameter least: Nothing below this is asked for; what cannot reach it is not looked at in full.
    static func of(_ a: EntryKey, _ b: EntryKey, least: Double = floor) -> Int? {
        guard a.kind == b.kind else { return nil }
        if a.id == b.id { return whole }
        let factor = a.speaker != b.speaker || a.recipient != b.recipient ? 0.8 : 1
        // What came of the code says less about which run it was than the code.
        var value =
            switch a.kind {
            case .codeRun: 0.7 * dice(a.words, b.words, least: 0) + 0.3 * dice(a.outcome, b.outcome, least: 0)
            case .end: 0.5 + 0.5 * dice(a.words, b.words, least: 0)
            case .message, .llmCall: dice(a.words, b.words, least: least / factor)
            }
        value *= factor
        return value >= least ? Int((value * Double(whole)).rounded()) : nil
    }

    /// Twice the words in common, by the words of both; both lists are sorted.
    static func dice(_ a: [UInt64], _ b: [UInt64], least: Double) -> Double {
        let total = a.count + b.count
        guard total > 0 else { return 1 }
        guard Double(2 * min(a.count, b.count)) / Double(total) >= max(0.1, least) else { return 0 }
        return Double(2 * common(a, b)) / Double(total)
    }

    /// How many words two sorted lists have in common.
    static func common(_ a: [UInt64], _ b: [UInt64]) -> Int {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                var common = 0, i = 0, j = 0
                while i < a.count, j < b.count {
                    if a[i] == b[j] {
                        common += 1
                        i += 1
                        j += 1
                    } else if a[i] < b[j] {
                        i += 1
                    } else {
                        j += 1
                    }
                }
                return common
            }
        }
    }
}
