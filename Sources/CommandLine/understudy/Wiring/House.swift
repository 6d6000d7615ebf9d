import ArgumentParser
import Cassettes
import Documents
import FaultRules
import Foundation
import HTTPMessages
import ProjectFiles
import Reports
import Responders

/// A server's sessions in one of the modes, with what has to be put away when it ends.
struct House {
    let sessions: Sessions
    /// What the printed variables hold: it selects the main cassette.
    let key: SessionKey
    /// What is told of the main cassette: its name.
    let subject: String
    /// Where the main cassette is, or will be.
    let file: String
    /// Of a story that is one program's.
    let clock: any HTTPMessages.Clock
    /// Messages of its sandboxes.
    let messenger: Messenger
    private let live: LiveServices?
    private let clients: UpstreamClients
    private let desk: RecordingDesk

    /// - Parameters:
    ///   - cassette: A name; in `replay`, also a file ending in `.yaml`.
    ///   - faults: In force from the start of each session.
    ///   - isOneProgram: All sessions share one time, as they belong to one story.
    ///   - onNote: Told what sessions have to tell, with the session's name.
    /// - Throws: `ValidationError`, `FileError`, `Diagnostics`.
    init(
        cassette: String, modes: ModeOptions, usedUp: UsedUp, keys: Set<String>, faults: [FaultRule] = [],
        isOneProgram: Bool = false,
        onNote: @escaping @Sendable (SessionNotes.Note, String) -> Void
    ) async throws {
        let environment = ProcessInfo.processInfo.environment
        let project = Project()
        let mode = modes.mode ?? .replay
        let upstreams = try modes.upstreams(environment)
        let script = try modes.readScript(project)

        let given = try House.open(cassette, mode, project)
        let freshness = try Freshness(of: project, isRequired: modes.requireFresh)
        try given.map(freshness.check)
        let name = try given?.header.name ?? House.name(cassette)
        let asksLive = mode != .replay && !(mode == .once && given != nil)
        clients = UpstreamClients(environment: environment)
        messenger = Messenger(reach: upstreams.reach(script), allowing: upstreams.webhookHosts)
        live =
            asksLive
            ? try await LiveServices(
                upstreams, script: script, environment: environment, clients: clients,
                messages: messenger.ofSandboxes) : nil
        desk = RecordingDesk(project: project, upstreams: upstreams, environment: environment)
        // Whoever may go to a live service, or really runs code, answers nobody but those who were told this run's key.
        key = SessionKey(name, position: asksLive ? Identifiers.secret() : nil)

        subject = name.text
        file = given?.file ?? project.file(of: name)
        // What is live has the machine's time.
        let makeClock: @Sendable () -> any MovableClock = {
            if asksLive { ShiftedClock(SystemClock()) } else { VirtualClock(start: SystemClock().now) }
        }
        let shared = makeClock()
        clock = shared
        let main = key
        let maker = SessionMaker(
            mode: mode, usedUp: usedUp, pace: modes.pace, shelf: CassetteShelf(project: project, given: given),
            desk: desk, live: live, onMiss: modes.onMiss ?? .error,
            services: upstreams.named, outside: asksLive ? nil : SystemClock(), messenger: messenger)
        // Another recorder of the same cassette is told now, not at the first request.
        if mode.records, asksLive {
            let notes = SessionNotes { onNote($0, name.sessionKey) }
            do {
                _ = try maker.session(of: name, name: name.sessionKey, clock: shared, notes: notes)
            } catch {
                await live?.shutDown()
                throw error
            }
        }
        let accepted = asksLive ? keys.union([main.description]) : keys.isEmpty ? nil : keys
        // A script is no secret: in its mode, every client may have a session of its own.
        let open = Service.allCases.filter { service in
            let isScripted =
                service == .hopx ? upstreams.playsCode(script) : upstreams.target(of: service) == .script
            return !asksLive || (mode == .script && isScripted)
        }
        sessions = Sessions(fallback: .cassette(main), acceptedKeys: accepted, openServices: Set(open)) { key in
            let key = key ?? main
            // A minted key is a secret, and sessions are named in what is printed.
            let name = key == main ? main.cassette.sessionKey : "\(key)"
            do {
                let session = try maker.session(
                    of: key.cassette, name: name, clock: isOneProgram ? shared : makeClock(),
                    notes: SessionNotes { onNote($0, name) })
                session.start(with: faults)
                return session
            } catch {
                throw Sessions.Refusal("\(error)")
            }
        }
    }

    /// The main cassette, where the mode plays one.
    private static func open(_ text: String, _ mode: Mode, _ project: Project) throws -> Cassette? {
        switch mode {
        case .replay: break
        case .once, .new: guard project.exists(project.file(of: try name(text))) else { return nil }
        case .record, .live, .script: return nil
        }
        let cassette = try project.cassette(named: text)
        for warning in cassette.warnings { Console.complain("\(warning)") }
        return cassette
    }

    private static func name(_ text: String) throws -> CassetteName {
        if let name = CassetteName(text.replacing(":", with: "/")) { return name }
        throw ValidationError(
            "'\(text)' is not a cassette's name, as recording needs one\n  expected: \(CassetteName.expected)")
    }

    /// Puts the recordings in place, and ends what was started.
    ///
    /// - Parameter isComplete: False leaves recordings where they are.
    /// - Returns: False when a recording is not in place.
    func putAway(isComplete: Bool) async throws -> Bool {
        try keepStaleAnswers()
        let isRecorded = try await desk.finish(isComplete: isComplete)
        try await messenger.shutDown()
        await live?.shutDown()
        try await clients.shutDown()
        return isRecorded
    }

    /// Writes down which requests got the answer of another one, for `cassette rebase`.
    private func keepStaleAnswers() throws {
        let project = Project()
        let literals = LiteralSecrets(environment: ProcessInfo.processInfo.environment)
        for notes in sessions.all.map(\.notes) {
            guard !notes.stale.isEmpty, let name = notes.misses.first?.cassette else { continue }
            // A request that holds a credential of this machine is not written anywhere.
            let kept = notes.stale.filter { literals.first(in: $0.request.request.bytes) == nil }
            let path = (name.text == subject ? file : project.file(of: name)) + ".stale"
            let header = project.exists(path) ? "" : StaleFile.header(of: name)
            try project.append(header + kept.map(StaleFile.document).joined(), to: path)
            let count = notes.stale.count
            Console.complain(
                "stale: \(count) \(count == 1 ? "request" : "requests") got the answer of another recording; "
                    + "see \(path)\n  fix: record again, or keep the answers with understudy cassette rebase \(name)")
        }
    }

    /// Puts everything away, and says how many misses there were.
    ///
    /// - Returns: False after a miss, or when a recording is not in place.
    func close(isComplete: Bool) async throws -> Bool {
        let isRecorded = try await putAway(isComplete: isComplete)
        let reactions = sessions.reactions
        if !reactions.isEmpty { Console.complain(Console.pages.reactions(reactions)) }
        let notes = sessions.all.map(\.notes)
        let misses = notes.flatMap(\.misses).count, broken = notes.flatMap(\.broken).count
        guard misses + broken > 0 else { return isRecorded }
        Console.complain(
            "\(misses) \(misses == 1 ? "miss" : "misses")"
                + (broken > 0 ? ", \(broken) unplayable \(broken == 1 ? "recording" : "recordings")" : ""))
        return false
    }

    /// Tells on standard error what a session has to tell.
    static func tell(_ note: SessionNotes.Note, session: String) {
        switch note {
        case .miss(let miss):
            Console.complain("miss in \(session): \(miss.headline)\n  " + miss.details.joined(separator: "\n  "))
        case .startedOver:
            Console.complain("note: session \(session) starts over: its recordings are played again from the first")
        case .broken(let text): Console.complain(text)
        case .drift(let text): Console.complain("warning: session \(session): \(text)")
        }
    }
}
