import Cassettes
import FaultRules
import HTTPMessages
import Synchronization
public import Transcripts

/// The requests of a session from its first fault on, for the verdict on its client.
public final class FaultLog: Sendable {
    /// Later requests than this many are not looked at: how a client takes a fault shows soon.
    static let bound = 10_000
    /// Bytes of what later requests say that are kept, for all together.
    private static let textBound = 32 << 20

    /// Where a request is in the log.
    struct Place: Sendable {
        fileprivate let index: Int
        fileprivate let period: Int
    }

    private struct State {
        var requests: [PassedRequest] = []
        var textBytes = 0
        /// Whether what a later request says may tell something: an answer was cut so that it does not show.
        var needsText = false
        /// Counts resets: a place of an earlier period is none.
        var period = 0
    }

    private let state = Mutex(State())
    private let open = Atomic(false)

    init() {}

    /// True from the first fault on; asked for each request.
    var isOpen: Bool { open.load(ordering: .acquiring) }

    /// Takes a request down; nil when there has been no fault yet, or the log is full.
    func arrive(
        _ facts: RequestFacts, service: Service, turn: Int, fault: PassedRequest.Fault?, at time: Double
    ) -> Place? {
        guard fault != nil || isOpen else { return nil }
        // Digests and texts take a while, and are for outside the lock.
        let text = state.withLock { $0.needsText } ? facts.text : ""
        var request = PassedRequest(
            service: service.rawValue, operation: facts.operation, key: facts.repetitionKey,
            model: facts.model, question: facts.question, text: text, turn: turn, start: time, fault: fault)
        return state.withLock { state in
            guard state.requests.count < FaultLog.bound else { return nil }
            if state.textBytes + text.utf8.count > FaultLog.textBound { request.text = "" }
            state.textBytes += request.text.utf8.count
            state.requests.append(request)
            open.store(true, ordering: .releasing)
            return Place(index: state.requests.count - 1, period: state.period)
        }
    }

    /// Notes how a request came out, once it is known.
    func note(_ place: Place?, _ change: (inout PassedRequest) -> Void) {
        guard let place else { return }
        state.withLock { state in
            guard place.period == state.period else { return }
            change(&state.requests[place.index])
            if state.requests[place.index].fault?.text != nil { state.needsText = true }
        }
    }

    /// What the client did about each fault so far.
    public func reactions(session: String? = nil) -> [FaultReaction] {
        ClientVerdict.reactions(to: state.withLock { $0.requests }, session: session)
    }

    func reset() {
        state.withLock { state in
            state = State(period: state.period + 1)
            open.store(false, ordering: .releasing)
        }
    }
}
