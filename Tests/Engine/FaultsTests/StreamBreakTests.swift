import HTTPMessages
import Testing

@testable import Responders

@Suite struct StreamBreakTests {
    /// With a comment and a blank line, which are no events; events end as each kind of line may.
    private static let events = [
        "data: {\"a\": 1}\n\n", ": ping\n\ndata: {\"b\": 2}\n\n", "\nevent: x\r\ndata: {\"c\": 3}\r\n\r\n",
        "data: {\"d\": 4}\r\r",
        "data: [DONE]\n\n",
    ]

    private static let whole = Array(events.joined().utf8)

    /// What is sent of a stream that comes in chunks of this size.
    private func sent(_ rule: StreamBreak, chunkSize: Int, end: ContentStream.Part? = nil) -> (
        bytes: [UInt8], isDropped: Bool
    ) {
        var rule = rule
        var parts: [ContentStream.Part] = []
        for start in stride(from: 0, to: Self.whole.count, by: chunkSize) {
            parts += rule.next(.chunk(Array(Self.whole[start..<min(start + chunkSize, Self.whole.count)])))
        }
        parts += rule.next(end)
        #expect(rule.next(.chunk([1])).isEmpty, "nothing follows the end")
        return (
            parts.flatMap { if case .chunk(let bytes) = $0 { bytes } else { [UInt8]() } }, parts.last == .drop
        )
    }

    @Test(arguments: 0...5) func dropsAfterExactlySoManyEvents(count: Int) {
        let expected = Array(Self.events.prefix(count).joined().utf8)
        for size in [1, 2, 3, 5, 7, 11, 13, 17, 29, Self.whole.count] {
            let (bytes, isDropped) = sent(StreamBreak(after: count, .drop), chunkSize: size)
            #expect(bytes == expected, "in chunks of \(size)")
            #expect(isDropped)
        }
    }

    @Test func aShortStreamIsDroppedAtItsEnd() {
        let (bytes, isDropped) = sent(StreamBreak(after: 9, .drop), chunkSize: 10)
        #expect(bytes == Self.whole)
        #expect(isDropped)
    }

    /// The next event is there, and its JSON is half: what stands before the event itself stays.
    @Test(arguments: [
        (0, "data: {\"a\"\n\n"), (1, ": ping\n\ndata: {\"b\"\n\n"), (2, "\nevent: x\ndata: {\"c\"\n\n"),
        (3, "data: {\"d\"\n\n"), (4, "data: [DO\n\n"), (5, "data: {\"\n\n"),
    ])
    func breaksTheJSONOfTheNextEvent(count: Int, broken: String) {
        let expected = Array((Self.events.prefix(count).joined() + broken).utf8)
        for size in [1, 2, 3, 5, 7, 11, 13, 17, 29, Self.whole.count] {
            let (bytes, isDropped) = sent(StreamBreak(after: count, .malformed), chunkSize: size)
            #expect(bytes == expected, "in chunks of \(size)")
            #expect(!isDropped)
        }
    }

    @Test func keepsTheChunksAndPausesBeforeTheBreak() {
        var rule = StreamBreak(after: 2, .drop)
        #expect(rule.next(.chunk(Array("data: 1\n\nda".utf8))) == [.chunk(Array("data: 1\n\nda".utf8))])
        #expect(rule.next(.pause(.seconds(1))) == [.pause(.seconds(1))])
        #expect(rule.next(.chunk(Array("ta: 2\n\ndata: 3".utf8))) == [.chunk(Array("ta: 2\n\n".utf8)), .drop])
    }

    /// A stream that had been cut when it was recorded is cut there if it comes to that.
    @Test func anEarlierDropStays() {
        var rule = StreamBreak(after: 2, .malformed)
        #expect(rule.next(.chunk(Array("data: 1\n\n".utf8))) == [.chunk(Array("data: 1\n\n".utf8))])
        #expect(rule.next(.drop) == [.drop])
    }
}
