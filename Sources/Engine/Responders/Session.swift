public import Cassettes
public import FaultRules
public import HTTPMessages
import Synchronization

/// One client's own play position, clock, faults, sandboxes, journal and misses.
public final class Session: Sendable {
    /// Who answers, and what can be told and done about them; a reset makes them anew.
    public struct Services: Sendable {
        let responders: [Service: any Responder]
        let sandboxes: FakeHopX?
        let cassette: Cassette?

        /// - Parameters:
        ///   - responders: Who answers for each service; one that is not there is refused.
        ///   - sandboxes: Whose tokens can be revoked; nil where a live service has the sandboxes.
        ///   - cassette: What is played; nil where nothing is.
        public init(_ responders: [Service: any Responder], sandboxes: FakeHopX? = nil, cassette: Cassette? = nil) {
            self.responders = responders
            self.sandboxes = sandboxes
            self.cassette = cassette
        }
    }

    public let name: String
    public let notes: SessionNotes
    public let journal = Journal()
    public let faults = FaultPlan()
    public let faultLog = FaultLog()
    public let metrics = SessionMetrics()
    public let clock: any MovableClock
    /// What the delay of a fault waits on.
    let delays: any Clock
    /// What latencies are measured by.
    let meter: any Clock
    /// What the session's clients live by.
    let clientClock: any Clock
    private let make: @Sendable () -> Services
    private let current: Mutex<Services>
    /// Counts resets.
    private let generation = Atomic(0)
    /// In force from the start, and after each reset.
    private let firstFaults = Mutex<[FaultRule]>([])

    /// A session that can be put back to its start.
    ///
    /// - Parameters:
    ///   - delays: What the delay of a fault waits on; nil for the session's clock.
    ///   - meter: What latencies are measured by; nil for the session's clock.
    ///   - clientClock: What its clients live by; nil for the session's clock.
    ///   - make: Makes the services, for the start and for each reset.
    public init(
        name: String, notes: SessionNotes, clock: any MovableClock, delays: (any Clock)? = nil,
        meter: (any Clock)? = nil, clientClock: (any Clock)? = nil,
        make: @escaping @Sendable () -> Services
    ) {
        self.name = name
        self.notes = notes
        self.clock = clock
        self.delays = delays ?? clock
        self.meter = meter ?? clock
        self.clientClock = clientClock ?? clock
        self.make = make
        current = Mutex(make())
    }

    /// A session whose responders stay as they are: a reset does not reach their positions.
    ///
    /// - Parameter responders: Who answers for each service; one that is not there is refused.
    public convenience init(name: String, notes: SessionNotes, responders: [Service: any Responder]) {
        let services = Services(responders, sandboxes: responders[.hopx] as? FakeHopX)
        self.init(name: name, notes: notes, clock: VirtualClock(start: VirtualClock.fixedStart)) { services }
    }

    var services: Services { current.withLock { $0 } }

    func responder(for service: Service) -> any Responder {
        Faults(services.responders[service] ?? AbsentService(service: service), service: service, session: self)
    }

    /// Answers one request again and again, until a reset, and while there are and were no faults.
    func standingAnswer(to request: Request, service: Service) -> StandingAnswer? {
        let made = generation.load(ordering: .acquiring)
        guard let inner = services.responders[service]?.standingAnswer(to: request) else { return nil }
        let line = journal.line(of: request, service: service)
        return StandingAnswer { [self] in
            guard generation.load(ordering: .acquiring) == made, faults.isEmpty, !faultLog.isOpen else {
                return nil
            }
            let start = meter.now
            guard let response = inner.next() else { return nil }
            note(response, to: journal.arrive(line), service: service, since: start)
            return response
        }
    }

    /// Completes a request's line in the journal, and counts it.
    func note(_ response: Response, to arrival: Journal.Arrival, service: Service, since start: Double) {
        let account = response.account ?? Response.Account(.simulated)
        journal.complete(arrival, status: response.status, account: account)
        metrics.count(service, account.outcome, seconds: meter.now - start)
    }

    /// Puts rules in force, now and after each reset; those of other sessions are left out.
    ///
    /// - Precondition: There are no more than `FaultPlan.bound`.
    public func start(with rules: [FaultRule]) {
        let own = rules.filter { $0.isFor(session: name) }
        precondition(own.count <= FaultPlan.bound, "whoever reads a list of faults says that it is too long")
        firstFaults.withLock { $0 = own }
        for rule in own { _ = faults.add(rule) }
    }

    /// Puts play position, faults, journal, clock and sandboxes back to the start.
    ///
    /// Misses stay, as they decide how a command ends, and so do the metrics. A request that is being answered meanwhile
    /// is answered by what there was before.
    public func reset() async {
        faults.removeAll()
        faultLog.reset()
        for rule in firstFaults.withLock({ $0 }) { _ = faults.add(rule) }
        clock.reset()
        notes.startAgain()
        let fresh = make()
        let old = current.withLock { current in
            defer { current = fresh }
            return current
        }
        generation.add(1, ordering: .releasing)
        await old.sandboxes?.removeAll()
        journal.reset()
    }
}

/// Says that nobody here speaks for a service.
private struct AbsentService: Responder {
    let service: Service

    func respond(to request: Request) async throws -> Response {
        service.refusal(
            code: "unknown_url",
            message: "nothing here answers for \(service.rawValue): \(request.method) \(request.path)",
            status: 404)
    }
}
