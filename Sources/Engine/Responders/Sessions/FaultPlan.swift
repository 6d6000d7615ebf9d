import Cassettes
public import FaultRules
import HTTPMessages
import Synchronization

/// The faults that a session still has to meet out, in the order in which they were asked for.
public final class FaultPlan: Sendable {
    /// A rule that is not used up.
    public struct Standing: Sendable {
        public let rule: FaultRule
        /// How many requests it will still meet; nil for no end.
        public internal(set) var left: Int?
        fileprivate let id: Int
        /// For a rule with a rate: how often each request has been asked.
        fileprivate var asked: [String: Int] = [:]
    }

    /// More rules than this are refused.
    public static let bound = FaultRule.listBound
    /// More different requests than this are not told apart by a rate: each further one counts as asked for the first
    /// time.
    private static let askedBound = 100_000

    private let state = Mutex<(standing: [Standing], nextID: Int)>(([], 0))

    public init() {}

    public var isEmpty: Bool { state.withLock { $0.standing.isEmpty } }

    /// The rules that are not used up, in their order.
    public var standing: [Standing] { state.withLock { $0.standing } }

    /// - Returns: False when there are too many.
    public func add(_ rule: FaultRule) -> Bool {
        state.withLock { state in
            guard state.standing.count < FaultPlan.bound else { return false }
            state.standing.append(Standing(rule: rule, left: rule.times, id: state.nextID))
            state.nextID += 1
            return true
        }
    }

    /// - Returns: How many there were.
    @discardableResult
    public func removeAll() -> Int {
        state.withLock { state in
            defer { state.standing = [] }
            return state.standing.count
        }
    }

    /// The first rule that meets a request, which is counted against it; nil lets the request pass.
    func strike(
        _ request: Request, service: Service, counts: RequestCounts, session: String, facts: RequestFacts
    ) -> FaultRule? {
        // Patterns and digests take a while, and are for outside the lock.
        let matching = standing.filter {
            $0.rule.isFor(session: session)
                && $0.rule.matches(request, service: service, number: counts.count, model: { facts.model })
        }
        guard !matching.isEmpty else { return nil }
        let key = matching.contains { $0.rule.chance != nil } ? facts.key : ""
        let ids = Set(matching.map(\.id))
        return state.withLock { state in
            for index in state.standing.indices where ids.contains(state.standing[index].id) {
                guard state.standing[index].strikes(key, bound: FaultPlan.askedBound) else { continue }
                let rule = state.standing[index].rule
                state.standing[index].left = state.standing[index].left.map { $0 - 1 }
                if state.standing[index].left == 0 { state.standing.remove(at: index) }
                return rule
            }
            return nil
        }
    }
}

extension FaultPlan.Standing {
    /// Asks the rule's chance, if it has one.
    fileprivate mutating func strikes(_ key: String, bound: Int) -> Bool {
        guard let chance = rule.chance else { return true }
        let count = asked[key, default: 0]
        if count > 0 || asked.count < bound { asked[key] = count + 1 }
        return chance.strikes(key: key, count: count)
    }
}
