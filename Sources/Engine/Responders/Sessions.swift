public import Cassettes
import Documents
import Synchronization
public import Transcripts

/// The sessions of a server: a key selects one, and makes it at first use.
public final class Sessions: Sendable {
    /// Why a key opens no session.
    public struct Refusal: Error, Sendable {
        public let message: String
        /// 401, or 429 when there are too many sessions.
        public let status: Int

        public init(_ message: String, status: Int = 401) {
            self.message = message
            self.status = status
        }
    }

    /// More sessions than this are refused: each keeps a position, a journal and sandboxes.
    public static let bound = 10_000

    /// What a key that names no cassette opens.
    public enum Default: Sendable {
        /// The cassette named on the command line.
        case cassette(SessionKey)
        /// One session for all: there is no cassette.
        case single
        /// Nothing: only `us-…` keys are accepted.
        case none
    }

    private let fallback: Default
    private let acceptedKeys: Set<String>?
    private let openServices: Set<Service>
    private let bound: Int
    private let make: @Sendable (SessionKey?) throws -> Session
    private let sessions = Mutex<[SessionKey?: Session]>([:])
    /// What a client sent → the session it selects: reading names takes longer than finding one.
    private let selections = Mutex<[Selection: Session]>([:])

    private struct Selection: Hashable {
        let key: String?
        let name: String?
    }

    /// - Parameters:
    ///   - acceptedKeys: When given, no other key than these and, beside a cassette, `us-…` opens anything.
    ///   - openServices: Those that `us-…` opens; for others, which go to a live service or really run code, such a key has to
    ///     be among the accepted, too.
    ///   - bound: How many sessions are opened at most.
    ///   - make: Makes a session; throws `Refusal` for a cassette that is not there. Nil for the single session.
    public init(
        fallback: Default, acceptedKeys: Set<String>? = nil, openServices: Set<Service> = Set(Service.allCases),
        bound: Int = Sessions.bound, make: @escaping @Sendable (SessionKey?) throws -> Session
    ) {
        self.fallback = fallback
        self.acceptedKeys = acceptedKeys
        self.openServices = openServices
        self.bound = bound
        self.make = make
    }

    /// All sessions opened so far, in order of their names.
    public var all: [Session] { sessions.withLock { $0.values.sorted { $0.name < $1.name } } }

    /// What clients did about the faults of all sessions; a session is named where there are several.
    public var reactions: [FaultReaction] {
        let all = all
        return all.flatMap { $0.faultLog.reactions(session: all.count > 1 ? $0.name : nil) }
    }

    /// The session of a key.
    ///
    /// - Parameters:
    ///   - key: The key the client sent; nil for none.
    ///   - name: A session name from the path (`/s/NAME`), which wins.
    func session(key: String?, name: String?, for service: Service) throws -> Session {
        if let acceptedKeys, !isAccepted(key, acceptedKeys, for: service) {
            throw Refusal("this key is not accepted here")
        }
        let selection = Selection(key: key, name: name)
        if let session = selections.withLock({ $0[selection] }) { return session }
        let session = try open(try selected(key: key, name: name))
        selections.withLock { selections in
            // Clients may send any number of keys that all select the same session.
            if selections.count >= bound { selections = [:] }
            selections[selection] = session
        }
        return session
    }

    private func isAccepted(_ key: String?, _ accepted: Set<String>, for service: Service) -> Bool {
        guard let key else { return false }
        if openServices.contains(service), case .cassette = fallback, SessionKey(key) != nil { return true }
        // Every key is compared whole, whatever the first difference, so that timing tells nothing.
        return accepted.reduce(false) { found, one in one.isEqualInConstantTime(to: key) || found }
    }

    /// The session that a control call acts on; made when it is named for the first time.
    ///
    /// - Parameter name: `NAME[.POSITION]`, or the key that selects it; nil for the default session.
    func controlled(named name: String?) throws -> Session {
        if case .single = fallback, let name {
            let session = try open(nil)
            guard session.name.hasSameScalars(as: name) else {
                throw Refusal("the only session here is '\(session.name)'")
            }
            return session
        }
        // An open session goes by the name it has in lists, which need not tell the key that opened it.
        if let name,
            let open = all.first(where: { $0.name.hasSameScalars(as: name) || $0.name.hasSameScalars(as: "us-\(name)") }
            )
        {
            return open
        }
        let isKey = name.flatMap(SessionKey.init(_:)) != nil
        return try open(try selected(key: isKey ? name : nil, name: isKey ? nil : name))
    }

    private func selected(key: String?, name: String?) throws -> SessionKey? {
        if case .single = fallback { return nil }
        if let name {
            guard let named = SessionKey(name: name) else {
                throw Refusal("'\(name.prefix(100))' names no cassette; expected: \(SessionKey.expected)")
            }
            return named
        }
        if let key, key.hasPrefix("us-") {
            guard let named = SessionKey(key) else {
                throw Refusal("the key '\(key.prefix(100))' names no cassette; expected: \(SessionKey.expected)")
            }
            return named
        }
        guard case .cassette(let named) = fallback else {
            throw Refusal("no cassette is selected; use a key us-NAME[.POSITION]")
        }
        return named
    }

    private func open(_ key: SessionKey?) throws -> Session {
        if let session = sessions.withLock({ $0[key] }) { return session }
        guard sessions.withLock({ $0.count }) < bound else { throw tooMany }
        // Made outside the lock, as opening a cassette takes a while; of two at once, the first one stays.
        let made = try make(key)
        return try sessions.withLock { sessions in
            if let session = sessions[key] { return session }
            guard sessions.count < bound else { throw tooMany }
            sessions[key] = made
            return made
        }
    }

    private var tooMany: Refusal {
        Refusal("there are \(bound) sessions already, and no more can be opened; use fewer play positions", status: 429)
    }
}
