import ArgumentParser
import Cassettes
import Foundation
import HTTPMessages
import Processes
import ProjectFiles
import Responders
import ScenarioRunning
import Scenarios
import Scripts
import TranscriptStore
import Transcripts

/// The scenarios of one command line, performed in one of the modes.
struct Playbill: Sendable {
    let mode: Mode
    let usedUp: UsedUp
    /// How fast a replay is; nil at once.
    let pace: ReplayPace?
    /// Named by the flag `--cassette`; for one scenario.
    let cassette: String?
    /// Recordings that were not played fail a scenario.
    let requiresAllPlayed: Bool
    let upstreams: Upstreams
    /// Takes the place of the scenarios' own scripts; nil leaves each its own.
    let script: Script?
    let storage: StoreOptions
    let label: String?
    let report: RunReport
    /// A cassette that is too old is not played.
    var requiresFresh = false
    /// For a command that is about one scenario.
    var isForOne = false
    /// What is accepted, for a check; nil for a run that is judged by its scenarios alone.
    var standard: Standard?
    var selection = Selection()
    var terms = Terms()
    let project = Project()
    let environment = ProcessInfo.processInfo.environment
    /// Shared by all attempts.
    let connections = LiveConnections(environment: ProcessInfo.processInfo.environment)

    /// - Returns: True when all went as expected.
    /// - Throws: `Diagnostics` and `FileError` of all files before anything is performed.
    func perform(_ paths: [String]) async throws -> Bool {
        let files = ScenarioFiles(project: project)
        let scenarios = try files.read(paths)
        if isForOne, scenarios.count != 1 {
            throw ValidationError(
                "'\(paths.joined(separator: " "))' names \(scenarios.count) scenarios\n  expected: one")
        }
        if cassette != nil, scenarios.count != 1 {
            throw ValidationError("--cassette is for one scenario, and \(scenarios.count) are named")
        }
        let selected = scenarios.filter { selection.filter.admits(name: files.key(of: $0), tags: $0.tags) }
        guard !selected.isEmpty || selection.mayBeEmpty else {
            throw ValidationError(
                "none of \(scenarios.count) scenarios is selected\n  fix: 'understudy run --list' shows names and tags, "
                    + "--pass-with-no-tests accepts it")
        }
        let acts = try await acts(of: selected, files)
        if mode != .replay {
            for act in acts where act.cassette == nil || mode != .once {
                try act.upstreams.checkKeys(for: act.scenario.services)
            }
            guard mode == .live || mode == .script || selection.repetitions ?? 1 == 1 && terms.retries == 0 else {
                throw ValidationError(
                    "--repeat and --retries do not go with --mode \(mode.rawValue), which makes one recording of each scenario"
                )
            }
        }
        let plan = RunPlan(acts.map { ($0.key, repetitions(of: $0.scenario)) }, shard: selection.shard)
        if let source = selection.shardSource, let shard = selection.shard {
            report.note("part \(shard.index) of \(shard.total), as \(source) says")
        }

        // Opened when the files are known to be good: a bad one leaves no trace.
        let store = try storage.open(for: .writing)
        let attempts: Attempts
        var done: [AttemptSummary] = []
        if let resumed = selection.resumed {
            guard resumed.plan == plan.id, resumed.shard == selection.shard else {
                throw ValidationError(
                    "run \(resumed.id) was to perform other scenarios than there are now\n  fix: start a new one")
            }
            done = try await store.attempts(of: resumed).filter { $0.outcome.status != .cutShort }
            attempts = try await Attempts(store: store, resuming: resumed)
        } else {
            attempts = try await Attempts(
                store: store, project: project, label: label, shard: selection.shard, plan: plan.id,
                standard: standard)
        }
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await perform(plan, acts, attempts, done: done))
        } catch {
            outcome = .failure(error)
        }
        // What is cancelled ends its connections all the same.
        try await Task { try await connections.shutDown() }.value
        do {
            try outcome.get()
        } catch is CancellationError {
            // What is cancelled writes nothing more; this is written still.
            try await Task { try await attempts.end(.interrupted) }.value
            report.note("what has ended is stored\n  to go on: understudy run --resume \(attempts.run.id)")
            throw CancellationError()
        } catch {
            try await attempts.end(.error)
            throw error
        }
        try await attempts.end(report.hasPassed ? .passed : .failed)
        try await report.summarize(attempts)
        return report.hasPassed
    }

    /// Performs what a plan has, some of it at a time, and reports it in the plan's order.
    private func perform(_ plan: RunPlan, _ acts: [Act], _ attempts: Attempts, done: [AttemptSummary]) async throws {
        var earlier: [RunPlan.Item: [AttemptSummary]] = [:]
        for attempt in done {
            let number = attempt.number
            let item = RunPlan.Item(scenario: attempt.scenario, place: number.place, repetition: number.repetition)
            earlier[item, default: []].append(attempt)
        }
        let todo = plan.items.filter { item in
            let tries = earlier[item] ?? []
            guard let last = tries.last, last.outcome.status == .passed || tries.count > terms.retries else {
                return true
            }
            report.hadEnded(tries)
            return false
        }
        report.expects(todo.count)
        var results = OrderedResults<(RunPlan.Item, [Attempts.Judged])>()
        var left = todo.enumerated().makeIterator()
        try await withThrowingTaskGroup(of: (Int, RunPlan.Item, [Attempts.Judged]).self) { tasks in
            func begin() {
                guard !report.hasEnoughFailures(terms.failureLimit), terms.budget?.passed == nil,
                    let (place, item) = left.next()
                else { return }
                let act = acts[item.place]
                report.started(act.key)
                let tries = earlier[item]?.count ?? 0
                tasks.addTask { (place, item, try await self.tries(of: act, item, from: tries, attempts)) }
            }
            for _ in 0..<max(1, min(terms.jobs, todo.count)) { begin() }
            while let (place, item, judged) = try await tasks.next() {
                report.counted(judged)
                for (item, judged) in results.add((item, judged), at: place) { tell(item, acts, judged) }
                begin()
            }
        }
        for (item, judged) in results.rest() { tell(item, acts, judged) }
        if let passed = terms.budget?.passed { report.failsBy("\(passed); what had not begun was left out") }
    }

    /// How often a scenario is performed; a recording is made once.
    func repetitions(of scenario: Scenario) -> Int {
        selection.repetitions ?? (mode.records ? 1 : scenario.repetitions)
    }

    private func tell(_ item: RunPlan.Item, _ acts: [Act], _ judged: [Attempts.Judged]) {
        let scenario = acts[item.place].scenario
        let name = repetitions(of: scenario) > 1 ? "\(item.scenario)#\(item.repetition)" : item.scenario
        report.ended(name, of: item.scenario, scenario, judged)
    }

    /// One attempt, and another as long as it fails and there are retries left.
    private func tries(
        of act: Act, _ item: RunPlan.Item, from first: Int, _ attempts: Attempts
    ) async throws -> [Attempts.Judged] {
        var tries: [Attempts.Judged] = []
        for retry in first...max(first, terms.retries) {
            let number = Attempt.Number(place: item.place, repetition: item.repetition, retry: retry)
            let judged = try await perform(
                act, attempts,
                Attempts.Terms(
                    number: number, timeout: terms.timeout, seed: terms.seed ?? act.scenario.seed,
                    isRepeatable: terms.isRepeatable, requiresAllPlayed: requiresAllPlayed, budget: terms.budget))
            tries.append(judged)
            if judged.verdict.passed { break }
        }
        return tries
    }

    /// What of the named scenarios is performed.
    struct Selection: Sendable {
        var filter = ScenarioFilter()
        /// Nil for what each scenario says.
        var repetitions: Int?
        var shard: Run.Shard?
        /// The variables that said which part; nil for a flag.
        var shardSource: String?
        var mayBeEmpty = false
        /// A run to go on with.
        var resumed: Run?
    }

    /// How it is performed.
    struct Terms: Sendable {
        var jobs = 1
        var retries = 0
        var failureLimit: Int?
        var timeout: Double?
        var seed: Int?
        var isRepeatable = false
        /// What live services may be asked for in all; nil for no bound.
        var budget: Budget?
        /// Scenarios from elsewhere may start programs.
        var allowsCommands = false
    }
}
