import Cassettes
import Documents
import FaultRules
import HTTPMessages
import Responders
import SessionStand
import Testing

/// Each kind of fault as clients of each service get it, and that none uses a recording up.
@Suite struct FaultKindsTests {
    private let stand: SessionStand

    init() throws { stand = try SessionStand() }

    private func add(_ fault: String) async throws {
        let answer = try await stand.control("POST", "faults", fault)
        #expect(answer.status == 200, "\(answer.text)")
    }

    private func now() async throws -> Double {
        let status = try await stand.control("GET", "status").json
        return try #require(status?[JSONPointer(["clock", "now"])]?.doubleValue) - VirtualClock.fixedStart
    }

    private func parts(_ body: String = SessionStand.streamed) async throws -> [ContentStream.Part] {
        let response = try await stand.respond("POST", "/v1/chat/completions", body)
        guard case .stream(let stream) = response.content else { return [] }
        var parts: [ContentStream.Part] = []
        for try await part in stream { parts.append(part) }
        return parts
    }

    private func bytes(_ parts: [ContentStream.Part]) -> [UInt8] {
        parts.flatMap { part -> [UInt8] in if case .chunk(let bytes) = part { bytes } else { [] } }
    }

    static let kinds = [
        #"{"kind": "rate_limit"}"#, #"{"kind": "server_error"}"#, #"{"kind": "overloaded"}"#,
        #"{"kind": "bad_gateway"}"#, #"{"kind": "timeout", "hold": 5}"#, #"{"kind": "reset"}"#,
        #"{"kind": "reset", "after_events": 1}"#, #"{"kind": "malformed"}"#, #"{"kind": "content_type"}"#,
        #"{"kind": "truncated"}"#, #"{"kind": "truncated_utf8"}"#, #"{"kind": "truncated_utf8", "drop": true}"#,
        #"{"kind": "empty"}"#,
    ]

    /// The recording that was there before is there after.
    @Test(arguments: kinds) func noKindUsesARecordingUp(fault: String) async throws {
        for body in [SessionStand.question, SessionStand.streamed] {
            try await add(fault)
            _ = try? await stand.chat(body)
            #expect(try await stand.control("GET", "status").json?["played"] == [])
        }
        #expect(try await stand.chat().text.contains("one"))
        #expect(try await stand.chat(SessionStand.streamed).text == SessionStand.events.joined())
        let outcomes = try await stand.journal().map { $0["outcome"]?.stringValue }
        #expect(outcomes == ["fault", "fault", "hit", "hit"])
    }

    /// Nothing is asked to find out what would have been said.
    @Test(arguments: kinds) func noKindIsAMiss(fault: String) async throws {
        try await add(fault)
        _ = try? await stand.chat(#"{"model": "gpt-4o", "messages": []}"#)
        #expect(try await stand.control("GET", "status").json?["misses"] == [])
    }

    @Test(arguments: [
        ("/v1/chat/completions", 503), ("/v1/messages", 529), ("/v1beta/models/gemini:generateContent", 503),
        ("/execute", 503),
    ])
    func overloadIsEachServicesOwn(path: String, status: Int) async throws {
        try await add(#"{"kind": "overloaded", "retry_after": 4}"#)
        let answer = try await stand.ask("POST", path, "{}", headers: ["x-api-key": "us-primes"])
        #expect(answer.status == status)
        #expect(answer.headers["retry-after"] == "4")
    }

    @Test func aTimeOutHoldsItsTimeThenResets() async throws {
        try await add(#"{"kind": "timeout", "hold": 25}"#)
        await #expect(throws: (any Error).self) { try await stand.chat() }
        #expect(try await now() == 25)
    }

    /// Who leaves while being kept waiting costs no recording, and is seen to leave.
    @Test func aClientThatLeavesEndsTheWait() async throws {
        try await add(#"{"kind": "timeout"}"#)
        await #expect(throws: (any Error).self) {
            try await stand.chat(client: ClientPresence {})
        }
        #expect(try await stand.chat().text.contains("one"))
    }

    @Test(arguments: [(SessionStand.question, 10), (SessionStand.streamed, 7)])
    func aTrickleIsTheRealAnswerInPieces(body: String, size: Int) async throws {
        try await add(#"{"kind": "trickle", "bytes": \#(size), "every": 0.5}"#)
        let parts = try await parts(body)
        let chunks = parts.compactMap { part -> [UInt8]? in if case .chunk(let bytes) = part { bytes } else { nil } }
        #expect(chunks.dropLast().allSatisfy { !$0.isEmpty && $0.count <= size })
        #expect(parts.contains(.pause(.seconds(0.5))))
        let text = String(decoding: bytes(parts), as: UTF8.self)
        #expect(body == SessionStand.streamed ? text == SessionStand.events.joined() : text.contains("one"))
        // Taken to its end, it is played.
        #expect(try await stand.control("GET", "status").json?["played"]?.arrayValue?.count == 1)
    }

    @Test func aTrickleThatIsLeftIsStillThere() async throws {
        try await add(#"{"kind": "trickle", "bytes": 1, "every": 1}"#)
        let response = try await stand.respond("POST", "/v1/chat/completions", SessionStand.streamed)
        if case .stream(let stream) = response.content {
            for try await _ in stream { break }
        }
        #expect(try await stand.control("GET", "status").json?["played"] == [])
        #expect(try await stand.chat(SessionStand.streamed).text == SessionStand.events.joined())
    }

    @Test(arguments: 0...5) func aStreamIsTruncatedCleanly(count: Int) async throws {
        try await add(#"{"kind": "truncated", "after_events": \#(count)}"#)
        let parts = try await parts()
        #expect(!parts.contains(.drop))
        #expect(String(decoding: bytes(parts), as: UTF8.self) == SessionStand.events.prefix(count).joined())
    }

    @Test(arguments: [false, true]) func aTruncatedCharacterIsNoText(drops: Bool) async throws {
        try await add(#"{"kind": "truncated_utf8", "after_events": 2, "drop": \#(drops)}"#)
        let parts = try await parts()
        let bytes = bytes(parts)
        #expect(String(validating: bytes, as: UTF8.self) == nil)
        #expect(String(validating: bytes.dropLast(), as: UTF8.self) != nil, "the last byte alone is what is wrong")
        #expect(bytes.starts(with: Array(SessionStand.events.prefix(2).joined().utf8)))
        #expect((parts.last == .drop) == drops)
    }

    /// In each service's shape, parsed as its clients would.
    @Test(arguments: [
        ("/v1/chat/completions", "/choices"), ("/v1/responses", "/output"), ("/v1/embeddings", "/data"),
        ("/openai/deployments/d/chat/completions", "/choices"), ("/v1/messages", "/content"),
        ("/v1beta/models/gemini:generateContent", "/candidates"),
    ])
    func anEmptyAnswerHasAnEmptyList(path: String, pointer: String) async throws {
        try await add(#"{"kind": "empty"}"#)
        let answer = try await stand.ask("POST", path, #"{"model": "m"}"#, headers: ["x-api-key": "us-primes"])
        #expect(answer.status == 200)
        #expect(answer.json?[try #require(JSONPointer(parsing: pointer))] == [], "\(answer.text)")
    }

    @Test(arguments: [
        ("/v1/chat/completions", ["", ""]), ("/v1/responses", ["response.created", "response.completed"]),
        ("/v1/messages", ["message_start", "message_delta", "message_stop"]),
        ("/v1beta/models/gemini:streamGenerateContent?alt=sse", [""]),
    ])
    func anEmptyStreamHasItsFrameOnly(path: String, names: [String]) async throws {
        try await add(#"{"kind": "empty"}"#)
        let answer = try await stand.ask(
            "POST", path, #"{"model": "m", "stream": true}"#, headers: ["x-api-key": "us-primes"])
        #expect(answer.headers["content-type"]?.hasPrefix("text/event-stream") == true)
        let events = EventStream.split(Array(answer.text.utf8)).events.compactMap { EventStream.parse($0) }
        #expect(events.map { $0.name ?? "" } == names)
    }

    @Test func aRuleIsForItsModelAlone() async throws {
        try await add(#"{"kind": "server_error", "model": "gemini-pro", "times": 3}"#)
        #expect(try await stand.chat().status == 200)
        let gemini = "/v1beta/models/gemini-pro:generateContent"
        #expect(try await stand.ask("POST", gemini, "{}", headers: ["x-goog-api-key": "us-primes"]).status == 500)
        let azure = "/openai/deployments/gemini-pro/chat/completions"
        #expect(try await stand.ask("POST", azure, "{}", headers: ["api-key": "us-primes"]).status == 500)
        #expect(try await stand.chat(#"{"model": "gemini-pro", "messages": []}"#).status == 500)
    }

    @Test func aFaultOfASessionIsNoOthers() async throws {
        try await add(#"{"kind": "server_error", "session": "primes.w1"}"#)
        #expect(try await stand.chat().status == 200)
        #expect(try await stand.chat(headers: ["authorization": "Bearer us-primes.w1"]).status == 500)
        let wrong = try await stand.ask(
            "POST", "/_understudy/sessions/primes.w2/faults", #"{"kind": "reset", "session": "primes.w1"}"#)
        #expect(wrong.status == 400)
        #expect(wrong.json?[JSONPointer(["error", "code"])] == "wrong_session")
    }

    /// From the start and after each reset.
    @Test func whatASessionStartsWithComesBack() async throws {
        let session = Session(name: "s", notes: SessionNotes(), responders: [:])
        session.start(with: [
            try .init(reading: LocatedJSON(["kind": "reset", "times": 2]).node, file: "f"),
            try .init(reading: LocatedJSON(["kind": "reset", "session": "other"]).node, file: "f"),
        ])
        #expect(session.faults.standing.map(\.left) == [2])
        session.faults.removeAll()
        await session.reset()
        #expect(session.faults.standing.map(\.left) == [2])
    }

    // MARK: The verdict

    private func verdict(_ session: String? = nil) async throws -> [JSONValue] {
        let path = session.map { "/_understudy/sessions/\($0)/verdict" } ?? "/_understudy/verdict"
        return try await stand.ask("GET", path).json?.arrayValue ?? []
    }

    private func wait(_ seconds: Double) async throws {
        try await stand.control("POST", "clock", #"{"advance_seconds": \#(seconds)}"#)
    }

    @Test func withoutFaultsThereIsNoVerdict() async throws {
        _ = try await stand.chat()
        #expect(try await verdict() == [])
    }

    @Test(arguments: [(2.0, true), (1.0, false)])
    func aRateLimitsWaitIsMeasured(seconds: Double, isObeyed: Bool) async throws {
        try await add(#"{"kind": "rate_limit", "retry_after": 2}"#)
        _ = try await stand.chat()
        try await wait(seconds)
        _ = try await stand.chat()
        let row = try #require(try await verdict().first)
        #expect(row["reaction"] == "retried" && row["recovered"] == true)
        #expect(row["obeyed_retry_after"]?.boolValue == isObeyed)
        #expect(row["wait"]?.doubleValue == seconds)
    }

    /// A retry is known by what it means, not by its bytes.
    @Test func aRetryMayBeSpelledOtherwise() async throws {
        try await add(#"{"kind": "server_error"}"#)
        _ = try await stand.chat()
        _ = try await stand.chat(#"{"messages":[{"content":"hi","role":"user"}],"model":"gpt-4o"}"#)
        #expect(try await verdict().map { $0["reaction"] } == ["retried"])
    }

    /// Keys do not tell sandboxes apart, as their ids differ from run to run.
    @Test func whatIsAskedOfAnotherSandboxIsNoRetry() async throws {
        let key: Headers = ["x-api-key": "us-primes"]
        try await add(#"{"kind": "server_error", "service": "hopx", "times": 2}"#)
        for id in ["a", "b", "a"] { try await stand.ask("GET", "/v1/sandboxes/\(id)", headers: key) }
        #expect(try await verdict().map { $0["reaction"] } == ["retried", "gave_up"])

        try await add(#"{"kind": "server_error", "service": "hopx"}"#)
        for id in ["a", "b"] { try await stand.ask("GET", "/x/\(id).local.vms.hopx.dev/health", headers: key) }
        #expect(try await verdict().last?["reaction"] == "gave_up")
    }

    @Test func aTruncatedTextThatIsSaidAgainIsAccepted() async throws {
        try await add(#"{"kind": "truncated", "after_events": 2}"#)
        _ = try await stand.chat(SessionStand.streamed)
        _ = try await stand.chat(#"{"model": "gpt-4o", "messages": [{"role": "assistant", "content": "ab"}]}"#)
        _ = try await stand.chat(SessionStand.streamed)
        #expect(try await verdict().map { $0["reaction"] } == ["accepted"])
    }

    @Test func anotherProvidersModelIsAFallback() async throws {
        try await add(#"{"kind": "overloaded"}"#)
        _ = try await stand.chat()
        try await stand.ask(
            "POST", "/v1/messages",
            #"{"model": "claude", "max_tokens": 9, "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]}"#
        )
        let row = try #require(try await verdict().first)
        #expect(row["reaction"] == "fell_back" && row["fallback"] == "claude")
        #expect(row["recovered"] == false, "it was a miss")
    }

    @Test func sessionsAndResetsKeepVerdictsApart() async throws {
        try await stand.ask("POST", "/_understudy/sessions/primes.w1/faults", #"{"kind": "server_error"}"#)
        _ = try await stand.chat(headers: ["authorization": "Bearer us-primes.w1"])
        #expect(try await verdict() == [])
        #expect(try await verdict("primes.w1").map { $0["reaction"] } == ["gave_up"])
        try await stand.ask("POST", "/_understudy/sessions/primes.w1/reset")
        #expect(try await verdict("primes.w1") == [])
    }
}
