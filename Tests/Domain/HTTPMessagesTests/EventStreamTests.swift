import HTTPMessages
import TestSupport
import Testing

@Suite struct EventStreamTests {
    private func cut(_ text: String) -> (events: [String], rest: String) {
        let (events, rest) = EventStream.split(Array(text.utf8))
        return (events.map { String(decoding: $0, as: UTF8.self) }, String(decoding: rest, as: UTF8.self))
    }

    @Test(arguments: [
        ("", [], ""),
        ("data: a\n\n", ["data: a\n\n"], ""),
        ("data: a\n\ndata: b\n\n", ["data: a\n\n", "data: b\n\n"], ""),
        ("data: a\n\ndata: b\n", ["data: a\n\n"], "data: b\n"),
        ("data: a\r\n\r\ndata: b\r\n\r\n", ["data: a\r\n\r\n", "data: b\r\n\r\n"], ""),
        ("data: a\r\rdata: b\r\r", ["data: a\r\r", "data: b\r\r"], ""),
        ("data: a\n\r\ndata: b\r\n\n", ["data: a\n\r\n", "data: b\r\n\n"], ""),
        ("data: a\r\n\rdata: b", ["data: a\r\n\r"], "data: b"),
        ("\n\ndata: a\n\n\n", ["\n", "\n", "data: a\n\n", "\n"], ""),
        (": ping\n\ndata: a", [": ping\n\n"], "data: a"),
    ])
    func isCutAfterBlankLines(text: String, events: [String], rest: String) {
        let found = cut(text)
        #expect(found.events.elementsEqual(events) { $0.utf8.elementsEqual($1.utf8) }, "\(found)")
        #expect(found.rest.utf8.elementsEqual(rest.utf8))
    }

    /// Whatever arrives first, the events that it completes are among those of the whole, and nothing is lost.
    @Test(arguments: [
        "event: a\ndata: x\ndata: y\n\n: c\n\ndata: é\u{1F600}\n\n", "data: a\r\n\r\nid: 1\r\ndata: b\r\n\r\n",
        "data: a\n\n\ndata: b\r\r",
    ])
    func joinsToTheSameBytesCutAnywhere(text: String) {
        let bytes = Array(text.utf8)
        let whole = EventStream.split(bytes).events.map(Array.init)
        for end in 0...bytes.count {
            let (events, rest) = EventStream.split(Array(bytes[..<end]))
            #expect(events.flatMap { $0 } + rest == Array(bytes[..<end]))
            // A carriage return at the very end may be half of a line end.
            if bytes[..<end].last != 0x0D { #expect(Array(whole.prefix(events.count)) == events.map(Array.init)) }
            let again = EventStream.split(Array(rest) + bytes[end...])
            if bytes[..<end].last != 0x0D { #expect((events + again.events).map(Array.init) == whole) }
        }
    }

    @Test(
        arguments: [
            ("data: a\n\n", nil, "a"), ("data:a\n\n", nil, "a"), ("data:  a\n\n", nil, " a"),
            ("event: ping\ndata: {}\n\n", "ping", "{}"),
            ("data: a\ndata: b\n\n", nil, "a\nb"), ("data\n\n", nil, ""), ("data:\n\n", nil, ""),
            ("data: a: b\n\n", nil, "a: b"),
            (": c\nid: 7\nretry: 1\ndata: a\n\n", nil, "a"), ("data: a\r\n\r\n", nil, "a"),
            ("data: a\rdata: b\r\r", nil, "a\nb"),
            ("event:x\nevent: y\ndata: a\n\n", "y", "a"), ("data: \u{301}\n\n", nil, "\u{301}"),
            ("Data: x\ndata: y\n\n", nil, "y"),
        ] as [(String, String?, String)])
    func saysWhatTheStandardSays(text: String, name: String?, data: String) {
        let event = EventStream.parse(Array(text.utf8)[...])
        #expect(event?.name == name)
        #expect(event?.data.utf8.elementsEqual(data.utf8) == true)
    }

    @Test(arguments: [": ping\n\n", "\n", "event: a\n\n", "id: 1\n\n", ""])
    func saysNothingWithoutData(text: String) { #expect(EventStream.parse(Array(text.utf8)[...]) == nil) }

    @Test func saysNothingThatIsNotUTF8() {
        #expect(EventStream.parse((Array("data: ".utf8) + [0xFF, 0x0A, 0x0A])[...]) == nil)
    }

    @Test(arguments: ["\n", "\r\n"])
    func writtenEventsAreReadBack(lineEnd: String) {
        var random = SeededGenerator(seed: 9)
        let pieces = [
            "a", "{\"x\": 1}", " ", ":", "\n", "é", "\u{301}", "\u{1F600}", "\t", "data: ", "\u{2028}", "\0", "[DONE]",
        ]
        for _ in 0..<2000 {
            let data = (0..<random.int(0...8)).map { _ in random.pick(pieces) }.joined()
            let event = EventStream.Event(
                name: random.once(in: 3) ? random.pick(["ping", "a b", "", " x"]) : nil, data: data)
            let bytes = Array(event.text(lineEnd: lineEnd).utf8)
            let (events, rest) = EventStream.split(bytes + bytes)
            #expect(events.map(Array.init) == [bytes, bytes])
            #expect(rest.isEmpty)
            let read = EventStream.parse(bytes[...])
            #expect(read?.name == event.name)
            #expect(read?.data.utf8.elementsEqual(data.utf8) == true, "\(event)")
        }
    }
}
