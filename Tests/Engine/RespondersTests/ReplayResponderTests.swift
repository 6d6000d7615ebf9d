import Cassettes
import Documents
import HTTPMessages
import Responders
import Synchronization
import Testing

@Suite struct ReplayResponderTests {
    static func replay(_ interactions: [Interaction], usedUp: UsedUp = .error, notes: SessionNotes = SessionNotes())
        throws
        -> ReplayResponder
    { ReplayResponder(cassette: try .of(interactions), service: .openai, usedUp: usedUp, notes: notes) }

    @Test func equalRequestsGetTheirRecordingsInRecordedOrder() async throws {
        let replay = try Self.replay([
            .chat(3, gives: .answer("ok")), .chat(1, gives: .answer("slow down", status: 429)),
        ])
        let first = try await replay.ask(.chat()), second = try await replay.ask(.chat())
        #expect((first.status, first["answer"]) == (429, "slow down"))
        #expect((second.status, second["answer"]) == (200, "ok"))
    }

    @Test(
        arguments: [
            (UsedUp.error, ["a", "b", nil, nil], 0), (.last, ["a", "b", "b", "b"], 0),
            (.cycle, ["a", "b", "a", "b", "a"], 1),
        ] as [(UsedUp, [String?], Int)])
    func usedUpDecidesWhatFollowsTheLast(usedUp: UsedUp, answers: [String?], notesOfStart: Int) async throws {
        let started = Mutex(0)
        let notes = SessionNotes { if case .startedOver = $0 { started.withLock { $0 += 1 } } }
        let replay = try Self.replay(
            [.chat(1, gives: .answer("a")), .chat(2, gives: .answer("b"))], usedUp: usedUp, notes: notes)
        var seen: [String?] = []
        for _ in answers { seen.append(try await replay.ask(.chat())["answer"]) }
        #expect(seen == answers)
        #expect(started.withLock { $0 } == notesOfStart)
        #expect(notes.misses.map(\.reason) == answers.filter { $0 == nil }.map { _ in .usedUp(count: 2) })
    }

    @Test func answerNowTakesNothingWhereItHasNoAnswer() async throws {
        let replay = try Self.replay([.chat(1, gives: .noAnswer), .chat(2, gives: .answer("ok"))])
        #expect(replay.answerNow(.chat()) == nil)
        #expect(replay.answerNow(.chat("unknown")) == nil)
        await #expect(throws: (any Error).self) { try await replay.respond(to: .chat()) }
        let answer = try await Answer(try #require(replay.answerNow(.chat())))
        #expect(answer["answer"] == "ok")
        #expect(replay.answerNow(.chat()) == nil)
        #expect(try await replay.ask(.chat()).status == 422)
    }

    @Test(arguments: UsedUp.allCases) func answerNowSaysWhatRespondSays(usedUp: UsedUp) async throws {
        let interactions: [Interaction] = [
            .chat(1, gives: .answer("a", status: 500)), .chat(2, "other", gives: .answer("x")),
            .chat(3, gives: .answer("b")),
            .chat(4, "s", stream: true, gives: .events(["data: 1\n\n", "data: 2\n\n"], end: .reset)),
        ]
        let slow = try Self.replay(interactions, usedUp: usedUp), quick = try Self.replay(interactions, usedUp: usedUp)
        for request in [
            .chat(), .chat("s", stream: true), .chat(), .chat("other"), .chat(), .chat("other"), .chat("new"),
        ] as [Request] {
            let expected = try await slow.ask(request)
            let now = quick.answerNow(request)
            let answer = if let now { try await Answer(now) } else { try await quick.ask(request) }
            #expect(answer.status == expected.status)
            #expect(answer.parts == expected.parts)
            #expect(answer.headers == expected.headers)
        }
    }

    /// The body of `Request.chat()`, some of its texts exchanged for others.
    private static func body(_ changes: [String: String] = [:]) -> String {
        changes.reduce(JSONValue.chat("hi").text()) { $0.replacing($1.key, with: $1.value) }
    }

    @Test(arguments: [
        (body(["Be brief.": "Be long."]), "$.messages[0].content", "Be brief.", "Be long."),
        (body(["hi": "ho"]), "$.messages[1].content", "hi", "ho"),
        (body([#""temperature":0"#: #""temperature":2"#]), "$.temperature", "0", "2"),
        (body(["false": "true"]), "$.stream", "false", "true"),
        (body(["}]": #"},{"role":"user","content":"more"}]"#]), "$.messages[2]", "(absent)", "more"),
        (body([#""hi""#: "null"]), "$.messages[1].content", "hi", "null"),
    ])
    func changedRequestIsAMissThatNamesPathAndValues(body: String, path: String, was: String, now: String) async throws
    {
        let notes = SessionNotes()
        let replay = try Self.replay([.chat(7, gives: .answer("ok"))], notes: notes)
        let answer = try await replay.ask(.chat(body: body))
        #expect(answer.status == 422)
        #expect(answer.headers["x-should-retry"] == "false")
        #expect(answer.headers["content-type"] == "application/json")
        #expect(answer.errorCode == "cassette_miss")
        let message = try #require(answer.errorMessage)
        for text in ["interaction 7", path, was, now, "understudy record story"] {
            #expect(message.contains(text), "\(message)")
        }
        #expect(notes.misses.count == 1)
        #expect(notes.misses.first?.nearest?.differences.map(\.place.path) == [path])
    }

    @Test(arguments: [
        body([#""role":"user","content":"hi""#: #""content":"hi","role":"user""#]),
        body([#""model":"gpt-4o","#: "", "}]": #"}],"model":"gpt-4o""#]),
        body([",": " ,\r\n\t", ":": " : ", "}": "\n}\n"]),
        body(["hi": #"h\u0069"#]),
        body([#""temperature":0"#: #""temperature":0.0"#]),
        body([#""temperature":0"#: #""temperature":-0e3"#]),
        body([#""model""#: #""prompt_cache_key":"x","model""#]),
    ])
    func anotherSpellingOfARequestIsAHit(body: String) async throws {
        let replay = try Self.replay([.chat(1, gives: .answer("ok"))])
        #expect(try await replay.ask(.chat(body: body))["answer"] == "ok")
    }

    @Test func requestOfAnotherProgramsKeyIsTheSameRequest() async throws {
        let notes = SessionNotes()
        let replay = try Self.replay([.chat(1, "my key is <redacted:openai-key>", gives: .answer("ok"))], notes: notes)
        let answer = try await replay.ask(.chat("my key is sk-aaaaaaaaaaaaaaaaaaaaaaaa"))
        #expect(answer["answer"] == "ok", "\(answer.text)")
        #expect(try await replay.ask(.chat("my key is: sk-bbbbbbbbbbbbbbbbbbbbbbbb")).text.contains("sk-bbb") == false)
        #expect(notes.misses.allSatisfy { !$0.message.contains("sk-bbb") })
    }

    @Test func streamIsReplayedChunkByChunk() async throws {
        let chunks = ["data: {\"a\"", ":1}\n\nda", "ta: 2\n\n", ": comment\n\n", "data: [DONE]\n\n"]
        let replay = try Self.replay([.chat(1, stream: true, gives: .events(chunks))])
        let answer = try await replay.ask(.chat(stream: true))
        #expect(answer.parts == chunks.map { .chunk(Array($0.utf8)) })
        #expect(answer.headers["content-type"] == "text/event-stream")
    }

    @Test(arguments: RecordedResponse.Break.allCases) func streamThatBrokeOffBreaksOff(end: RecordedResponse.Break)
        async throws
    {
        let replay = try Self.replay([
            .chat(1, stream: true, gives: .events(["data: 1\n\n", "data: 2"], end: end)), .chat(2, gives: .cutOff),
        ])
        let stream = try await replay.ask(.chat(stream: true))
        #expect(stream.parts == [.chunk(Array("data: 1\n\n".utf8)), .chunk(Array("data: 2".utf8)), .drop])
        let whole = try await replay.ask(.chat())
        #expect(whole.isCutOff && whole.text.hasPrefix("{"))
    }

    @Test func brokenRecordingIsReportedAndNotPlayed() async throws {
        let notes = SessionNotes()
        let text = try Cassette.text([.chat(1, gives: .answer("ok"))]).replacing("Be brief.", with: "Be short.")
        let cassette = try Cassette(Array(text.utf8), file: "story.yaml")
        let replay = ReplayResponder(cassette: cassette, service: .openai, usedUp: .error, notes: notes)
        #expect(replay.answerNow(.chat()) == nil)
        let answer = try await replay.ask(.chat())
        #expect((answer.status, answer.errorCode) == (422, "cassette_error"))
        #expect(answer.errorMessage?.contains("stale key") == true)
        #expect(notes.broken.count == 1)
        #expect(notes.broken.first?.hasPrefix("story.yaml:") == true)
        #expect(notes.misses.isEmpty)
    }

    @Test func concurrentEqualRequestsGetDifferentRecordings() async throws {
        let replay = try Self.replay((1...64).map { .chat($0, gives: .answer("\($0)")) })
        let answers = try await withThrowingTaskGroup(of: String?.self) { tasks in
            for number in 0..<64 {
                tasks.addTask {
                    if number % 2 == 0, let now = replay.answerNow(.chat()) { return try await Answer(now)["answer"] }
                    return try await replay.ask(.chat())["answer"]
                }
            }
            return try await tasks.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(answers == Set((1...64).map { "\($0)" }))
    }
}

extension RecordedResponse {
    static let cutOff = RecordedResponse(
        status: 200, headers: ["content-type": "application/json"], at: 1,
        content: .body(RecordedBody(tree: ["a": "b"])), end: .reset)
}

@Suite struct ListingModelsTests {
    @Test func modelsAreThoseOfTheRecordings() async throws {
        let cassette = try Cassette.of([.chat(1, gives: .answer("a")), .chat(2, "b", gives: .answer("b"))])
        let listing = ListingModels(
            ReplayResponder(cassette: cassette, service: .openai, usedUp: .error, notes: SessionNotes()), of: cassette,
            service: .openai)
        let list = try await listing.ask(Request(method: "GET", path: "/v1/models"))
        #expect(list.json["data"]?.arrayValue?.compactMap { $0["id"]?.stringValue } == ["gpt-4o"])
        #expect(try await listing.ask(Request(method: "GET", path: "/v1/models/gpt-4o"))["id"] == "gpt-4o")
        #expect(try await listing.ask(Request(method: "GET", path: "/v1/models/none")).status == 404)
        #expect(try await listing.ask(.chat())["answer"] == "a")
    }
}
