import Conversations
import Documents
import Foundation
import GRDB
import Testing
import TranscriptStore
import Transcripts

@Suite struct SearchTests {
    let folder: TemporaryFolder
    let store: TranscriptStore

    init() throws {
        folder = try TemporaryFolder()
        store = try TranscriptStore(path: folder.store, for: .writing)
    }

    /// Looks twice: while another program writes, so that texts which wait for the indexes stay where they are, and then again.
    private func find(_ text: String, scenario: String? = nil, run: String? = nil, limit: Int = 20) async throws
        -> [SearchHit]
    {
        let only = if let run { try await store.run(named: run) } else { Run?.none }
        let lock = try Lock(on: folder.store, "BEGIN IMMEDIATE")
        let before = try await store.search(SearchQuery(text), scenario: scenario, run: only, limit: limit)
        try lock.release()
        let hits = try await store.search(SearchQuery(text), scenario: scenario, run: only, limit: limit)
        #expect(before == hits)
        #expect(try await waitingCount() == 0)
        return hits
    }

    private func waitingCount() async throws -> Int? {
        try await DatabaseQueue(path: folder.store).read { db in
            try Int.fetchOne(
                db, sql: "SELECT (SELECT count(*) FROM waiting_text) + (SELECT count(*) FROM waiting_use)")
        }
    }

    /// Two runs of every kind of text, and a third run that repeats the first.
    private func store3Runs() async throws {
        for run in ["019a", "019b", "019c"] { try await store.start(Run.sample(run)) }
        func transcript(_ word: String) -> Transcript {
            let calls = [ToolCall(id: nil, name: "plot", arguments: #"{"title": "argument \#(word)"}"#)]
            let kinds: [Entry.Kind] = [
                .message(MessageSent(speaker: "user", recipient: "assistant", text: "Message \(word), please.")),
                .llmCall(
                    LLMCall(
                        agent: "assistant", model: "m",
                        request: ["messages": [["content": .string("request \(word)")]]],
                        status: 200, text: "answer \(word)", toolCalls: calls)),
                .llmCall(
                    LLMCall(agent: "assistant", model: "m", request: .null, status: 500, failure: "call broke \(word)")),
                .codeRun(
                    CodeRun(
                        agent: "runner", language: "python", code: "def is_prime(n): # \(word)", exitCode: 1,
                        stdout: "stdout \(word)", stderr: "stderr \(word)", failure: "run broke \(word)")),
                .end(End(cause: .error, agent: "user", failure: "end broke \(word)")),
            ]
            return Transcript(
                subject: "s", entries: kinds.enumerated().map { Entry(turn: $0 + 1, kind: $1) })
        }
        func outcome(_ word: String) -> Attempt.Outcome {
            Attempt.Outcome(status: .failed, findings: ["found \(word)"], misses: ["missed \(word)"])
        }
        try await store.store(transcript("one"), as: "a", run: "019a", outcome: outcome("one"))
        // Of what is searched for below, a part is in the indexes, and a part waits.
        _ = try await store.search(SearchQuery("one"), limit: 1)
        try await store.store(transcript("two"), as: "b", run: "019b", outcome: outcome("two"))
        try await store.store(transcript("one"), as: "c", run: "019c", outcome: outcome("one"))
    }

    static let kinds: [(String, SearchHit.Kind, Int?, String?)] = [
        ("please", SearchHit.Kind.message, 1, "user"), ("answer", .answer, 2, "assistant"),
        ("argument", .arguments, 2, "assistant"), ("\"call broke\"", .failure, 3, "assistant"),
        ("is_prime", .code, 4, "runner"), ("stdout", .stdout, 4, "runner"), ("stderr", .stderr, 4, "runner"),
        ("\"run broke\"", .failure, 4, "runner"), ("\"end broke\"", .failure, 5, "user"), ("found", .finding, nil, nil),
        ("missed", .miss, nil, nil),
    ]

    @Test(arguments: kinds)
    func everyKindOfTextIsFoundAtItsPlace(text: String, kind: SearchHit.Kind, turn: Int?, speaker: String?) async throws
    {
        try await store3Runs()
        let hits = try await find("\(text) two")
        #expect(hits.map(\.kind) == [kind] && hits.map(\.turn) == [turn] && hits.map(\.speaker) == [speaker])
        #expect(hits.map(\.run) == ["019b"] && hits.map(\.attempt) == ["b"])
        #expect(hits.map(\.scenario) == ["scenario/b"] && hits.map(\.attemptCount) == [1])
    }

    @Test func requestsAreNotSearched() async throws {
        try await store3Runs()
        #expect(try await find("request").isEmpty)
    }

    @Test func aTextThatIsInManyAttemptsIsToldOnceAtTheLast() async throws {
        try await store3Runs()
        let hits = try await find("please one")
        #expect(hits.map(\.attempt) == ["c"] && hits.map(\.attemptCount) == [2])
        #expect(try await find("please one", run: "019a").map(\.attempt) == ["a"])
        #expect(try await find("please one", run: "019b").isEmpty)
        #expect(try await find("please one", scenario: "scenario/a").map(\.attempt) == ["a"])
        #expect(try await find("please one", scenario: "scenario/b").isEmpty)
        #expect(try await find("please one", scenario: "none").isEmpty)
    }

    @Test func aMessageIsToldBeforeTheAnswerThatItWas() async throws {
        try await store.start(Run.sample("r"))
        let call = LLMCall(agent: "a", model: "m", request: .null, status: 200, text: "Same words.")
        let message = MessageSent(speaker: "a", recipient: "b", text: "Same words.")
        let entries = [Entry(turn: 1, kind: .llmCall(call)), Entry(turn: 1, kind: .message(message))]
        try await store.store(Transcript(subject: "s", entries: entries), as: "a", run: "r")
        #expect(try await find("same").map(\.kind) == [.message])
    }

    @Test func whatCameLastComesFirstUpToTheLimit() async throws {
        try await store3Runs()
        #expect(try await find("message").map(\.attempt) == ["b", "c"], "texts of c came with a")
        #expect(try await find("message", limit: 1).map(\.attempt) == ["b"])
    }

    @Test func wordsAreMarkedAndMayBePhrasesAndPrefixes() async throws {
        try await store3Runs()
        #expect(
            try await find("MESSAGE two").map(\.snippet) == [
                [.init("Message", isMatch: true), .init(" "), .init("two", isMatch: true), .init(", please.")]
            ])
        #expect(try await find("\"two please\"").count == 1, "signs between words do not count")
        #expect(try await find("\"please two\"").isEmpty)
        #expect(try await find("mess* two").count == 1)
        #expect(try await find("mess two").isEmpty)
        #expect(try await find("\"message tw\"*").count == 1)
    }

    /// Syntax of FTS5, of SQL and of the shell; each finds the text that it is, and nothing else.
    @Test(arguments: [
        "a AND", "OR NOT", "NEAR(x y, 2)", "text : word", "{text} : x", "^first", "a + b", "(open",
        "it's; DROP TABLE run",
        "x' OR '1'='1", "col-umn", "back\\slash", "100% _any_", "caf\u{E9}", "\u{7D20}\u{6570}",
    ])
    func noTextIsSyntax(text: String) async throws {
        try await store.start(Run.sample("r"))
        let message = MessageSent(speaker: "a", recipient: "b", text: "<\(text)>")
        try await store.store(
            Transcript(subject: "s", entries: [Entry(turn: 1, kind: .message(message))]), as: "a", run: "r")
        #expect(try await find(text).count == 1)
        #expect(try await find("\"\(text)\"").count == 1)
        #expect(try await find("\(text) absent").isEmpty)
    }

    @Test func accentsDoNotCount() async throws {
        try await store.start(Run.sample("r"))
        let texts = ["Caf\u{E9} cre\u{300}me", "a\u{0}b after"]
        let entries = texts.map { text in
            Entry(turn: 1, kind: .message(MessageSent(speaker: "a", recipient: "b", text: text)))
        }
        try await store.store(Transcript(subject: "s", entries: entries), as: "a", run: "r")
        #expect(try await find("cafe CR\u{C8}ME").count == 1)
        #expect(try await find("after").count == 1, "what follows U+0000 is found, too")
    }

    /// A body that was first a request's message is found once it is said.
    @Test func aTextThatWasStoredForAnotherReasonIsFoundOnceItIsSaid() async throws {
        try await store.start(Run.sample("r"))
        let call = LLMCall(agent: "a", model: "m", request: ["messages": ["quux"]], status: 200)
        try await store.store(
            Transcript(subject: "s", entries: [Entry(turn: 1, kind: .llmCall(call))]), as: "a", run: "r")
        #expect(try await find("quux").isEmpty)
        let said = Entry(turn: 1, kind: .message(MessageSent(speaker: "a", recipient: "b", text: "\"quux\"")))
        try await store.store(Transcript(subject: "s", entries: [said, said]), as: "b", run: "r")
        #expect(try await find("quux").map(\.attempt) == ["b"])
        let count = try await DatabaseQueue(path: folder.store).read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM body WHERE CAST(data AS TEXT) LIKE '%quux%'")
        }
        #expect(count == 1)
    }

    /// More texts than may wait: whoever writes brings them into the indexes.
    @Test func whatWaitsIsBounded() async throws {
        try await store.start(Run.sample("r"))
        let words = String(repeating: "as long as a page is ", count: 5000)
        for attempt in 0..<5 {
            let entries = (0..<10).map { index in
                let text = "\(words)number\(attempt * 10 + index)"
                return Entry(
                    turn: index + 1, kind: .message(MessageSent(speaker: "a", recipient: "b", text: text)))
            }
            try await store.store(Transcript(subject: "s", entries: entries), as: "a\(attempt)", run: "r")
        }
        let waiting = try #require(try await waitingCount())
        #expect(waiting > 0 && waiting <= 11, "one attempt of 1 MB of five")
        #expect(try await store.check() == [])
        #expect(try await find("number0").map(\.attempt) == ["a0"])
        #expect(try await find("number49").map(\.attempt) == ["a4"])
        #expect(try await find("page").count == 20)
        #expect(try await store.check() == [])
    }

    /// What waits when its writer is gone is found by the next one, and swept with its run.
    @Test func whatWaitsOutlivesItsWriter() async throws {
        try await store3Runs()
        let next = try TranscriptStore(path: folder.store, for: .writing)
        #expect(try #require(try await waitingCount()) > 0)
        _ = try await next.sweep(Retention(newestCount: 1), at: 1e10, isTrial: false)
        #expect(try await next.check() == [])
        #expect(try await find("two").isEmpty)
        #expect(try await find("one").map(\.attempt).allSatisfy { $0 == "c" })
    }
}
