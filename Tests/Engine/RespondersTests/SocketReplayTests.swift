import Cassettes
import Documents
import HTTPMessages
import Responders
import Testing

/// Sockets of a plain service: recorded whole, replayed in lockstep.
@Suite struct SocketReplayTests {
    private static let request = Request(method: "GET", path: "/to/feed/live")

    /// Greets, answers each message twice, and says good-bye to `quit`.
    private static let service = SocketService { peer in
        try await peer.send(.text("hello"))
        while let message = try await peer.receive() {
            guard message != .text("quit") else { return try await peer.close(code: 4000, reason: "as you wish") }
            if message == .text("break") { throw Broken() }
            try await peer.send(message)
            try await peer.send(.binary([1, 2]))
        }
    }

    private struct Broken: Error {}

    private func recorded(_ peers: ScriptedSocket...) async throws -> (Recording, Cassette) {
        let recording = try Recording()
        let responder = RecordingResponder(service: .http, upstream: Self.service, recorder: recording.recorder)
        for peer in peers {
            do {
                try await responder.talk(Self.request, peer)
            } catch is Broken {}
        }
        #expect(recording.recorder.problems.isEmpty)
        return (recording, try await recording.sink.cassette())
    }

    private func session(_ cassette: Cassette, usedUp: UsedUp = .error) -> (Session, any Responder) {
        let notes = SessionNotes()
        let replay = ReplayResponder(cassette: cassette, service: .http, usedUp: usedUp, notes: notes)
        let session = Session(name: "story", notes: notes, responders: [.http: replay])
        return (session, Stage.inMemory(session))
    }

    @Test func whatPassedIsRecordedWholeAndGivenBack() async throws {
        let live = ScriptedSocket([("{\"a\": 1}", 1), ("b", 3), ("quit", 5)])
        let (recording, cassette) = try await recorded(live)
        let kept = try #require(await recording.sink.interactions.first)
        #expect(kept.operation.description == "WS /to/feed/live")
        let said = try cassette.interaction(at: 0).response
        guard case .socket(let frames) = said.content else { throw Broken() }
        #expect(frames.map(\.isFromClient) == [false, true, false, false, true, false, false, true, false])
        #expect(frames.last?.payload == .close(code: 4000))
        #expect(said.end == nil)

        let (session, service) = session(cassette)
        // Another spelling of the same JSON.
        let replayed = ScriptedSocket([("{\"a\":1.0}", 1), ("b", 3), ("quit", 5)])
        try await service.talk(Self.request, replayed)
        #expect(replayed.got == live.got && replayed.closedWith?.code == 4000)
        #expect(session.notes.misses.isEmpty && session.notes.leftovers(of: cassette).isEmpty)
        #expect(session.journal.entries.map(\.outcome) == [.hit] && session.journal.entries[0].status == 101)
    }

    @Test func nothingIsSentBeforeTheClientHasSaidAsMuch() async throws {
        let (_, cassette) = try await recorded(ScriptedSocket([("a", 1), ("b", 3), ("quit", 5)]))
        let (_, service) = session(cassette)
        let silent = ScriptedSocket([("a", 1)], then: .vanishes)
        try await service.talk(Self.request, silent)
        #expect(silent.texts == ["hello", "a", "(binary)"])
    }

    @Test(arguments: [("x", 0, 1), ("other", 1, 3)])
    func anotherMessageIsAMissThatClosesWith1008(text: String, shared: Int, got: Int) async throws {
        let (_, cassette) = try await recorded(ScriptedSocket([("a", 1), ("b", 3), ("quit", 5)]))
        let (session, service) = session(cassette)
        let lines = shared == 0 ? [(text, 1)] : [("a", 1), (text, 3)]
        let peer = ScriptedSocket(lines)
        try await service.talk(Self.request, peer)
        #expect(peer.got.count == got && peer.closedWith?.code == 1008)
        #expect(peer.closedWith?.reason.hasPrefix("cassette_miss: ") == true)
        let miss = try #require(session.notes.misses.first)
        #expect(session.notes.misses.count == 1 && miss.operation.method == "WS")
        #expect(miss.nearest?.interaction == 1 && miss.nearest?.differences.count == 1)
        #expect(session.journal.entries.map(\.outcome) == [.miss])
    }

    @Test func moreThanWasRecordedIsAMiss() async throws {
        let (_, cassette) = try await recorded(ScriptedSocket([("a", 1)], then: .closes(1000)))
        let (session, service) = session(cassette)
        let peer = ScriptedSocket([("a", 1), ("more", 3)])
        try await service.talk(Self.request, peer)
        #expect(peer.closedWith?.code == 1008 && session.notes.misses.count == 1)
    }

    @Test func equalBeginningsPlayInRecordedOrderAndAreUsedUp() async throws {
        let (_, cassette) = try await recorded(
            ScriptedSocket([("a", 1), ("quit", 3)]), ScriptedSocket([("a", 1), ("b", 3), ("quit", 5)]))
        let (session, service) = session(cassette)
        let first = ScriptedSocket([("a", 1), ("quit", 3)])
        try await service.talk(Self.request, first)
        let second = ScriptedSocket([("a", 1), ("b", 3), ("quit", 5)])
        try await service.talk(Self.request, second)
        #expect(first.closedWith?.code == 4000 && second.closedWith?.code == 4000)
        let third = ScriptedSocket(["a"])
        #expect(try await service.talk(Self.request, third).status == 422)
        #expect(third.got.isEmpty && session.notes.misses.count == 1)

        let (again, cycling) = self.session(cassette, usedUp: .cycle)
        for lines in [[("a", 1), ("quit", 3)], [("a", 1), ("b", 3), ("quit", 5)], [("a", 1), ("quit", 3)]] {
            try await cycling.talk(Self.request, ScriptedSocket(lines))
        }
        #expect(again.notes.misses.isEmpty)
    }

    @Test func brokenConnectionsAndLeaversAreRecordedAsSuch() async throws {
        let (_, cassette) = try await recorded(
            ScriptedSocket([("a", 1), ("break", 3)]), ScriptedSocket([("c", 1)], then: .vanishes),
            ScriptedSocket([("d", 1)], then: .closes(1001)))
        let ends = try cassette.index.indices.map { try cassette.interaction(at: $0).response.end }
        #expect(ends == [.reset, .clientLeft, nil])
        let (session, service) = session(cassette)
        let peer = ScriptedSocket([("a", 1), ("break", 3)])
        await #expect(throws: (any Error).self) { try await service.talk(Self.request, peer) }
        #expect(peer.got.count == 3 && session.notes.misses.isEmpty)
    }

    @Test func aRecordedPaceIsKept() async throws {
        let clock = VirtualClock(start: 100)
        let frames: [RecordedResponse.SocketFrame] = [
            .init(at: 1, isFromClient: false, payload: .message(.text("one"))),
            .init(at: 3, isFromClient: true, payload: .message(.text("go"))),
            .init(at: 7, isFromClient: false, payload: .message(.text("two"))),
            .init(at: 8, isFromClient: false, payload: .close(code: 1000)),
        ]
        let operation = Operation(method: "WS", path: "/to/feed/live")
        let key = InteractionKey(
            service: .http, operation: operation, inputs: nil, body: Array("go".utf8), rules: MatchRules())
        let cassette = try Cassette.of([
            Interaction(
                number: 1, at: 0, service: .http, operation: operation, key: key, request: RecordedBody(bytes: []),
                response: RecordedResponse(status: 101, at: 0, content: .socket(frames)))
        ])
        let replay = ReplayResponder(
            cassette: cassette, service: .http, usedUp: .error, notes: SessionNotes(),
            pace: ReplayPace(speed: 2, clock: clock))
        let peer = ScriptedSocket([("go", 1)])
        try await replay.talk(Self.request, peer)
        #expect(peer.texts == ["one", "two"])
        // Half of 0 to 1 and of 3 to 8; what the client took is its own.
        #expect(abs(clock.now - 103) < 0.001)
    }

    @Test func secretsAreTakenOutOfMessages() async throws {
        let secret = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"
        let (recording, _) = try await recorded(ScriptedSocket([("the key is \(secret)", 1), ("quit", 3)]))
        let text = await recording.sink.text
        #expect(!text.contains("abcdefghij") && text.contains("<redacted:"))
        // It is found again all the same.
        let (session, service) = session(try await recording.sink.cassette())
        let peer = ScriptedSocket([("the key is \(secret)", 1), ("quit", 3)])
        try await service.talk(Self.request, peer)
        #expect(session.notes.misses.isEmpty && peer.closedWith?.code == 4000)
    }

    @Test func aCredentialThatAClientSendsIsNotRecorded() async throws {
        let recording = try Recording(literals: [("MY_TOKEN", "correct-horse-battery")])
        let responder = RecordingResponder(service: .http, upstream: Self.service, recorder: recording.recorder)
        try await responder.talk(Self.request, ScriptedSocket([("a", 1), ("correct-horse-battery", 3), ("quit", 5)]))
        #expect(await recording.sink.interactions.isEmpty)
        #expect(recording.recorder.problems.first?.contains("MY_TOKEN") == true)
        #expect(recording.recorder.problems.first?.contains("correct-horse") == false)
    }

    @Test func aFaultCutsASocketAndUsesNoRecordingUp() async throws {
        let (_, cassette) = try await recorded(ScriptedSocket([("a", 1), ("quit", 3)]))
        let (session, service) = session(cassette)
        let control = ControlAPI(service, sessions: Sessions(fallback: .single) { _ in session })
        for fault in [#"{"drop": true, "after_events": 2, "times": 1}"#, #"{"drop": true, "times": 1}"#] {
            let request = Request(method: "POST", path: "/_understudy/faults", body: Array(fault.utf8))
            let added = try await control.ask(request)
            #expect(added.status == 200, "\(added.text)")
        }
        let cut = ScriptedSocket([("a", 1), ("quit", 3)]), never = ScriptedSocket(["a"])
        await #expect(throws: (any Error).self) { try await service.talk(Self.request, cut) }
        await #expect(throws: (any Error).self) { try await service.talk(Self.request, never) }
        #expect(cut.texts == ["hello", "a"] && never.got.isEmpty)
        let whole = ScriptedSocket([("a", 1), ("quit", 3)])
        try await service.talk(Self.request, whole)
        #expect(whole.closedWith?.code == 4000 && session.notes.misses.isEmpty)
        #expect(session.journal.entries.map(\.outcome) == [.fault, .fault, .hit])
    }
}
