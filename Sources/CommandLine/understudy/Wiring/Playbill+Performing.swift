import ArgumentParser
import Cassettes
import Foundation
import HTTPMessages
import Processes
import ProjectFiles
import Responders
import ScenarioRunning
import Scenarios

extension Playbill {
    /// One try at a scenario; what it records is put in place, or left, before anything else can fail.
    func perform(
        _ act: Act, _ attempts: Attempts, _ terms: Attempts.Terms
    ) async throws -> Attempts.Judged {
        let asksLive = mode != .replay && !(mode == .once && act.cassette != nil)
        let upstreams = act.upstreams
        if asksLive, let service = upstreams.scripted, script ?? act.scenario.script == nil {
            throw ValidationError(
                "\(act.scenario.file) has no script, for --upstream \(service.rawValue)=script"
                    + "\n  expected: script: {rules: […]}, or --script FILE")
        }
        let script = script ?? act.scenario.script
        let messenger = Messenger(reach: upstreams.reach(script), allowing: upstreams.webhookHosts)
        let live =
            asksLive
            ? try await LiveServices(
                upstreams, script: script, environment: environment, messages: messenger.ofSandboxes,
                connections: connections) : nil
        let desk = RecordingDesk(project: project, upstreams: upstreams, environment: environment)
        let outcome: Result<Attempts.Judged, any Error>
        do {
            outcome = .success(try await perform(act, attempts, terms, live, desk, messenger))
        } catch {
            outcome = .failure(error)
        }
        // What was recorded is safe before anything else can fail.
        let passed = (try? outcome.get().verdict.passed) ?? false
        let isRecorded = try await desk.finish(isComplete: passed, tell: report.tell)
        try await messenger.shutDown()
        try await live?.shutDown()
        var judged = try outcome.get()
        if !isRecorded, passed { judged.verdict.misses.append(.init(title: "the recording is not complete")) }
        if !judged.verdict.passed, judged.breach == nil, let unanswered = live?.unanswered.first {
            report.ended(act.key, of: act.key, act.scenario, [judged])
            throw WorldFailure(description: unanswered)
        }
        return judged
    }

    private func perform(
        _ act: Act, _ attempts: Attempts, _ terms: Attempts.Terms, _ live: LiveServices?, _ desk: RecordingDesk,
        _ messenger: Messenger
    ) async throws -> Attempts.Judged {
        let maker = SessionMaker(
            mode: mode, usedUp: usedUp, pace: pace, shelf: CassetteShelf(project: project, given: act.cassette),
            desk: desk, live: live,
            services: act.scenario.services, outside: act.command != nil && live == nil ? SystemClock() : nil,
            passesDelays: act.command == nil, messenger: messenger)
        return try await attempts.perform(act.scenario, key: act.key, terms: terms) {
            let clock = clock(isLive: live != nil, isProgram: act.command != nil)
            let notes = SessionNotes { note in
                if case .drift(let text) = note { Console.complain("warning: \(act.key): \(text)") }
            }
            let session = try maker.session(of: act.name, name: act.key, clock: clock, notes: notes)
            session.start(with: act.scenario.faults)
            let key = SessionKey(act.name)
            return Attempts.Setting(
                session: session, keys: Rehearsal.Keys(llm: key.description, hopx: key.description), clock: clock,
                leftovers: { act.cassette.map(notes.leftovers) ?? [] },
                program: act.command.map { command in
                    program(
                        act, command, session, SessionKey(act.name, position: live == nil ? nil : Identifiers.secret()),
                        messenger.relay
                    ) {
                        try maker.session(of: $0.cassette, name: $0.description, clock: clock, notes: notes)
                    }
                })
        }
    }

    /// Replay has its own time, so that two runs are alike; whatever is live has ours, and programs see both.
    private func clock(isLive: Bool, isProgram: Bool) -> any MovableClock {
        if isLive { return ShiftedClock(SystemClock()) }
        return VirtualClock(start: isProgram ? SystemClock().now : VirtualClock.fixedStart)
    }

    /// A scenario's program with its session; further keys have sessions of their own.
    private func program(
        _ act: Act, _ command: ChildCommand, _ session: Session, _ main: SessionKey, _ relay: MessageRelay,
        another: @escaping @Sendable (SessionKey) throws -> Session
    ) -> WatchedProgram {
        let accepted: Set<String>? = main.position == nil ? nil : [main.description]
        let sessions = Sessions(fallback: .cassette(main), acceptedKeys: accepted) { key in
            guard let key, key != main else { return session }
            do {
                return try another(key)
            } catch {
                throw Sessions.Refusal("\(error)")
            }
        }
        return WatchedProgram(
            command: command, subject: act.scenario.name, agents: act.scenario.agentNames, key: main.description,
            sessions: sessions, clock: session.clock, environment: environment,
            variables: act.scenario.program?.environment ?? [:], isSilent: true, relay: relay)
    }
}

/// A live service that gave no answer: nothing is known about the scenario.
private struct WorldFailure: Error, CustomStringConvertible {
    let description: String
}

extension Scenario {
    /// The services that its agents and tools ask; a program's are known when it asks.
    var services: [Service] {
        let asksModel = agents.contains { $0.model != nil } || conversation.choosesByModel
        let runsCode = agents.contains { $0.executor != nil } || tools.contains(where: \.runsCode)
        return (asksModel ? [.openai] : []) + (runsCode ? [.hopx] : [])
    }
}
