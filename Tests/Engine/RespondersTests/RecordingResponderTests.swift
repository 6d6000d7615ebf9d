import Cassettes
import Documents
import HTTPMessages
import Responders
import Testing

@Suite struct RecordingResponderTests {
    private func replay(_ recording: Recording) async throws -> ReplayResponder {
        ReplayResponder(
            cassette: try await recording.sink.cassette(), service: .openai, usedUp: .error, notes: SessionNotes())
    }

    @Test func whatWasRecordedIsReplayedAlike() async throws {
        let recording = try Recording()
        let live = recording.openai([
            .json(
                #"{"error":{"message":"slow down"}}"#, status: 429, headers: ["retry-after-ms": "10", "date": "today"]),
            .json("{\n  \"id\": \"1\",\n  \"n\": 1.50\n}\n"), .json("<html>bad gateway</html>", status: 502),
            .json(#"{"b":"\u00e9\/","a":1}"#),
            Response(status: 200, headers: ["content-type": "audio/mpeg"], body: [0xFF, 0, 0x80]),
        ])
        var heard: [Answer] = []
        for _ in 0..<5 { heard.append(try await live.ask(.chat())) }
        let replay = try await replay(recording)
        for answer in heard {
            let again = try await replay.ask(.chat())
            #expect(again.status == answer.status)
            #expect(again.bytes == answer.bytes)
            #expect(again.headers["content-type"] == answer.headers["content-type"])
            #expect(again.headers["retry-after-ms"] == answer.headers["retry-after-ms"])
            #expect(again.headers["date"] == nil)
        }
        #expect(recording.recorder.problems.isEmpty)
        #expect(heard[0].status == 429)
    }

    @Test(
        arguments: [
            [
                .text("data: {\"a\":"), .text("1}\n"), .text("\ndata: 2\n\ndata"), .text(": 3\n\n"),
                .text("data: [DONE]\n\n"),
            ],
            [.text("data: 1\r\n\r\n"), .text("data: 2\r\n\r\n")],
            [.text("event: ping\ndata: {}\n\n: note\n\ndata: \u{E9}\u{1F600}\n\n"), .text("rest without an end")],
            [.chunk([0x64, 0x61, 0x74, 0x61, 0x3A, 0x20, 0xC3]), .chunk([0xA9, 0x0A, 0x0A])],
            [.text("data: 1\n\n"), .text("data: 2"), .drop], [.drop], [],
        ] as [[ContentStream.Part]])
    func streamIsRelayedAndReplayedInItsChunks(parts: [ContentStream.Part]) async throws {
        let recording = try Recording()
        let live = recording.openai([.events(parts)])
        let heard = try await live.ask(.chat(stream: true))
        #expect(heard.parts == parts)
        let again = try await replay(recording).ask(.chat(stream: true))
        #expect(again.parts == parts)
        #expect(again.headers["content-type"] == "text/event-stream; charset=utf-8")
    }

    @Test func streamIsRelayedBeforeItsEnd() async throws {
        let recording = try Recording()
        let (parts, source) = AsyncThrowingStream<ContentStream.Part, any Error>.makeStream()
        let live = recording.openai([
            Response(
                status: 200, headers: ["content-type": "text/event-stream"], content: .stream(ContentStream { parts }))
        ])
        guard case .stream(let stream) = try await live.respond(to: .chat(stream: true)).content else {
            Issue.record("no stream")
            return
        }
        var iterator = stream.makeAsyncIterator()
        source.yield(.text("data: 1\n\n"))
        #expect(try await iterator.next() == .text("data: 1\n\n"))
        #expect(await recording.sink.interactions.isEmpty)
        source.finish()
        #expect(try await iterator.next() == nil)
        // The client sees the end once the exchange is safe.
        #expect(await recording.sink.interactions.count == 1)
    }

    @Test func clientThatLeavesDoesNotSpoilTheRecording() async throws {
        let (recorded, told) = AsyncStream<Interaction>.makeStream()
        let recorder = Recorder(
            to: TellingSink(told: told), rules: MatchRules(), literals: LiteralSecrets([]),
            clock: VirtualClock(start: 0))
        let (parts, source) = AsyncThrowingStream<ContentStream.Part, any Error>.makeStream()
        let live = RecordingResponder(
            service: .openai,
            upstream: ScriptedUpstream([
                Response(
                    status: 200, headers: ["content-type": "text/event-stream"],
                    content: .stream(ContentStream { parts }))
            ]), recorder: recorder)
        do {
            guard case .stream(let stream) = try await live.respond(to: .chat(stream: true)).content else { return }
            var iterator = stream.makeAsyncIterator()
            source.yield(.text("data: 1\n\n"))
            _ = try await iterator.next()
        }
        source.yield(.text("data: 2\n\n"))
        source.finish()
        var all = recorded.makeAsyncIterator()
        let interaction = try #require(await all.next())
        #expect(interaction.response.bytes == Array("data: 1\n\ndata: 2\n\n".utf8))
        #expect(interaction.response.end == nil)
    }

    @Test func answerThatDidNotComeOrBrokeOffIsRecordedSo() async throws {
        let recording = try Recording()
        let cut = Response(
            status: 200, headers: ["content-type": "application/json"],
            content: .stream(ContentStream([.text("{"), .drop])))
        let live = recording.openai([nil, cut, .json("{}")])
        await #expect(throws: ScriptedUpstream.Refused.self) { try await live.respond(to: .chat()) }
        let heard = [try await live.ask(.chat()), try await live.ask(.chat())]
        #expect(heard.map(\.parts) == [[.text("{"), .drop], [.text("{}")]])
        let replay = try await replay(recording)
        await #expect(throws: (any Error).self) { try await replay.respond(to: .chat()) }
        #expect([try await replay.ask(.chat()), try await replay.ask(.chat())].map(\.parts) == heard.map(\.parts))
    }

    @Test func framingOfTheUpstreamsConnectionIsNotPassedOn() async throws {
        let recording = try Recording()
        let framing: Headers = [
            "transfer-encoding": "chunked", "content-length": "2", "x-own": "1", "content-type": "text/event-stream",
        ]
        let live = recording.openai([
            Response(status: 200, headers: framing, content: .stream(ContentStream([.text("data: 1\n\n")])))
        ])
        let answer = try await live.ask(.chat(stream: true))
        #expect(answer.headers.fields.map(\.name).sorted() == ["content-type", "x-own"])
    }

    @Test func numbersAndTimesAreThoseOfArrival() async throws {
        let recording = try Recording()
        let clock = recording.clock
        let (parts, source) = AsyncThrowingStream<ContentStream.Part, any Error>.makeStream()
        let live = recording.openai([
            Response(
                status: 200, headers: ["content-type": "text/event-stream"], content: .stream(ContentStream { parts })),
            .json("{}"),
        ])
        try await clock.wait(.seconds(1))
        let first = try await live.respond(to: .chat("slow", stream: true))
        try await clock.wait(.seconds(2))
        _ = try await live.ask(.chat("quick"))
        source.yield(.text("data: 1\n\n"))
        source.finish()
        _ = try await Answer(first)
        let kept = await recording.sink.interactions
        #expect(kept.map(\.number) == [2, 1])
        #expect(kept.map(\.at) == [3, 1])
        #expect(kept.map(\.response.at) == [3, 3])
        #expect(try await recording.sink.cassette().index.map(\.number) == [1, 2])
    }
}

/// Tells of each interaction.
struct TellingSink: InteractionSink {
    let told: AsyncStream<Interaction>.Continuation

    func record(_ interaction: Interaction) async throws { told.yield(interaction) }
}
