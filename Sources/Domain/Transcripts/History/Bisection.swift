/// The search for the first of a row of attempts that goes otherwise, by halving the row.
///
/// It begins with one that is known to be good and a later one that is known to be bad, and ends with two neighbours of
/// which that is so. Where the row changes more than once, one of the changes is found.
public struct Bisection: Sendable, Equatable {
    /// The last one that is known to be good.
    public private(set) var good: Int
    /// The first one that is known to be bad.
    public private(set) var bad: Int

    public init(good: Int, bad: Int) {
        precondition(good < bad, "what is good comes before what is bad")
        self.good = good
        self.bad = bad
    }

    /// The one to be looked at next; nil when the two are neighbours.
    public var next: Int? { bad - good > 1 ? (good + bad) / 2 : nil }

    /// Takes up what was seen of `next`.
    public mutating func looked(at index: Int, isGood: Bool) {
        precondition(index > good && index < bad, "what is looked at lies between")
        if isGood { good = index } else { bad = index }
    }
}
