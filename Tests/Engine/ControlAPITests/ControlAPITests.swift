import Cassettes
import Documents
import HTTPMessages
import Responders
import SessionStand
import Testing

@Suite struct ControlAPITests {
    private let stand: SessionStand

    init() throws { stand = try SessionStand() }

    private func problem(_ answer: SessionStand.Answer) throws -> JSONValue {
        try #require(answer.json?[JSONPointer(["error", "problems", "0"])], "\(answer.text)")
    }

    // MARK: Refusals

    @Test func anUnknownCallListsWhatThereIs() async throws {
        let answer = try await stand.control("GET", "request")
        #expect(answer.status == 404)
        let problem = try problem(answer)
        #expect(problem["expected"]?.stringValue?.contains("POST /_understudy/revoke-token") == true)
        #expect(problem["fix"] == "did you mean /_understudy/requests?")
    }

    @Test(arguments: ["/_understudy", "/_understudy/", "/_understudy/sessions/primes", "/_understudy/faults/1"])
    func otherPathsAreUnknown(path: String) async throws {
        #expect(try await stand.ask("GET", path).status == 404)
    }

    @Test(arguments: [
        ("PUT", "faults", "POST, GET, DELETE"), ("PUT", "requests", "GET, DELETE"), ("GET", "reset", "POST"),
        ("POST", "metrics", "GET"),
    ])
    func anotherMethodIsRefused(method: String, call: String, allowed: String) async throws {
        let answer = try await stand.control(method, call)
        #expect(answer.status == 405)
        #expect(answer.headers["allow"] == allowed)
    }

    /// What is said about one session is said of no other.
    @Test(arguments: [
        ("GET", "faults", ""), ("DELETE", "faults", ""), ("POST", "faults", #"{"kind": "reset"}"#),
        ("GET", "verdict", ""), ("GET", "requests", ""), ("DELETE", "requests", ""), ("GET", "status", ""),
        ("GET", "metrics", ""), ("POST", "clock", #"{"advance_seconds": 5}"#), ("POST", "reset", ""),
    ])
    func everyCallIsForOneSessionToo(method: String, call: String, body: String) async throws {
        _ = try await stand.chat()
        let before = try await stand.control("GET", "status").text
        let answer = try await stand.ask(method, "/_understudy/sessions/primes.w1/\(call)", body)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(try await stand.control("GET", "status").text == before)
    }

    @Test func errorsHaveTheirPlaceAndAFix() async throws {
        let answer = try await stand.control("POST", "faults", #"{"status": 500, "tims": 2, "service": "opnai"}"#)
        #expect(answer.status == 400)
        #expect(answer.json?["error"]?["code"] == "invalid_body")
        let problems = try #require(answer.json?["error"]?["problems"]?.arrayValue)
        #expect(problems.map { $0["at"]?.stringValue } == ["$.tims", "$.service"])
        #expect(problems.map { $0["fix"]?.stringValue } == ["did you mean 'times'?", "did you mean 'openai'?"])
        #expect(try await stand.control("GET", "status").json?["faults"] == [])
    }

    @Test(arguments: [
        ("faults", "", "invalid_json"), ("faults", #"{"status": 500"#, "invalid_json"),
        ("faults", "[1]", "invalid_body"),
        ("faults", #"{"status": 1, "status": 2}"#, "invalid_json"), ("clock", "{}", "invalid_body"),
        ("clock", #"{"advance_seconds": "1h"}"#, "invalid_body"),
        ("clock", #"{"advance_seconds": 1e300}"#, "invalid_body"),
        ("clock", #"{"advance_seconds": 1, "by": 2}"#, "invalid_body"), ("revoke-token", "{}", "invalid_body"),
        ("revoke-token", #"{"sandbox_id": ["a"]}"#, "invalid_body"),
    ])
    func badBodiesAreRefused(call: String, body: String, code: String) async throws {
        let answer = try await stand.control("POST", call, body)
        #expect(answer.status == 400)
        #expect(answer.json?["error"]?["code"]?.stringValue == code)
        #expect(try problem(answer)["expected"] != nil || call == "faults")
    }

    @Test func aLargeBodyIsRefused() async throws {
        let body = #"{"status": 500, "body": ""# + String(repeating: "a", count: 1 << 20) + #""}"#
        #expect(try await stand.control("POST", "faults", body).status == 413)
    }

    /// As clients send it that write all their members.
    @Test func aNullIsAsGoodAsNothing() async throws {
        let answer = try await stand.control("POST", "faults", #"{"status": 500, "body": null, "turn": null}"#)
        #expect(answer.status == 200, "\(answer.text)")
    }

    @Test(arguments: ["http://evil.example", "https://evil.example:443"])
    func aWebPageIsRefused(origin: String) async throws {
        #expect(try await stand.ask("GET", "/_understudy/status", headers: ["origin": origin]).status == 403)
        #expect(try await stand.ask("GET", "/_understudy/status", headers: ["host": "evil.example"]).status == 403)
    }

    // MARK: Token

    @Test func withATokenEveryCallNeedsIt() async throws {
        let stand = try SessionStand(token: "secret-token")
        for call in ["status", "metrics", "sessions", "requests", "nothing"] {
            let answer = try await stand.control("GET", call)
            #expect(answer.status == 401, "\(call)")
            #expect(answer.headers["www-authenticate"] == "Bearer")
            #expect(!answer.text.contains("secret-token"))
        }
        for wrong in ["secret-tokeN", "secret-toke", "secret-tokenn", "", "us-primes"] {
            let answer = try await stand.ask(
                "POST", "/_understudy/reset", headers: ["authorization": "Bearer \(wrong)"])
            #expect(answer.status == 401, "\(wrong)")
        }
        let right: Headers = ["authorization": "Bearer secret-token"]
        #expect(try await stand.ask("GET", "/_understudy/status", headers: right).status == 200)
        // The services have keys of their own.
        #expect(try await stand.chat().status == 200)
    }

    // MARK: Sessions

    @Test func callsActOnTheSessionTheyName() async throws {
        for name in ["primes.w1", "us-primes.w1", "primes%2Ew1"] {
            try await stand.ask("POST", "/_understudy/sessions/\(name)/clock", #"{"advance_seconds": 10}"#)
        }
        let named = try await stand.ask("GET", "/_understudy/sessions/primes.w1/status").json
        #expect(named?["clock"]?["now"]?.doubleValue == VirtualClock.fixedStart + 30)
        #expect(try await stand.control("GET", "status").json?["clock"]?["now"]?.doubleValue == VirtualClock.fixedStart)
        let sessions = try await stand.control("GET", "sessions").json?.arrayValue ?? []
        #expect(sessions.map { $0["session"]?.stringValue } == ["us-primes", "us-primes.w1"])
    }

    /// As where the key is made for one run: lists name the cassette only, and so may calls.
    @Test(arguments: ["us-primes", "primes"]) func anOpenSessionGoesByItsName(name: String) async throws {
        let key = try #require(SessionKey("us-primes.0f1e2d3c"))
        let sessions = Sessions(fallback: .cassette(key)) { opened in
            #expect(opened == key)
            return Session(name: "us-primes", notes: SessionNotes(), responders: [:])
        }
        let responder = ControlAPI(Route(sessions), sessions: sessions)
        for path in ["/_understudy/clock", "/_understudy/sessions/\(name)/clock"] {
            let request = Request(method: "POST", path: path, body: Array(#"{"advance_seconds": 1}"#.utf8))
            #expect(try await responder.respond(to: request).status == 200)
        }
        #expect(sessions.all.map(\.clock.now) == [VirtualClock.fixedStart + 2])
    }

    @Test(arguments: ["nothing", "us-nothing", "..", "primes.", "a%2Fb"])
    func anUnknownSessionIsRefused(name: String) async throws {
        let answer = try await stand.ask("GET", "/_understudy/sessions/\(name)/status")
        #expect(answer.status == 404)
        #expect(answer.json?["error"]?["code"] == "unknown_session")
    }

    @Test func thereIsABoundOnSessions() async throws {
        let stand = try SessionStand(bound: 3)
        for number in 1...3 {
            #expect(try await stand.chat(headers: ["authorization": "Bearer us-primes.w\(number)"]).status == 200)
        }
        #expect(try await stand.chat(headers: ["authorization": "Bearer us-primes.w4"]).status == 429)
        #expect(try await stand.ask("GET", "/_understudy/sessions/primes.w5/status").status == 429)
        #expect(try await stand.chat(headers: ["authorization": "Bearer us-primes.w1"]).status == 200)
    }

    // MARK: Clock and tokens

    @Test func theClockMovesBothWays() async throws {
        #expect(try await stand.control("POST", "clock", #"{"advance_seconds": 100}"#).json?["now"] == 1_767_225_700)
        #expect(
            try await stand.control("POST", "clock", #"{"advance_seconds": -100.5}"#).json?["now"]?.doubleValue
                == 1_767_225_599.5)
    }

    @Test func sandboxesExpireByTheClock() async throws {
        let key: Headers = ["x-api-key": "us-primes"]
        let created = try await stand.ask(
            "POST", "/v1/sandboxes", #"{"template_name": "t", "timeout_seconds": 60}"#, headers: key
        ).json
        let id = try #require(created?["id"]?.stringValue)
        #expect(try await stand.ask("GET", "/v1/sandboxes/\(id)", headers: key).status == 200)
        try await stand.control("POST", "clock", #"{"advance_seconds": 61}"#)
        #expect(try await stand.ask("GET", "/v1/sandboxes/\(id)", headers: key).status == 404)
    }

    @Test func aRevokedTokenIsRefusedAndARefreshWorks() async throws {
        let key: Headers = ["x-api-key": "us-primes"]
        func token(_ answer: SessionStand.Answer) throws -> String {
            try #require(answer.json?["auth_token"]?.stringValue)
        }
        let created = try await stand.ask("POST", "/v1/sandboxes", SessionStand.creation, headers: key)
        let id = try #require(created.json?["id"]?.stringValue)
        let first = try token(created)
        let second = try token(try await stand.ask("POST", "/v1/sandboxes/\(id)/token/refresh", headers: key))
        let other = try token(try await stand.ask("POST", "/v1/sandboxes", SessionStand.creation, headers: key))
        #expect(try await stand.control("POST", "revoke-token", #"{"sandbox_id": "\#(id)"}"#).status == 200)
        for old in [first, second] {
            let refused = try await stand.ask("GET", "/env", headers: ["authorization": "Bearer \(old)"])
            #expect(refused.status == 401)
            #expect(refused.json?["code"] == "INVALID_TOKEN")
        }
        #expect(try await stand.ask("GET", "/env", headers: ["authorization": "Bearer \(other)"]).status == 200)
        let third = try token(try await stand.ask("POST", "/v1/sandboxes/\(id)/token/refresh", headers: key))
        #expect(try await stand.ask("GET", "/env", headers: ["authorization": "Bearer \(third)"]).status == 200)
    }

    @Test func anUnknownSandboxListsTheKnown() async throws {
        _ = try await stand.ask("POST", "/v1/sandboxes", SessionStand.creation, headers: ["x-api-key": "us-primes"])
        let answer = try await stand.control("POST", "revoke-token", #"{"sandbox_id": "sb"}"#)
        #expect(answer.status == 404)
        #expect(try problem(answer)["expected"] == "one of 1763900000sandbox")
    }

    @Test func tokensOfLiveSandboxesAreNotOurs() async throws {
        let session = Session(name: "live", notes: SessionNotes(), responders: [:])
        let sessions = Sessions(fallback: .single) { _ in session }
        let responder = ControlAPI(Route(sessions), sessions: sessions)
        let request = Request(
            method: "POST", path: "/_understudy/sessions/live/revoke-token", body: Array(#"{"sandbox_id": "a"}"#.utf8))
        #expect(try await responder.respond(to: request).status == 409)
        let other = Request(method: "GET", path: "/_understudy/sessions/primes/status")
        #expect(try await responder.respond(to: other).status == 404)
    }

    // MARK: Journal and status

    @Test func theJournalSaysHowManyFellOut() async throws {
        for _ in 0..<3 { _ = try await stand.chat() }
        let answer = try await stand.control("GET", "requests")
        #expect(answer.headers["x-understudy-fallen-out"] == "0")
        #expect(answer.json?.arrayValue?.count == 3)
        #expect(try await stand.control("DELETE", "requests").json == ["forgotten": 3])
        #expect(try await stand.control("GET", "requests").json == [])
    }

    @Test func statusTellsWhatIsStillToCome() async throws {
        _ = try await stand.chat()
        _ = try await stand.chat(#"{"model": "gpt-4o", "messages": []}"#)
        try await stand.control("POST", "faults", #"{"path": "x", "times": 4, "status": 503, "body": "secret text"}"#)
        let answer = try await stand.control("GET", "status")
        let status = try #require(answer.json)
        #expect(status["played"] == [1])
        #expect(status["not_played"]?.arrayValue?.map { $0["interaction"]?.intValue } == [2, 3, 5])
        #expect(status["misses"]?.arrayValue?.count == 1)
        #expect(status["faults"] == [["path": "x", "kind": "server_error", "status": 503, "left": 4]])
        #expect(!answer.text.contains("secret text"))
    }
}
