import Cassettes
import Documents
import HTTPMessages
import Responders
import SessionStand
import Synchronization
import Testing

@Suite struct SessionResetTests {
    @Test func everythingIsBackAtTheStart() async throws {
        let stand = try SessionStand()
        let key: Headers = ["x-api-key": "us-primes"]
        func play() async throws -> [String] {
            var said = [try await stand.chat().text, try await stand.chat().text]
            let created = try await stand.ask("POST", "/v1/sandboxes", SessionStand.creation, headers: key).json
            said.append(created?["id"]?.stringValue ?? "")
            let token = created?["auth_token"]?.stringValue ?? ""
            said.append(
                try await stand.ask(
                    "POST", "/execute", SessionStand.code, headers: ["authorization": "Bearer \(token)"]
                ).text)
            return said
        }
        let start = try await stand.control("GET", "status").text
        let first = try await play()
        #expect(try await stand.chat().status == 422)
        try await stand.control("POST", "faults", #"{"path": "/nothing", "status": 500}"#)
        try await stand.control("POST", "clock", #"{"advance_seconds": 3600}"#)
        let before = try await stand.control("GET", "status").text
        #expect(before != start)

        #expect(try await stand.control("POST", "reset").json == ["session": "us-primes", "reset": true])
        let status = try #require(try await stand.control("GET", "status").json)
        for name in ["played", "faults", "sandboxes"] { #expect(status[name] == [], "\(name)") }
        #expect(status["requests"]?["openai"]?.intValue == 0)
        #expect(status["journal"]?["kept"]?.intValue == 0)
        #expect(status["clock"]?["now"]?.doubleValue == VirtualClock.fixedStart)
        #expect(status["not_played"]?.arrayValue?.count == 4)
        // A miss fails the command, whatever comes after it.
        #expect(status["misses"]?.arrayValue?.count == 1)
        #expect(try await play() == first)
    }

    @Test func anotherSessionStaysAsItIs() async throws {
        let stand = try SessionStand()
        _ = try await stand.ask("POST", "/s/primes.w1/v1/chat/completions", SessionStand.question)
        try await stand.control("POST", "reset")
        let status = try await stand.ask("GET", "/_understudy/sessions/primes.w1/status").json
        #expect(status?["played"] == [1])
    }

    /// Its back end is told to end what really runs.
    @Test func theSandboxesOfABackEndAreEnded() async throws {
        final class Ended: OutcomeSource {
            let ids = Mutex<[String]>([])

            func outcome(of call: SandboxCall) async throws -> Response { Response(body: []) }
            func expired(_ sandbox: String) async { ids.withLock { $0.append(sandbox) } }
        }
        let ended = Ended()
        let clock = ShiftedClock(VirtualClock(start: 0))
        let session = Session(name: "sandbox", notes: SessionNotes(), clock: clock) {
            let hopx = FakeHopX(seed: "s", clock: clock, outcomes: ended)
            return Session.Services([.hopx: hopx], sandboxes: hopx)
        }
        let responder = Route(Sessions(fallback: .single) { _ in session })
        let request = Request(
            method: "POST", path: "/v1/sandboxes", headers: ["x-api-key": "k"], body: Array(SessionStand.creation.utf8))
        let created = try JSONValue(parsing: try await responder.respond(to: request).content.joined() ?? [])
        await session.reset()
        #expect(ended.ids.withLock { $0 } == [created["id"]?.stringValue])
    }
}
