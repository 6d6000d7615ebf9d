public import Cassettes
import Documents
public import HTTPMessages
import Synchronization

/// What was asked of a session, in order of arrival: the newest requests, and a count of those that fell out.
public final class Journal: Sendable {
    /// One request, complete when it has been answered.
    public struct Entry: Sendable, Equatable {
        public var method: String
        /// Secrets removed, as in the query.
        public var path: String
        public var query: String?
        public var service: Service
        /// Nil while it is being answered, and when no answer came.
        public var status: Int?
        /// Nil while it is being answered, and when the client left or nobody could be asked.
        public var outcome: Response.Account.Outcome?
        /// What its recording is known by.
        public var key: String?
        /// Which request of its service this is in the session, counted from 1.
        public var turn: Int
    }

    /// A request that has come in.
    struct Arrival: Sendable {
        /// Counted from 0, never reset.
        let number: Int
        let counts: RequestCounts
    }

    /// The newest this many are kept.
    public static let bound = 10_000
    /// Longer paths and queries are cut: what is kept must not grow with what is sent.
    private static let textBound = 2_000

    private struct State {
        var entries: [Entry] = []
        /// Where the oldest entry is, once the ring is full.
        var oldest = 0
        /// The number of the oldest entry.
        var first = 0
        var next = 0
        var fallenOut = 0
        var counts = RequestCounts()

        mutating func append(_ entry: Entry, bound: Int) {
            if entries.count < bound {
                entries.append(entry)
            } else {
                entries[oldest] = entry
                oldest = (oldest + 1) % bound
                first += 1
                fallenOut += 1
            }
            next += 1
        }
    }

    private let state = Mutex(State())
    private let bound: Int
    private let redactor = Redactor()

    /// - Parameter bound: How many entries are kept.
    public init(bound: Int = Journal.bound) { self.bound = bound }

    /// The kept entries, the oldest first.
    public var entries: [Entry] { state.withLock { Array($0.entries[$0.oldest...] + $0.entries[..<$0.oldest]) } }

    /// How many entries had to make room for newer ones.
    public var fallenOut: Int { state.withLock { $0.fallenOut } }

    var counts: RequestCounts { state.withLock { $0.counts } }

    /// A request as it is to be written down, secrets removed; its turn is given on arrival.
    func line(of request: Request, service: Service) -> Entry {
        let query = request.query.map { query in
            redactor.redact(Request(method: "GET", path: "/", query: query), service: service).query ?? ""
        }
        return Entry(
            method: request.method, path: Journal.cut(redactor.redact(request.path)), query: query.map(Journal.cut),
            service: service, turn: 0)
    }

    /// Takes a request down, and counts it.
    func arrive(_ request: Request, service: Service) -> Arrival { arrive(line(of: request, service: service)) }

    /// Takes a request down that was looked at before, and counts it.
    func arrive(_ line: Entry) -> Arrival {
        state.withLock { state in
            state.counts.add(line.service)
            let arrival = Arrival(number: state.next, counts: state.counts)
            var entry = line
            entry.turn = state.counts.count(of: line.service)
            state.append(entry, bound: bound)
            return arrival
        }
    }

    /// Notes how a request was answered; one that has fallen out or was forgotten stays so.
    func complete(_ arrival: Arrival, status: Int?, account: Response.Account?) {
        state.withLock { state in
            guard arrival.number >= state.first, arrival.number < state.next else { return }
            let place = (state.oldest + arrival.number - state.first) % state.entries.count
            state.entries[place].status = status
            state.entries[place].outcome = account?.outcome
            state.entries[place].key = account?.key
        }
    }

    /// Forgets all entries; requests are counted on.
    ///
    /// - Returns: How many there were.
    func removeAll() -> Int {
        state.withLock { state in
            let count = state.entries.count
            state = State(first: state.next, next: state.next, counts: state.counts)
            return count
        }
    }

    /// Forgets all entries and counts from 1 again.
    func reset() {
        state.withLock { $0 = State(first: $0.next, next: $0.next) }
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= textBound ? text : String(text.unicodeScalars.prefix(textBound)) + "…"
    }
}

/// How many requests of each service a session has had.
struct RequestCounts: Sendable, Equatable {
    private var counts = SIMD8<Int>(repeating: 0)

    mutating func add(_ service: Service) { counts[service.place] &+= 1 }

    func count(of service: Service) -> Int { counts[service.place] }

    func count(of services: Set<Service>) -> Int { services.reduce(0) { $0 + counts[$1.place] } }
}

extension Service {
    /// Its place among all cases.
    var place: Int {
        switch self {
        case .openai: 0
        case .azure: 1
        case .anthropic: 2
        case .gemini: 3
        case .hopx: 4
        case .http: 5
        }
    }
}
