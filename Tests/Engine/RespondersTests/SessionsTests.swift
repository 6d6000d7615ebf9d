import Cassettes
import Documents
import HTTPMessages
import Responders
import Testing

@Suite struct SessionsTests {
    /// Each session says its name, to whatever it is asked; `story` and `dir/story` are the cassettes there are.
    static func route(_ fallback: Sessions.Default, accepted: Set<String>? = nil) -> (Route, Sessions) {
        let sessions = Sessions(fallback: fallback, acceptedKeys: accepted) { key in
            if let key, !["story", "dir/story"].contains(key.cassette.text) {
                throw Sessions.Refusal("there is no \(key.cassette)")
            }
            let name = key?.description ?? "single"
            let says = ScriptedUpstream(Array(repeating: .json(#"{"session":"\#(name)"}"#), count: 100))
            return Session(name: name, notes: SessionNotes(), responders: [.openai: says, .hopx: says])
        }
        return (Route(sessions), sessions)
    }

    @Test func aPathThatNoServiceHasIsTakenDownToo() async throws {
        let (route, sessions) = Self.route(try Self.main())
        let request = Request(method: "POST", path: "/v1/nope", headers: ["authorization": "Bearer us-story.w1"])
        #expect(route.answerNow(request) == nil)
        #expect(sessions.all.flatMap(\.journal.entries).isEmpty)
        #expect(try await route.ask(request).status == 404)
        let session = try #require(sessions.all.first)
        #expect(session.name == "us-story.w1")
        #expect(session.journal.entries.map(\.path) == ["/v1/nope"])
        #expect(session.journal.entries.map(\.status) == [404])
        // A key that opens nothing is told the same, and nothing is opened for it.
        #expect(
            try await route.ask(Request(method: "GET", path: "/v1/nope", headers: ["x-api-key": "us-none"])).status
                == 404)
        #expect(sessions.all.count == 1)
    }

    static func main() throws -> Sessions.Default { .cassette(SessionKey(try #require(CassetteName("story")))) }

    @Test(
        arguments: [
            (nil, "us-story"), ("sk-anything", "us-story"), ("us-story", "us-story"), ("us-dir:story", "us-dir:story"),
            ("us-story.w3", "us-story.w3"), ("us-dir:story.test_a-b", "us-dir:story.test_a-b"),
            ("us-story.test[a.b]", nil), ("us-none", nil),
            ("us-", nil),
            ("us-story.", nil), ("us-../story", nil), ("us-story/../../etc", nil), ("us-.w3", nil), ("us-a b", nil),
        ] as [(String?, String?)])
    func keySelectsTheSession(key: String?, session: String?) async throws {
        let (route, _) = Self.route(try Self.main())
        let answer = try await route.ask(.chat(key: key))
        #expect(answer["session"] == session)
        guard session == nil else { return }
        #expect((answer.status, answer.errorCode) == (401, "invalid_api_key"))
        var request = Request(method: "GET", path: "/v1/sandboxes")
        request.headers["x-api-key"] = key
        let control = try await route.ask(request)
        #expect(control.status == 401)
        #expect(control.json["error"]?["message"]?.stringValue == control["message"])
        #expect(control.json["details"]?.isNull != true)
    }

    @Test(
        arguments: [
            ("/s/story", "us-story", nil), ("/s/dir:story.w1", "us-dir:story.w1", nil),
            ("/s/story", "us-story", "us-dir:story"),
            ("/s/none", nil, nil), ("/s/..", nil, nil), ("/s/%2e%2e", nil, nil),
            ("/s/dir%3Astory", "us-dir:story", nil),
        ] as [(String, String?, String?)])
    func pathBeforeTheServicesOwnWins(prefix: String, session: String?, key: String?) async throws {
        let (route, _) = Self.route(try Self.main())
        var request = Request.chat(key: key)
        request.path = prefix + request.path
        let answer = try await route.ask(request)
        #expect(answer["session"] == session)
        if session == nil { #expect(answer.status == 401) }
    }

    @Test(
        arguments: [
            ("good", true), ("also-good", true), ("us-story", true), ("us-story.w1", true), ("goo", false),
            ("goodd", false), (nil, false),
            ("", false), ("us-none", false), ("us-story.", false),
        ] as [(String?, Bool)])
    func onlyAcceptedKeysOpenAnything(key: String?, opens: Bool) async throws {
        let (route, sessions) = Self.route(try Self.main(), accepted: ["good", "also-good"])
        #expect(try await route.ask(.chat(key: key)).status == (opens ? 200 : 401))
        #expect(sessions.all.isEmpty == !opens)
        var prefixed = Request.chat(key: key)
        prefixed.path = "/s/story" + prefixed.path
        if !opens, key != "us-none" { #expect(try await route.ask(prefixed).status == 401) }
    }

    @Test(arguments: [("good", 200), ("us-story", 401), ("bad", 401)])
    func withoutACassetteOnlyGivenKeysAreAccepted(key: String, status: Int) async throws {
        let (route, _) = Self.route(.single, accepted: ["good"])
        #expect(try await route.ask(.chat(key: key)).status == status)
    }

    @Test(arguments: [(nil, 401), ("sk-x", 401), ("us-story", 200)] as [(String?, Int)])
    func withoutADefaultAKeyMustNameACassette(key: String?, status: Int) async throws {
        let (route, _) = Self.route(.none)
        #expect(try await route.ask(.chat(key: key)).status == status)
    }

    @Test func positionsAreIndependent() async throws {
        let cassette = try Cassette.of([.chat(1, gives: .answer("a")), .chat(2, gives: .answer("b"))])
        let sessions = Sessions(fallback: try Self.main()) { key in
            let notes = SessionNotes()
            let llm = ReplayResponder(cassette: cassette, service: .openai, usedUp: .error, notes: notes)
            return Session(name: "\(key.map(\.description) ?? "")", notes: notes, responders: [.openai: llm])
        }
        let route = Route(sessions)
        #expect(try await route.ask(.chat(key: "us-story"))["answer"] == "a")
        #expect(try await route.ask(.chat(key: "us-story.x"))["answer"] == "a")
        #expect(try await route.ask(.chat(key: "us-story"))["answer"] == "b")
        #expect(route.answerNow(.chat(key: "us-story.x"))?.status == 200)
        #expect(try await route.ask(.chat(key: "us-story.x")).status == 422)
        #expect(sessions.all.map(\.notes.misses.count) == [0, 1])
    }

    @Test func manySessionsAtOnceAreOneEach() async throws {
        let cassette = try Cassette.of((1...8).map { .chat($0, gives: .answer("\($0)")) })
        let sessions = Sessions(fallback: try Self.main()) { key in
            let notes = SessionNotes()
            let llm = ReplayResponder(cassette: cassette, service: .openai, usedUp: .error, notes: notes)
            return Session(name: "\(key.map(\.description) ?? "")", notes: notes, responders: [.openai: llm])
        }
        let route = Route(sessions)
        let heard = try await withThrowingTaskGroup(of: (Int, String?).self) { tasks in
            for number in 0..<64 * 8 {
                tasks.addTask { (number % 64, try await route.ask(.chat(key: "us-story.\(number % 64)"))["answer"]) }
            }
            return try await tasks.reduce(into: [Int: Set<String?>]()) { $0[$1.0, default: []].insert($1.1) }
        }
        #expect(heard.count == 64)
        #expect(heard.values.allSatisfy { $0 == Set((1...8).map { "\($0)" }) })
        #expect(sessions.all.count == 64)
    }
}

@Suite struct RouteTests {
    @Test(
        arguments: [
            ("POST", "/v1/chat/completions", "openai"), ("POST", "/chat/completions", "openai"),
            ("GET", "/v1/models", "openai"),
            ("GET", "/v1/models/gpt-4o", "openai"), ("GET", "/v1/sandboxes", "hopx"),
            ("DELETE", "/v1/sandboxes/a", "hopx"),
            ("GET", "/health", "hopx"), ("GET", "/info", "hopx"), ("POST", "/execute", "hopx"),
            ("GET", "/files/read", "hopx"),
            ("PUT", "/env", "hopx"), ("GET", "/", "hopx"), ("GET", "/execute", "hopx"), ("GET", "/nowhere", nil),
            ("GET", "/v2/chat", nil),
            ("GET", "/favicon.ico", nil), ("POST", "/v1", nil),
        ] as [(String, String, String?)])
    func pathsBelongToServices(method: String, path: String, service: String?) async throws {
        let sessions = Sessions(fallback: .single) { _ in
            let names = [Service.openai, .hopx].map { service in
                (service, ScriptedUpstream([.json(#"{"service":"\#(service.rawValue)"}"#)]) as any Responder)
            }
            return Session(name: "", notes: SessionNotes(), responders: Dictionary(uniqueKeysWithValues: names))
        }
        let answer = try await Route(sessions).ask(Request(method: method, path: path))
        #expect(answer["service"] == service)
        guard service == nil else { return }
        #expect((answer.status, answer.errorCode) == (404, "unknown_url"))
        #expect(answer.json["error"]?["type"] == "invalid_request_error")
        #expect(answer.errorMessage?.contains("\(method) \(path)") == true)
    }

    @Test func serviceThatNobodySpeaksForIsRefused() async throws {
        let sessions = Sessions(fallback: .single) { _ in Session(name: "", notes: SessionNotes(), responders: [:]) }
        let answer = try await Route(sessions).ask(.chat())
        #expect((answer.status, answer.errorCode) == (404, "unknown_url"))
    }
}
