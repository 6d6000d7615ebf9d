import HTTPMessages

/// Breaks an event stream after a number of whole events: a part of the real stream in, what is sent of it out.
///
/// Only events with data count, as a client counts them: a comment is none.
struct StreamBreak {
    /// What follows the last whole event.
    enum End: Equatable {
        /// The connection is reset.
        case drop
        /// One more event, whose JSON breaks off; then the stream ends as if nothing had happened.
        case malformed
    }

    private let end: End
    private var eventsLeft: Int
    /// Bytes of the event that has begun.
    private var event: [UInt8] = []
    private var lineIsEmpty = true
    private var lastWasCarriageReturn = false
    /// The event is over, but for a line feed that may belong to its last line's end.
    private var awaitsLineFeed = false
    private(set) var isOver = false

    /// - Parameter events: How many events pass whole.
    init(after events: Int, _ end: End) {
        eventsLeft = events
        self.end = end
    }

    /// Takes the next part of the real stream; nil is its end.
    mutating func next(_ part: ContentStream.Part?) -> [ContentStream.Part] {
        guard !isOver else { return [] }
        if end == .drop, eventsLeft == 0 { return finish([.drop]) }
        switch part {
        case .chunk(let bytes): return take(bytes)
        case .pause(let duration): return [.pause(duration)]
        case .drop: return finish([.drop])
        case nil:
            var out: [UInt8] = []
            if awaitsLineFeed, let last = complete(&out) { return finish(last) }
            return finish(end == .drop ? [.drop] : [.chunk(Array("data: {\"\n\n".utf8))])
        }
    }

    /// A replaced event is held back until it is whole.
    private var isHolding: Bool { end == .malformed && eventsLeft == 0 }

    private mutating func take(_ bytes: [UInt8]) -> [ContentStream.Part] {
        var out: [UInt8] = []
        for byte in bytes {
            if awaitsLineFeed {
                awaitsLineFeed = false
                if byte == 0x0A { pass(byte, &out) }
                if let last = complete(&out) { return finish(last) }
                lastWasCarriageReturn = false
                if byte == 0x0A { continue }
            }
            pass(byte, &out)
            switch byte {
            case 0x0A where lastWasCarriageReturn: lastWasCarriageReturn = false
            case 0x0A:
                if lineIsEmpty, let last = complete(&out) { return finish(last) }
                lineIsEmpty = true
            case 0x0D:
                awaitsLineFeed = lineIsEmpty
                lineIsEmpty = true
                lastWasCarriageReturn = true
            default:
                lineIsEmpty = false
                lastWasCarriageReturn = false
            }
        }
        return StreamBreak.chunk(out)
    }

    private mutating func pass(_ byte: UInt8, _ out: inout [UInt8]) {
        event.append(byte)
        if !isHolding { out.append(byte) }
    }

    /// - Returns: What is sent last, if the stream breaks here.
    private mutating func complete(_ out: inout [UInt8]) -> [ContentStream.Part]? {
        defer { event = [] }
        guard let parsed = EventStream.parse(event[...]) else {
            if isHolding { out += event }
            return nil
        }
        if isHolding { return StreamBreak.chunk(out) + [.chunk(StreamBreak.broken(parsed))] }
        eventsLeft -= 1
        return end == .drop && eventsLeft == 0 ? StreamBreak.chunk(out) + [.drop] : nil
    }

    private mutating func finish(_ parts: [ContentStream.Part]) -> [ContentStream.Part] {
        isOver = true
        return parts
    }

    private static func chunk(_ bytes: [UInt8]) -> [ContentStream.Part] { bytes.isEmpty ? [] : [.chunk(bytes)] }

    /// The event with the first half of its data.
    private static func broken(_ event: EventStream.Event) -> [UInt8] {
        let data = event.data.unicodeScalars
        let half = String(String.UnicodeScalarView(data.prefix(max(1, data.count / 2))))
        return Array(EventStream.Event(name: event.name, data: half).text().utf8)
    }
}

extension ContentStream {
    /// The same stream, broken on purpose; pulled by its reader.
    func broken(_ rule: StreamBreak) -> ContentStream {
        ContentStream {
            let reader = BreakingReader(self, rule)
            return AsyncThrowingStream { try await reader.next() }
        }
    }
}

/// One reader's place in a stream that breaks.
private actor BreakingReader {
    private let iterator: AsyncThrowingStream<ContentStream.Part, any Error>.Iterator
    private var rule: StreamBreak
    private var ready: [ContentStream.Part] = []

    init(_ stream: ContentStream, _ rule: StreamBreak) {
        iterator = stream.makeAsyncIterator()
        self.rule = rule
    }

    func next() async throws -> ContentStream.Part? {
        // A copy stands at the same place: the place is the stream's.
        var iterator = iterator
        while ready.isEmpty {
            guard !rule.isOver else { return nil }
            ready = rule.next(try await iterator.next(isolation: self))
        }
        return ready.removeFirst()
    }
}
