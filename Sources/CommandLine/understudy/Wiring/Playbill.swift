import ArgumentParser
import Cassettes
import Foundation
import HTTPMessages
import ProjectFiles
import Responders
import ScenarioRunning
import Scenarios
import Scripts
import TranscriptStore
import Transcripts

/// The scenarios of one command line, performed one after another in one of the modes.
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
    let project = Project()
    let environment = ProcessInfo.processInfo.environment

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
        let acts = try acts(of: scenarios, files)
        if mode != .replay {
            for act in acts where act.cassette == nil || mode != .once {
                try upstreams.checkKeys(for: act.scenario.services)
            }
        }

        // Opened when the files are known to be good: a bad one leaves no trace.
        let attempts = try await Attempts(store: storage.open(for: .writing), project: project, label: label)
        do {
            for act in acts {
                report.started(act.key)
                report.ended(act.key, act.scenario, try await perform(act, attempts))
            }
        } catch {
            try await attempts.end(.error)
            throw error
        }
        try await attempts.end(report.hasPassed ? .passed : .failed)
        try await report.summarize(attempts)
        return report.hasPassed
    }

    /// One scenario with all that it is performed from.
    private struct Act {
        let scenario: Scenario
        let key: String
        let name: CassetteName
        /// Nil when there is none, or none is needed.
        let cassette: Cassette?
    }

    private func acts(of scenarios: [Scenario], _ files: ScenarioFiles) throws -> [Act] {
        let cassettes: [Cassette?]
        switch mode {
        case .replay: cassettes = try files.cassettes(of: scenarios, given: cassette)
        case .once, .new:
            cassettes = try scenarios.map { scenario in
                let name = try files.cassetteName(of: scenario)
                guard project.exists(project.file(of: name)) else { return nil }
                return try files.cassettes(of: [scenario], given: nil).first
            }
        case .record, .live, .script: cassettes = scenarios.map { _ in nil }
        }
        let freshness = try Freshness(of: project, isRequired: requiresFresh)
        for cassette in cassettes.compactMap(\.self) { try freshness.check(cassette) }
        return try zip(scenarios, cassettes).map { scenario, cassette in
            Act(
                scenario: scenario, key: files.key(of: scenario),
                name: try cassette?.header.name ?? files.cassetteName(of: scenario), cassette: cassette)
        }
    }

    private func perform(_ act: Act, _ attempts: Attempts) async throws -> Attempts.Judged {
        let asksLive = mode != .replay && !(mode == .once && act.cassette != nil)
        if asksLive, let service = upstreams.scripted, script ?? act.scenario.script == nil {
            throw ValidationError(
                "\(act.scenario.file) has no script, for --upstream \(service.rawValue)=script"
                    + "\n  expected: script: {rules: […]}, or --script FILE")
        }
        let live =
            asksLive
            ? try await LiveServices(upstreams, script: script ?? act.scenario.script, environment: environment) : nil
        let desk = RecordingDesk(project: project, upstreams: upstreams, environment: environment)
        let outcome: Result<Attempts.Judged, any Error>
        do {
            outcome = .success(try await perform(act, attempts, live, desk))
        } catch {
            outcome = .failure(error)
        }
        // What was recorded is safe before anything else can fail.
        let passed = (try? outcome.get().verdict.passed) ?? false
        let isRecorded = try await desk.finish(isComplete: passed, tell: report.tell)
        try await live?.shutDown()
        var judged = try outcome.get()
        if !isRecorded, passed { judged.verdict.misses.append(.init(title: "the recording is not complete")) }
        if !judged.verdict.passed, let unanswered = live?.unanswered.first {
            report.ended(act.key, act.scenario, judged)
            throw WorldFailure(description: unanswered)
        }
        return judged
    }

    private func perform(
        _ act: Act, _ attempts: Attempts, _ live: LiveServices?, _ desk: RecordingDesk
    ) async throws -> Attempts.Judged {
        // Replay has its own time, so that two runs are alike; whatever is live has ours.
        let clock: any MovableClock =
            live == nil ? VirtualClock(start: VirtualClock.fixedStart) : ShiftedClock(SystemClock())
        let notes = SessionNotes { note in
            if case .drift(let text) = note { Console.complain("warning: \(act.key): \(text)") }
        }
        let maker = SessionMaker(
            mode: mode, usedUp: usedUp, pace: pace, shelf: CassetteShelf(project: project, given: act.cassette),
            desk: desk, live: live,
            services: act.scenario.services)
        let session = try maker.session(of: act.name, name: act.key, clock: clock, notes: notes)
        session.start(with: act.scenario.faults)
        let key = SessionKey(act.name).description
        return try await attempts.perform(
            act.scenario, key: act.key, session: session, keys: Rehearsal.Keys(llm: key, hopx: key), clock: clock,
            leftovers: { requiresAllPlayed ? act.cassette.map(notes.leftovers) ?? [] : [] }, onEntry: { _ in })
    }
}

/// A live service that gave no answer: nothing is known about the scenario.
private struct WorldFailure: Error, CustomStringConvertible {
    let description: String
}

extension Scenario {
    /// The services that its agents and tools ask.
    var services: [Service] {
        let asksModel = agents.contains { $0.model != nil } || conversation.choosesByModel
        let runsCode = agents.contains { $0.executor != nil } || tools.contains(where: \.runsCode)
        return (asksModel ? [.openai] : []) + (runsCode ? [.hopx] : [])
    }
}
