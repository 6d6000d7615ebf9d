import Cassettes
import HTTPMessages
import ProjectFiles
import Responders

/// Makes the sessions of a server or of a scenario in one of the modes.
struct SessionMaker: Sendable {
    let mode: Mode
    let usedUp: UsedUp
    /// How fast a replay is; nil at once.
    let pace: ReplayPace?
    let shelf: CassetteShelf
    let desk: RecordingDesk
    /// Nil in `replay`, which asks nobody.
    let live: LiveServices?
    /// What a replay does with a request that was not recorded.
    var onMiss = OnMiss.error
    /// The services that a cassette's header names before anything is recorded.
    let services: [Service]
    /// What programs on the other side of a port live by; nil without a port.
    var outside: (any HTTPMessages.Clock)?
    /// Whether the delays of faults only move the session's clock, where services that are asked have the machine's time:
    /// right for clients of ours, which live by that clock.
    var passesDelays = false
    /// Nil where no client can ask for messages.
    var messenger: Messenger?

    /// A session that plays, or records, one cassette.
    ///
    /// - Parameter name: Seeds ids and tokens, so that sessions never share one.
    /// - Throws: `FileError` and `Diagnostics` of the cassette.
    func session(
        of cassette: CassetteName, name: String, clock: any MovableClock, notes: SessionNotes
    ) throws -> Session {
        switch mode {
        case .replay: return try replay(cassette, name, clock, notes)
        case .once where shelf.has(cassette): return try replay(cassette, name, clock, notes)
        case .record, .once: return recording(try desk.recorder(of: cassette, services: services), name, clock, notes)
        case .new where !shelf.has(cassette):
            return recording(try desk.recorder(of: cassette, services: services), name, clock, notes)
        case .new:
            let old = try shelf.cassette(cassette)
            return extending(
                old, try desk.recorder(of: cassette, extending: old, services: services), name, clock, notes)
        case .live, .script:
            return session(name, clock, notes) { upstreams in
                Session.Services(upstreams, sandboxes: upstreams[.hopx] as? FakeHopX)
            }
        }
    }

    private func replay(
        _ cassette: CassetteName, _ name: String, _ clock: any MovableClock, _ notes: SessionNotes
    ) throws -> Session {
        Stage.replay(
            try shelf.cassette(cassette), name: name, usedUp: usedUp, pace: pace, onMiss: onMiss, clock: clock,
            outside: outside, webhooks: messenger?.webhooks, notes: notes)
    }

    /// A session in front of services that are asked; `make` is handed new ones for the start and for each reset.
    private func session(
        _ name: String, _ clock: any MovableClock, _ notes: SessionNotes,
        make: @escaping @Sendable ([Service: any Responder]) -> Session.Services
    ) -> Session {
        let delays = passesDelays ? PassedClock(clock) : nil
        return Session(name: name, notes: notes, clock: clock, delays: delays, meter: SystemClock()) { [live] in
            make(live?.responders(clock: clock) ?? [:])
        }
    }

    private func recording(
        _ recorder: Recorder, _ name: String, _ clock: any MovableClock, _ notes: SessionNotes
    ) -> Session {
        session(name, clock, notes) { [messenger] upstreams in
            var responders: [Service: any Responder] = [:]
            for (service, upstream) in upstreams {
                responders[service] =
                    service == .hopx
                    ? RecordingHopX(upstream: upstream, recorder: recorder, relay: messenger?.relay)
                    : RecordingResponder(service: service, upstream: upstream, recorder: recorder)
            }
            return Session.Services(responders, sandboxes: upstreams[.hopx] as? FakeHopX)
        }
    }

    private func extending(
        _ old: Cassette, _ recorder: Recorder, _ name: String, _ clock: any MovableClock, _ notes: SessionNotes
    ) -> Session {
        session(name, clock, notes) { [messenger] upstreams in
            var responders: [Service: any Responder] = [:]
            for (service, upstream) in upstreams where service != .hopx {
                responders[service] = ExtendingResponder(
                    service: service,
                    replay: ReplayResponder(cassette: old, service: service, usedUp: .error, notes: notes),
                    recording: RecordingResponder(service: service, upstream: upstream, recorder: recorder))
            }
            var sandboxes: FakeHopX?
            if let upstream = upstreams[.hopx] {
                let outcomes = ExtendingOutcomes(
                    CassetteOutcomes(cassette: old, usedUp: .error, notes: notes, webhooks: messenger?.webhooks),
                    upstream: upstream, recorder: recorder, notes: notes, relay: messenger?.relay)
                sandboxes = Stage.hopx(name: name, clock: clock, outcomes: outcomes)
                responders[.hopx] = sandboxes
            }
            return Session.Services(responders, sandboxes: sandboxes, cassette: old)
        }
    }
}
