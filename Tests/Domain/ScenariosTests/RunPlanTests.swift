import Scenarios
import Testing
import TextConditions
import Transcripts

@Suite struct RunPlanTests {
    private static let scenarios = (0..<200).map { (name: "s\($0)", repetitions: $0 % 3 + 1) }

    @Test(arguments: 1...16) func partsTogetherHaveEachItemOnce(total: Int) {
        let whole = RunPlan(Self.scenarios)
        let parts = (1...total).map { RunPlan(Self.scenarios, shard: Run.Shard(index: $0, total: total)) }
        #expect(parts.flatMap(\.items).count == whole.items.count)
        #expect(Set(parts.flatMap(\.items)) == Set(whole.items))
        #expect(Set(parts.map(\.id)).count == 1)
        // None is much larger than its share.
        #expect(parts.allSatisfy { $0.items.count < 2 * whole.items.count / total + 10 })
    }

    @Test func aNewScenarioMovesNoOther() {
        let shard = Run.Shard(index: 2, total: 5)
        let before = RunPlan(Self.scenarios, shard: shard).items.map { "\($0.scenario)#\($0.repetition)" }
        let after = RunPlan([("new", 1)] + Self.scenarios, shard: shard).items.map { "\($0.scenario)#\($0.repetition)" }
        #expect(after.filter { $0 != "new#1" } == before)
    }

    @Test func thePlansNameFollowsFromWhatIsPerformed() {
        #expect(RunPlan([("a", 1)]).id == RunPlan([("a", 1)]).id)
        #expect(RunPlan([("a", 1)]).id != RunPlan([("a", 2)]).id)
        #expect(RunPlan([("a", 1)]).id != RunPlan([("b", 1)]).id)
    }

    @Test func aFilterTakesAllPatternsAndOneTag() throws {
        let filter = ScenarioFilter(
            patterns: [try Pattern("a"), try Pattern("b$")], excludedPatterns: [try Pattern("x")],
            tags: ["t", "!slow"],
            names: nil)
        #expect(filter.admits(name: "ab", tags: ["t"]))
        #expect(filter.admits(name: "ab", tags: ["other", "t"]))
        #expect(!filter.admits(name: "ab", tags: []))
        #expect(!filter.admits(name: "ab", tags: ["t", "slow"]))
        #expect(!filter.admits(name: "ac", tags: ["t"]))
        #expect(!filter.admits(name: "xab", tags: ["t"]))
        #expect(!ScenarioFilter(names: ["a"]).admits(name: "ab", tags: []))
    }
}

@Suite struct ShardVariablesTests {
    @Test(arguments: [
        (["CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "4"], 2, 4),
        (["CIRCLE_NODE_INDEX": "0", "CIRCLE_NODE_TOTAL": "3"], 1, 3),
        (["BUILDKITE_PARALLEL_JOB": "2", "BUILDKITE_PARALLEL_JOB_COUNT": "3"], 3, 3),
        (["SYSTEM_JOBPOSITIONINPHASE": "1", "SYSTEM_TOTALJOBSINPHASE": "2"], 1, 2),
        (["JOB_COMPLETION_INDEX": "4", "JOB_COMPLETIONS": "5"], 5, 5), (["UNDERSTUDY_SHARD": "3/9"], 3, 9),
        (["UNDERSTUDY_SHARD": "1/2", "CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "4"], 1, 2),
    ])
    func eachSystemCountsInItsOwnWay(variables: [String: String], index: Int, total: Int) throws {
        #expect(try ShardVariables.read(variables)?.shard == Run.Shard(index: index, total: total))
    }

    @Test(arguments: [
        [:], ["CI_NODE_INDEX": "1"], ["JOB_COMPLETION_INDEX": "0"], ["CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "1"],
    ])
    func nothingIsSaidByHalfOrByOnePart(variables: [String: String]) throws {
        #expect(try ShardVariables.read(variables) == nil)
    }

    @Test(arguments: [
        ["CI_NODE_INDEX": "0", "CI_NODE_TOTAL": "4"], ["CI_NODE_INDEX": "5", "CI_NODE_TOTAL": "4"],
        ["CIRCLE_NODE_INDEX": "x", "CIRCLE_NODE_TOTAL": "4"], ["UNDERSTUDY_SHARD": "0/4"], ["UNDERSTUDY_SHARD": "a"],
        ["CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "4", "CIRCLE_NODE_INDEX": "0", "CIRCLE_NODE_TOTAL": "4"],
    ])
    func whatCannotBeIsRefused(variables: [String: String]) {
        #expect(throws: ShardVariables.Problem.self) { try ShardVariables.read(variables) }
    }
}
