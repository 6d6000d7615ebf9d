import Cassettes
import HTTPMessages
import Responders

/// Puts responders together: what a session answers with.
enum Stage {
    /// A session that plays a cassette.
    ///
    /// - Parameters:
    ///   - name: Seeds ids and tokens, so that sessions never share one.
    ///   - pace: How fast recorded time passes; nil answers at once.
    ///   - webhooks: Sends the recorded messages of asynchronous executions; nil sends none.
    ///   - outside: What programs on the other side of a port live by, and feel a fault's delay on; nil without a port.
    static func replay(
        _ cassette: Cassette, name: String, usedUp: UsedUp, pace: ReplayPace? = nil,
        onMiss: OnMiss = .error, clock: any MovableClock,
        outside: (any HTTPMessages.Clock)? = nil, webhooks: Webhooks? = nil, notes: SessionNotes
    ) -> Session {
        let delays = outside.map { FeltClock(clock, outside: $0) }
        return Session(
            name: name, notes: notes, clock: clock, delays: delays, meter: SystemClock(), clientClock: outside
        ) {
            var responders: [Service: any Responder] = [:]
            for service in Service.allCases {
                responders[service] = ReplayResponder(
                    cassette: cassette, service: service, usedUp: usedUp, notes: notes, pace: pace,
                    onMiss: onMiss)
            }
            for service in Service.allCases where service.isLLM {
                responders[service] = responders[service].map { ListingModels($0, of: cassette, service: service) }
            }
            let outcomes = CassetteOutcomes(
                cassette: cassette, usedUp: usedUp, notes: notes, pace: pace, onMiss: onMiss, webhooks: webhooks)
            let hopx = hopx(name: name, clock: clock, outcomes: outcomes)
            responders[.hopx] = hopx
            return Session.Services(responders, sandboxes: hopx, cassette: cassette)
        }
    }

    /// Simulated sandboxes whose results come from elsewhere; what they were given is digested as recordings are.
    static func hopx(name: String, clock: any HTTPMessages.Clock, outcomes: any OutcomeSource) -> FakeHopX {
        let redactor = Redactor()
        return FakeHopX(seed: name, clock: clock, outcomes: outcomes) { redactor.redact($0, service: .hopx) }
    }

    /// A whole service in front of one session, for requests that do not come over a socket.
    static func inMemory(_ session: Session) -> any Responder {
        let sessions = Sessions(fallback: .single) { _ in session }
        return SandboxAddresses(Route(sessions), origin: "http://understudy.invalid")
    }

    /// A whole service as it stands on a port.
    ///
    /// - Parameters:
    ///   - controlToken: What control calls need; nil where being on this machine is enough.
    ///   - relay: Takes the messages that a recorded service sends.
    static func onPort(
        _ sessions: Sessions, origin: String, allowedHosts: Set<String>, controlToken: String? = nil,
        relay: MessageRelay? = nil
    ) -> any Responder {
        let services = SandboxAddresses(Route(sessions), origin: origin)
        let controlled = ControlAPI(services, sessions: sessions, token: controlToken)
        // Those who listen to all of this machine's addresses are found at the first.
        relay?.listen(at: origin.replacing("//0.0.0.0:", with: "//127.0.0.1:").replacing("//[::]:", with: "//[::1]:"))
        return LocalOnly(
            relay.map { TakingMessages($0, before: controlled) } ?? controlled,
            // A service that needs an address to find this server sends its name.
            allowedHosts: allowedHosts.union([relay?.host].compactMap(\.self)))
    }
}
