import Cassettes
import HTTPMessages
import Synchronization

/// What a session has done since it was opened, in numbers; a reset does not take them back.
public final class SessionMetrics: Sendable {
    /// Numbers at one moment; those of several sessions add up.
    struct Numbers: Sendable, Equatable {
        /// By service and outcome.
        var requests: [Cell: Int] = [:]
        var latencies: [Service: Latencies] = [:]
        var openStreams = 0

        static func + (a: Numbers, b: Numbers) -> Numbers {
            var sum = a
            sum.requests.merge(b.requests, uniquingKeysWith: +)
            sum.latencies.merge(b.latencies, uniquingKeysWith: +)
            sum.openStreams += b.openStreams
            return sum
        }
    }

    struct Cell: Sendable, Hashable {
        let service: Service
        /// Nil for a request that got no answer.
        let outcome: Response.Account.Outcome?
    }

    /// How long answers took to begin, in buckets.
    struct Latencies: Sendable, Equatable {
        /// Seconds; the last bucket has no bound.
        static let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30]

        /// Not cumulative.
        var buckets = [Int](repeating: 0, count: bounds.count + 1)
        var seconds = 0.0
        var count: Int { buckets.reduce(0, +) }

        mutating func add(_ seconds: Double) {
            buckets[Latencies.bounds.firstIndex { seconds <= $0 } ?? Latencies.bounds.count] += 1
            self.seconds += seconds
        }

        static func + (a: Latencies, b: Latencies) -> Latencies {
            Latencies(buckets: zip(a.buckets, b.buckets).map(+), seconds: a.seconds + b.seconds)
        }
    }

    private let state = Mutex(Numbers())

    public init() {}

    var numbers: Numbers { state.withLock { $0 } }

    /// Counts a request that has been answered, or has got no answer.
    func count(_ service: Service, _ outcome: Response.Account.Outcome?, seconds: Double) {
        state.withLock { state in
            state.requests[Cell(service: service, outcome: outcome), default: 0] += 1
            state.latencies[service, default: Latencies()].add(max(0, seconds))
        }
    }

    /// The same stream, counted as open while somebody reads it.
    func counting(_ stream: ContentStream) -> ContentStream {
        ContentStream {
            let reader = CountedReader(stream, self)
            return AsyncThrowingStream { try await reader.next() }
        }
    }

    /// Counts a stream as open for as long as the result is held.
    func openingStream() -> some Sendable & AnyObject { OpenStream(self) }

    fileprivate func openStreams(by change: Int) { state.withLock { $0.openStreams += change } }
}

/// Something that is open until it is let go.
private final class OpenStream: Sendable {
    private let metrics: SessionMetrics

    init(_ metrics: SessionMetrics) {
        self.metrics = metrics
        metrics.openStreams(by: 1)
    }

    deinit { metrics.openStreams(by: -1) }
}

/// One reader's place in a stream, which is open until it is let go.
private actor CountedReader {
    private let iterator: AsyncThrowingStream<ContentStream.Part, any Error>.Iterator
    private let metrics: SessionMetrics

    init(_ stream: ContentStream, _ metrics: SessionMetrics) {
        iterator = stream.makeAsyncIterator()
        self.metrics = metrics
        metrics.openStreams(by: 1)
    }

    deinit { metrics.openStreams(by: -1) }

    func next() async throws -> ContentStream.Part? {
        // A copy stands at the same place: the place is the stream's.
        var iterator = iterator
        return try await iterator.next(isolation: self)
    }
}
