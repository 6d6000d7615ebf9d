import Cassettes
import Documents
import HTTPMessages
import Responders
import SessionStand
import Testing

@Suite struct FaultsTests {
    private let stand: SessionStand

    init() throws { stand = try SessionStand() }

    private func add(_ fault: String) async throws {
        let answer = try await stand.control("POST", "faults", fault)
        #expect(answer.status == 200, "\(answer.text)")
    }

    private func said(_ answer: SessionStand.Answer) -> String? {
        answer.json?[JSONPointer(["choices", "0", "message", "content"])]?.stringValue
    }

    @Test func withoutFaultsRecordingsPlay() async throws {
        #expect(said(try await stand.chat()) == "one")
        #expect(said(try await stand.chat()) == "two")
        #expect(try await stand.chat().status == 422)
    }

    @Test func theNextRequestsGetTheAnswerAndUseNoRecordingUp() async throws {
        try await add(#"{"path": "/chat/completions$", "status": 503, "times": 2}"#)
        #expect(try await stand.chat().status == 503)
        #expect(try await stand.chat().status == 503)
        #expect(said(try await stand.chat()) == "one")
        #expect(said(try await stand.chat()) == "two")
        let outcomes = try await stand.journal().map { $0["outcome"]?.stringValue }
        #expect(outcomes == ["fault", "fault", "hit", "hit"])
    }

    /// Each member narrows what a rule meets.
    @Test(arguments: [
        (#"{"path": "^/v1/chat", "status": 500}"#, true), (#"{"path": "/embeddings", "status": 500}"#, false),
        (#"{"method": "post", "status": 500}"#, true), (#"{"method": "GET", "status": 500}"#, false),
        (#"{"service": "openai", "status": 500}"#, true), (#"{"service": "llm", "status": 500}"#, true),
        (#"{"service": "anthropic", "status": 500}"#, false), (#"{"service": "hopx", "status": 500}"#, false),
        (#"{"turn": 1, "status": 500}"#, true), (#"{"turn": 2, "status": 500}"#, false),
        (#"{"rate": 1, "status": 500}"#, true), (#"{"rate": 0, "status": 500}"#, false), (#"{"status": 500}"#, true),
    ])
    func meetsWhatItNames(fault: String, isMet: Bool) async throws {
        try await add(fault)
        #expect(try await stand.chat().status == (isMet ? 500 : 200))
    }

    @Test func aSessionPrefixIsNoPartOfThePath() async throws {
        try await stand.ask("POST", "/_understudy/sessions/primes.w1/faults", #"{"path": "^/v1/chat", "status": 500}"#)
        #expect(try await stand.ask("POST", "/s/primes.w1/v1/chat/completions", SessionStand.question).status == 500)
    }

    @Test func faultsAreTheSessionsOwn() async throws {
        try await stand.ask("POST", "/_understudy/sessions/primes.w1/faults", #"{"status": 500}"#)
        #expect(try await stand.chat().status == 200)
        #expect(try await stand.chat(headers: ["authorization": "Bearer us-primes.w1"]).status == 500)
    }

    /// Requests are counted by service, faulted ones included.
    @Test func turnCountsTheRequestsOfAService() async throws {
        try await add(#"{"turn": 3, "service": "llm", "status": 500}"#)
        try await add(#"{"turn": 2, "status": 502}"#)
        _ = try await stand.ask("GET", "/health", headers: ["authorization": "Bearer us-primes"])
        #expect(try await stand.chat().status == 200)
        #expect(try await stand.chat().status == 502)
        #expect(try await stand.ask("POST", "/v1/messages", "{}").status == 500)
        #expect(try await stand.journal().map { $0["turn"]?.intValue } == [1, 1, 2, 1])
    }

    @Test func theFirstMatchingRuleWins() async throws {
        try await add(#"{"path": "/nothing", "status": 500}"#)
        try await add(#"{"path": "/chat", "status": 501}"#)
        try await add(#"{"path": "/chat", "status": 502, "times": 2}"#)
        #expect(try await stand.chat().status == 501)
        #expect(try await stand.chat().status == 502)
        #expect(try await stand.chat().status == 502)
        #expect(said(try await stand.chat()) == "one")
    }

    /// Its rate is part of whether a rule matches.
    @Test func aRuleWhoseRateSaysNoLeavesTheRequestToTheNext() async throws {
        try await add(#"{"rate": 0, "status": 500}"#)
        try await add(#"{"status": 502}"#)
        #expect(try await stand.chat().status == 502)
    }

    @Test func headersAndBodyAreSentAsGiven() async throws {
        try await add(
            #"{"status": 418, "headers": {"retry-after": "20", "x-a": 1}, "body": {"error": {"message": "no"}}}"#)
        let json = try await stand.chat()
        #expect(json.status == 418)
        #expect(json.headers["retry-after"] == "20")
        #expect(json.headers["x-a"] == "1")
        #expect(json.headers["content-type"] == "application/json")
        #expect(json.text == #"{"error":{"message":"no"}}"#)
        try await add(#"{"status": 502, "headers": {"Content-Type": "text/html"}, "body": "<h1>Bad Gateway</h1>"}"#)
        let text = try await stand.chat()
        #expect(text.headers.fields.filter { $0.name == "content-type" }.map(\.value) == ["text/html"])
        #expect(text.text == "<h1>Bad Gateway</h1>")
    }

    /// The error of each service in its own shape, with what its clients read to wait.
    @Test(arguments: [
        (
            "/v1/chat/completions", "/error/code", "rate_limit_exceeded",
            ["retry-after", "x-ratelimit-remaining-requests", "x-request-id"]
        ),
        (
            "/v1/messages", "/error/type", "rate_limit_error",
            ["retry-after", "anthropic-ratelimit-requests-remaining", "request-id"]
        ),
        ("/v1beta/models/gemini:generateContent", "/error/status", "RESOURCE_EXHAUSTED", ["retry-after"]),
        ("/openai/deployments/x/chat/completions", "/error/code", "rate_limit_exceeded", ["retry-after"]),
        ("/v1/sandboxes", "/error/code", "RATE_LIMIT_EXCEEDED", ["x-request-id"]),
        ("/execute", "/code", "RATE_LIMIT_EXCEEDED", ["x-request-id"]),
    ])
    func aStatusAloneBecomesTheServicesOwnError(path: String, pointer: String, code: String, headers: [String])
        async throws
    {
        try await add(#"{"status": 429}"#)
        let answer = try await stand.ask("POST", path, "{}", headers: ["x-api-key": "us-primes"])
        #expect(answer.status == 429)
        #expect(answer.json?[try #require(JSONPointer(parsing: pointer))]?.stringValue == code, "\(answer.text)")
        for name in headers { #expect(answer.headers[name] != nil, "\(name) is missing") }
    }

    /// Each in the envelope that all published clients can read, with the words by which they tell them apart.
    @Test(arguments: [
        (401, "GET", "/v1/sandboxes", "UNAUTHORIZED"), (401, "GET", "/env", "INVALID_TOKEN"),
        (402, "POST", "/v1/sandboxes", "PAYMENT_REQUIRED"), (403, "POST", "/v1/sandboxes", "LIMIT_EXCEEDED"),
        (403, "GET", "/files/read?path=/x", "PERMISSION_DENIED"), (404, "GET", "/v1/sandboxes/ab", "SANDBOX_NOT_FOUND"),
        (404, "GET", "/files/read?path=/x", "FILE_NOT_FOUND"), (409, "POST", "/v1/templates/build", "CONFLICT"),
        (410, "GET", "/v1/sandboxes/ab", "SANDBOX_EXPIRED"), (500, "POST", "/execute", "INTERNAL_ERROR"),
        (503, "GET", "/v1/templates", "SERVICE_UNAVAILABLE"),
    ])
    func sandboxErrorsAreReadByEveryClient(status: Int, method: String, target: String, code: String) async throws {
        try await add("{\"status\": \(status)}")
        let answer = try await stand.ask(method, target, "", headers: ["x-api-key": "us-primes"])
        #expect(answer.status == status)
        let body = try #require(answer.json)
        #expect((body["code"]?.stringValue, body["message"]?.stringValue?.isEmpty) == (code, false))
        #expect(body["request_id"]?.stringValue == answer.headers["x-request-id"])
        if target.hasPrefix("/v1") {
            #expect(body["error"]?["code"]?.stringValue == code)
            #expect(body["error"]?["details"]?.objectValue != nil)
        } else {
            #expect(body["error"] == body["message"])
            #expect(body["details"]?.objectValue != nil)
        }
        if code == "LIMIT_EXCEEDED" {
            #expect(body["message"]?.stringValue?.contains("limit") == true)
            #expect(body["error"]?["details"]?["limit"]?.intValue == 10)
        }
        if code == "FILE_NOT_FOUND" { #expect(body["details"]?["path"] == "/x") }
        if code == "SANDBOX_NOT_FOUND" { #expect(body["message"] == "Sandbox ab not found") }
    }

    /// The HopX clients read no header.
    @Test func theSandboxesRateLimitSaysHowLongInItsDetails() async throws {
        try await add(#"{"status": 429}"#)
        let answer = try await stand.ask("POST", "/v1/sandboxes", "{}", headers: ["x-api-key": "us-primes"])
        #expect(answer.json?[JSONPointer(["error", "details", "retry_after_seconds"])]?.intValue == 1)
    }

    @Test func aDelayPassesOnTheSessionsClockAndTheRequestGoesOn() async throws {
        try await add(#"{"delay": 90.5}"#)
        #expect(said(try await stand.chat()) == "one")
        let status = try await stand.control("GET", "status").json
        #expect(status?[JSONPointer(["clock", "now"])]?.doubleValue == VirtualClock.fixedStart + 90.5)
        #expect(try await stand.journal().map { $0["outcome"]?.stringValue } == ["hit"])
    }

    @Test func aDelayComesBeforeTheOtherEffects() async throws {
        try await add(#"{"delay": 10, "status": 500}"#)
        #expect(try await stand.chat().status == 500)
        let status = try await stand.control("GET", "status").json
        #expect(status?[JSONPointer(["clock", "now"])]?.doubleValue == VirtualClock.fixedStart + 10)
    }

    @Test func aDropGivesNoAnswerAtAll() async throws {
        try await add(#"{"drop": true}"#)
        await #expect(throws: (any Error).self) { try await stand.chat() }
        #expect(said(try await stand.chat()) == "one")
        let entry = try #require(try await stand.journal().first)
        #expect(entry["outcome"] == "fault")
        #expect(entry["status"] == .null)
    }

    @Test(arguments: 0...5) func aStreamIsCutAfterExactlySoManyEvents(count: Int) async throws {
        try await add(#"{"drop": true, "after_events": \#(count)}"#)
        let cut = try await stand.respond("POST", "/v1/chat/completions", SessionStand.streamed)
        #expect(cut.status == 200)
        #expect(cut.headers["content-type"] == "text/event-stream; charset=utf-8")
        guard case .stream(let stream) = cut.content else {
            Issue.record("no stream")
            return
        }
        var bytes: [UInt8] = []
        var last: ContentStream.Part?
        for try await part in stream {
            last = part
            if case .chunk(let chunk) = part { bytes += chunk }
        }
        #expect(String(decoding: bytes, as: UTF8.self) == SessionStand.events.prefix(count).joined())
        #expect(last == .drop)
        // The recording is still to be played: once, whole.
        #expect(try await stand.chat(SessionStand.streamed).text == SessionStand.events.joined())
        #expect(try await stand.chat(SessionStand.streamed).status == 422)
    }

    /// Without events to count, before any byte.
    @Test(arguments: [SessionStand.question, #"{"model": "gpt-4o", "messages": []}"#])
    func whatIsNoRecordedStreamIsDroppedAtOnce(body: String) async throws {
        try await add(#"{"drop": true, "after_events": 2}"#)
        await #expect(throws: (any Error).self) { try await stand.chat(body) }
        #expect(try await stand.control("GET", "status").json?["misses"] == [])
    }

    @Test func malformedJSONIsTheRealAnswersFirstHalf() async throws {
        try await add(#"{"malformed": true}"#)
        let answer = try await stand.chat()
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "application/json")
        #expect(answer.json == nil)
        #expect(try await stand.chat().text.hasPrefix(answer.text))
        #expect(!answer.text.isEmpty)
    }

    @Test func malformedJSONNeedsNoRecording() async throws {
        try await add(#"{"malformed": true}"#)
        let answer = try await stand.chat(#"{"model": "gpt-4o", "messages": []}"#)
        #expect(answer.status == 200)
        #expect(answer.json == nil)
        #expect(try await stand.control("GET", "status").json?["misses"] == [])
    }

    @Test func aStreamsJSONBreaksAtAnEvent() async throws {
        try await add(#"{"malformed": true, "after_events": 2}"#)
        let text = try await stand.chat(SessionStand.streamed).text
        let sound = SessionStand.events.prefix(2).joined()
        #expect(text.hasPrefix(sound))
        let broken = try #require(EventStream.parse(Array(text.dropFirst(sound.count).utf8)[...]))
        #expect(throws: JSONError.self) { try JSONValue(parsing: broken.data) }
        #expect(SessionStand.events[2].contains(broken.data))
    }

    @Test func noSandboxIsTouched() async throws {
        let key: Headers = ["x-api-key": "us-primes"]
        try await add(#"{"method": "POST", "path": "^/v1/sandboxes$", "status": 500}"#)
        #expect(try await stand.ask("POST", "/v1/sandboxes", SessionStand.creation, headers: key).status == 500)
        #expect(try await stand.control("GET", "status").json?["sandboxes"] == [])

        let created = try await stand.ask("POST", "/v1/sandboxes", SessionStand.creation, headers: key).json
        let token = try #require(created?["auth_token"]?.stringValue)
        let agent: Headers = ["authorization": "Bearer \(token)"]
        try await add(#"{"path": "/execute$", "status": 500, "times": 2}"#)
        try await add(#"{"path": "/files/write$", "status": 500}"#)
        #expect(try await stand.ask("POST", "/execute", SessionStand.code, headers: agent).status == 500)
        #expect(try await stand.ask("POST", "/execute", SessionStand.code, headers: agent).status == 500)
        #expect(
            try await stand.ask("POST", "/files/write", #"{"path": "/workspace/a", "content": "a"}"#, headers: agent)
                .status == 500)
        // A file that had been written would be other data, and a miss.
        let run = try await stand.ask("POST", "/execute", SessionStand.code, headers: agent)
        #expect(run.json?["stdout"] == "24133\n", "\(run.text)")
    }

    /// What happens to a request depends on what it is and how often it was asked: not on what else is asked meanwhile.
    @Test func aRateDoesNotDependOnConcurrency() async throws {
        func countsByQuestion(isConcurrent: Bool) async throws -> [Int: [Int]] {
            let stand = try SessionStand()
            try await stand.control("POST", "faults", #"{"rate": 0.4, "seed": "weather", "status": 500}"#)
            @Sendable func ask(_ question: Int) async throws -> (Int, [Int]) {
                var statuses: [Int] = []
                for _ in 0..<8 {
                    statuses.append(
                        try await stand.chat(#"{"messages": [{"role": "user", "content": "\#(question)"}]}"#).status)
                    await Task.yield()
                }
                return (question, statuses)
            }
            return try await withThrowingTaskGroup(of: (Int, [Int]).self) { tasks in
                var all: [Int: [Int]] = [:]
                for question in 0..<64 {
                    if isConcurrent {
                        tasks.addTask { try await ask(question) }
                    } else {
                        all[question] = try await ask(question).1
                    }
                }
                for try await (question, statuses) in tasks { all[question] = statuses }
                return all
            }
        }
        let serial = try await countsByQuestion(isConcurrent: false)
        #expect(try await countsByQuestion(isConcurrent: true) == serial)
        let faults = serial.values.joined().count { $0 == 500 }
        #expect((150...260).contains(faults), "\(faults) of 512 at a rate of 0.4")
    }

    /// The same request, asked 64 times at once: so many strikes as asked one after the other.
    @Test func aRateOfOneRequestIsSpentOnce() async throws {
        try await add(#"{"rate": 0.5, "seed": 3, "status": 500}"#)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
            for _ in 0..<64 { tasks.addTask { try await stand.chat().status } }
            return try await tasks.reduce(into: [Int]()) { $0.append($1) }
        }
        let other = try SessionStand()
        try await other.control("POST", "faults", #"{"rate": 0.5, "seed": 3, "status": 500}"#)
        var serial: [Int] = []
        for _ in 0..<64 { serial.append(try await other.chat().status) }
        #expect(statuses.sorted() == serial.sorted())
        #expect((16...48).contains(serial.count { $0 == 500 }), "each asking is decided anew")
    }

    @Test func timesIsExactUnderConcurrency() async throws {
        try await add(#"{"times": 20, "status": 500}"#)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
            for _ in 0..<64 { tasks.addTask { try await stand.chat().status } }
            return try await tasks.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.count { $0 == 500 } == 20)
        #expect(statuses.count { $0 == 200 } == 2)
    }

    @Test func thereIsABoundOnRules() async throws {
        for _ in 0..<FaultPlan.bound { try await add(#"{"path": "/nothing", "status": 500}"#) }
        #expect(try await stand.control("POST", "faults", #"{"status": 500}"#).status == 429)
        #expect(try await stand.control("DELETE", "faults").json?["forgotten"]?.intValue == FaultPlan.bound)
        try await add(#"{"status": 500}"#)
    }
}
