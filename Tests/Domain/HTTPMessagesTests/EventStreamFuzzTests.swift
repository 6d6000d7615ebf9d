import HTTPMessages
import TestSupport
import Testing

@Suite struct EventStreamFuzzTests {
    private static let pieces = [
        "data: ", "data:", "event: ", "id: 1", ": c", "retry: 5", "\n", "\r\n", "\n\n", "\r\n\r\n", "\r", "x", "é",
        "\u{2028}",
        "{\"a\": 1}", "[DONE]", "\u{0}", " ", "\u{1F600}", ":",
    ].map { Array($0.utf8) }

    /// Text of the pieces that matter, and at times any bytes at all.
    private static func stream(_ random: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 0...25, using: &random)).flatMap { _ in
            Int.random(in: 0..<8, using: &random) == 0
                ? (0..<3).map { _ in UInt8.random(in: 0...255, using: &random) }
                : pieces.randomElement(using: &random) ?? []
        }
    }

    @Test(arguments: 0..<8) func nothingIsLostWhereverAStreamIsCut(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<250 {
            let bytes = Self.stream(&random)
            let whole = EventStream.split(bytes)
            #expect(whole.events.flatMap { $0 } + whole.rest == bytes)
            for event in whole.events { _ = EventStream.parse(event) }
            for end in bytes.indices where bytes[..<end].last != 0x0D {
                let first = EventStream.split(Array(bytes[..<end]))
                let second = EventStream.split(Array(first.rest) + bytes[end...])
                #expect(
                    (first.events + second.events).map(Array.init) == whole.events.map(Array.init),
                    "cut at \(end) of \(bytes)")
            }
        }
    }

    @Test(arguments: 0..<8) func whateverIsWrittenIsReadBack(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<500 {
            // A line end of the data is a line feed, whatever it was.
            let data = String(decoding: Self.stream(&random), as: UTF8.self).unicodeScalars
                .filter { $0 != "\r" }.map(String.init).joined()
            let event = EventStream.Event(name: Bool.random(using: &random) ? "ping" : nil, data: data)
            for lineEnd in ["\n", "\r\n"] {
                let written = Array(event.text(lineEnd: lineEnd).utf8)
                let read = EventStream.split(written)
                #expect(read.events.count == 1 && read.rest.isEmpty)
                #expect(read.events.first.flatMap(EventStream.parse) == event)
            }
        }
    }
}
