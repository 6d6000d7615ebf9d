import Digests
public import Transcripts

/// What a run is to perform: attempts in their order, before anything is known of how they come out.
public struct RunPlan: Sendable, Equatable {
    /// One attempt, or the tries that it takes.
    public struct Item: Sendable, Hashable {
        /// The scenario's name in every run.
        public var scenario: String
        /// The scenario's place among all that were selected, counted from 0.
        public var place: Int
        /// Counted from 1.
        public var repetition: Int

        public init(scenario: String, place: Int, repetition: Int) {
            self.scenario = scenario
            self.place = place
            self.repetition = repetition
        }
    }

    public var items: [Item]
    /// A digest of all items of all shards: shards of one run have it in common, and the run that is not divided.
    public var id: String

    /// - Parameters:
    ///   - scenarios: Names with how often each is performed.
    ///   - shard: Keeps the items of this part only. Which part an item belongs to depends on nothing but its name, its
    ///     repetition and the number of parts: a new scenario moves no other.
    public init(_ scenarios: [(name: String, repetitions: Int)], shard: Run.Shard? = nil) {
        let all = scenarios.enumerated().flatMap { place, scenario in
            (0..<max(0, scenario.repetitions)).map {
                Item(scenario: scenario.name, place: place, repetition: $0 + 1)
            }
        }
        id = String(Digest.sha256Hex(all.map { "\($0.scenario)#\($0.repetition)\n" }.joined()).prefix(16))
        items = shard.map { shard in all.filter { RunPlan.owner(of: $0, among: shard.total) == shard.index } } ?? all
    }

    /// The part with the highest draw for an item (rendezvous hashing).
    private static func owner(of item: Item, among total: Int) -> Int {
        func draw(_ index: Int) -> String { Digest.sha256Hex("\(item.scenario)#\(item.repetition)@\(index)") }
        return (1...max(total, 1)).max { draw($0) < draw($1) } ?? 1
    }
}
