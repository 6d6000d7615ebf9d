import Cassettes
import HTTPMessages
import ProjectFiles
import Responders

/// Makes the sessions of a server or of a scenario in one of the modes.
struct SessionMaker: Sendable {
    let mode: Mode
    let usedUp: UsedUp
    let shelf: CassetteShelf
    let desk: RecordingDesk
    /// Nil in `replay`, which asks nobody.
    let live: LiveServices?
    /// The services that a cassette's header names before anything is recorded.
    let services: [Service]

    /// A session that plays, or records, one cassette.
    ///
    /// - Parameter name: Seeds ids and tokens, so that sessions never share one.
    /// - Throws: `FileError` and `Diagnostics` of the cassette.
    func session(
        of cassette: CassetteName, name: String, clock: any HTTPMessages.Clock, notes: SessionNotes
    ) throws -> Session {
        switch mode {
        case .replay: return Stage.replay(try shelf.cassette(cassette), name: name, usedUp: usedUp, clock: clock, notes: notes)
        case .once where shelf.has(cassette):
            return Stage.replay(try shelf.cassette(cassette), name: name, usedUp: usedUp, clock: clock, notes: notes)
        case .record, .once: return recording(try desk.recorder(of: cassette, services: services), name, notes)
        case .new where !shelf.has(cassette): return recording(try desk.recorder(of: cassette, services: services), name, notes)
        case .new:
            let old = try shelf.cassette(cassette)
            return extending(old, try desk.recorder(of: cassette, extending: old, services: services), name, clock, notes)
        case .live, .script: return Session(name: name, notes: notes, responders: live?.responders() ?? [:])
        }
    }

    private func recording(_ recorder: Recorder, _ name: String, _ notes: SessionNotes) -> Session {
        var responders: [Service: any Responder] = [:]
        for (service, upstream) in live?.responders() ?? [:] {
            responders[service] =
                service == .hopx
                ? RecordingHopX(upstream: upstream, recorder: recorder)
                : RecordingResponder(service: service, upstream: upstream, recorder: recorder)
        }
        return Session(name: name, notes: notes, responders: responders)
    }

    private func extending(
        _ old: Cassette, _ recorder: Recorder, _ name: String, _ clock: any HTTPMessages.Clock, _ notes: SessionNotes
    ) -> Session {
        var responders: [Service: any Responder] = [:]
        for (service, upstream) in live?.responders() ?? [:] where service != .hopx {
            responders[service] = ExtendingResponder(
                service: service, replay: ReplayResponder(cassette: old, service: service, usedUp: .error, notes: notes),
                recording: RecordingResponder(service: service, upstream: upstream, recorder: recorder))
        }
        if let upstream = live?.responders()[.hopx] {
            let outcomes = ExtendingOutcomes(
                CassetteOutcomes(cassette: old, usedUp: .error, notes: notes), upstream: upstream, recorder: recorder, notes: notes)
            responders[.hopx] = Stage.hopx(name: name, clock: clock, outcomes: outcomes)
        }
        return Session(name: name, notes: notes, responders: responders)
    }
}
