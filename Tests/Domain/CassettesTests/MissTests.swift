import Cassettes
import Documents
import Testing

@Suite struct MissTests {
    private let cassette: Cassette

    init() throws {
        cassette = try Cassette(writing: [
            Interaction(1, messages: ["sys", "a"]), Interaction(2, messages: ["sys", "a", "b", "c"]),
            Interaction(3, messages: ["sys", "a", "b", "c", "d", "e"]),
            Interaction(4, messages: ["other", "a"]),
            Interaction(
                5, service: .hopx, Operation(method: "POST", path: "/execute"), sandbox: 1, inputs: "aa",
                request: RecordedBody(tree: ["code": "print(1)"])),
            Interaction(
                6, service: .hopx, Operation(method: "POST", path: "/execute"), sandbox: 2, inputs: "bb",
                request: RecordedBody(tree: ["code": "print(1)"])),
            Interaction(
                7, service: .http, Operation(method: "POST", path: "/raw"),
                request: RecordedBody(bytes: Array("plain old text".utf8))),
        ])
    }

    private func body(_ messages: [JSONValue], temperature: Int = 0) -> [UInt8] {
        JSONValue.object(
            JSONObject([("model", "gpt-4o"), ("temperature", .number(temperature)), ("messages", .array(messages))])
        ).bytes()
    }

    private func nearest(_ body: [UInt8]) -> Miss.Nearest? {
        cassette.nearest(to: body, service: .openai, operation: .chat, inputs: nil)
    }

    @Test(
        arguments: [
            (["sys", "a", "b", "X"], 2, ["/messages/3"]),
            (["sys", "a", "b", "c", "d", "X"], 3, ["/messages/5"]),
            (["sys", "a", "b", "c", "d", "e", "f"], 3, ["/messages/6"]),
            (["sys", "X"], 1, ["/messages/1"]),
            (["other", "X"], 4, ["/messages/1"]),
            (["new", "a"], 1, ["/messages/0"]),
        ] as [([JSONValue], Int, [String])])
    func theLongestSharedConversationIsNearest(messages: [JSONValue], number: Int, places: [String]) {
        let found = nearest(body(messages))
        #expect(found?.interaction == number)
        #expect(found?.differences.map(\.place.description) == places)
    }

    /// The same conversation after a change of the model is nearer than another one with the same settings.
    @Test func aSharedConversationCountsMoreThanFewDifferences() throws {
        func body(_ messages: [JSONValue], _ model: String, _ number: Int) -> JSONValue {
            [
                "model": .string(model), "temperature": .number(number), "seed": .number(number),
                "messages": .array(messages),
            ]
        }
        let cassette = try Cassette(writing: [
            Interaction(1, request: RecordedBody(tree: body(["x"], "new", 1))),
            Interaction(2, request: RecordedBody(tree: body(["s", "a", "b"], "old", 0))),
            Interaction(3, request: RecordedBody(tree: body(["y"], "new", 1))),
        ])
        let found = cassette.nearest(
            to: body(["s", "a"], "new", 1).bytes(), service: .openai, operation: .chat, inputs: nil)
        #expect(found?.interaction == 2)
        #expect(found?.differences.count == 4)
    }

    @Test func namesTheChangedFieldWithBothValues() throws {
        let found = try #require(nearest(body(["sys", "a"], temperature: 1)))
        #expect(found.differences == Difference.between(recorded: ["temperature": 0], now: ["temperature": 1]))
        let miss = Miss(
            reason: .unknown, service: .openai, operation: .chat, cassette: cassette.header.name, nearest: found)
        #expect(
            miss.headline
                == "cassette tutorial/sample has no recording of this request: openai POST /v1/chat/completions")
        #expect(
            miss.details == [
                "nearest: interaction 1", "$.temperature", "  recorded: 0", "  now:      1",
                "to record it: understudy record tutorial/sample",
            ])
        #expect(
            miss.message == """
                cassette tutorial/sample has no recording of this request: openai POST /v1/chat/completions. nearest: interaction 1; \
                $.temperature was 0, now 1; to record it: understudy record tutorial/sample
                """)
    }

    @Test func otherDataOfTheSandboxIsTold() throws {
        let operation = Operation(method: "POST", path: "/execute")
        let body = JSONValue.object(JSONObject([("code", "print(1)")])).bytes()
        let same = try #require(cassette.nearest(to: body, service: .hopx, operation: operation, inputs: "bb"))
        #expect(same.interaction == 6 && !same.differsInInputs && same.differences.isEmpty)
        let other = try #require(cassette.nearest(to: body, service: .hopx, operation: operation, inputs: "cc"))
        #expect(other.interaction == 5 && other.differsInInputs && other.differences.isEmpty)
        let miss = Miss(
            reason: .unknown, service: .hopx, operation: operation, cassette: cassette.header.name, nearest: other)
        #expect(miss.details.contains { $0.contains("other data than recorded") })
    }

    @Test func onlyTheSameOperationCounts() {
        #expect(
            cassette.nearest(
                to: [], service: .openai, operation: Operation(method: "GET", path: "/v1/models"), inputs: nil) == nil)
        #expect(cassette.nearest(to: body(["sys"]), service: .azure, operation: .chat, inputs: nil) == nil)
    }

    @Test func textThatIsNotJSONIsComparedAsText() throws {
        let found = try #require(
            cassette.nearest(
                to: Array("plain new text".utf8), service: .http, operation: Operation(method: "POST", path: "/raw"),
                inputs: nil))
        #expect(found.differences.map { [$0.recorded, $0.now] } == [["plain old text", "plain new text"]])
    }

    @Test func ignoredPlacesAreNoDifference() throws {
        let found = try #require(
            nearest(
                Array(
                    "{\"prompt_cache_key\":\"x\",\"model\":\"gpt-4o\",\"temperature\":0.5,\"messages\":[\"sys\",\"a\"]}"
                        .utf8)))
        #expect(found.differences.map(\.place.description) == ["/temperature"])
    }

    @Test func secretsAreMasked() throws {
        let secret = "sk-1234567890abcdefghijkl"
        let found = try #require(nearest(body(["sys", .string("my key is \(secret)")])))
        let miss = Miss(
            reason: .unknown, service: .openai, operation: .chat, cassette: cassette.header.name, nearest: found)
        #expect(!miss.message.contains(secret))
        #expect(miss.message.contains("<redacted:openai-key>"))
    }

    @Test func longTextIsCutAroundTheWordsThatDiffer() throws {
        let long = String(repeating: "same \u{1F600} ", count: 200)
        let cassette = try Cassette(writing: [Interaction(1, messages: [.string(long + "old end" + long)])])
        let found = try #require(
            cassette.nearest(
                to: body([.string(long + "new end" + long)]), service: .openai, operation: .chat, inputs: nil))
        let miss = Miss(
            reason: .unknown, service: .openai, operation: .chat, cassette: cassette.header.name, nearest: found)
        #expect(miss.details.dropFirst().first == "$.messages[0]")
        #expect(miss.details.contains { $0.contains("words: …") && $0.contains("[-old-]{+new+} end") })
        #expect(miss.details.allSatisfy { $0.count < 250 })
    }

    @Test func manyDifferencesAreCounted() throws {
        let found = try #require(nearest(Array("{\"a\":1,\"b\":2,\"c\":3}".utf8)))
        let miss = Miss(
            reason: .unknown, service: .openai, operation: .chat, cassette: cassette.header.name, nearest: found)
        #expect(found.differences.count == 6)
        #expect(miss.details.contains("and 3 more differences"))
        #expect(miss.details.contains("  now:      (absent)"))
    }

    @Test(arguments: [
        (
            Miss.Reason.usedUp(count: 1),
            "cassette tutorial/sample has recorded this request once, and it has been played: openai POST /v1/chat/completions"
        ),
        (
            .usedUp(count: 3),
            "cassette tutorial/sample has recorded this request 3 times, and all have been played: openai POST /v1/chat/completions"
        ),
        (
            .skips(interaction: 4),
            "cassette tutorial/sample has recorded interaction 4 before this one, and it was not asked for: openai POST /v1/chat/completions"
        ),
    ])
    func saysWhyItWasNotAnswered(reason: Miss.Reason, headline: String) {
        let miss = Miss(reason: reason, service: .openai, operation: .chat, cassette: cassette.header.name)
        #expect(miss.headline == headline)
        #expect(miss.details == ["to record it: understudy record tutorial/sample"])
    }
}

@Suite struct DifferenceTests {
    @Test(arguments: [
        ("{\"a\":1}", "{\"a\":1.0}", []), ("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", []),
        ("{\"a\":1}", "{\"a\":null}", ["/a"]), ("{\"a\":1}", "{}", ["/a"]),
        ("{}", "{\"a\":1}", ["/a"]), ("[1,2,3]", "[1]", ["/1", "/2"]), ("[1]", "[1,2,3]", ["/1", "/2"]),
        ("{\"a\":{\"b\":[{\"c\":1}]}}", "{\"a\":{\"b\":[{\"c\":2}]}}", ["/a/b/0/c"]),
        ("1", "2", [""]), ("[]", "{}", [""]), ("\"\u{E9}\"", "\"e\u{301}\"", [""]),
        ("{\"x\":1,\"y\":2,\"z\":3}", "{\"w\":0,\"x\":9,\"y\":2}", ["/x", "/z", "/w"]),
    ])
    func namesEachPlace(a: String, b: String, places: [String]) throws {
        let found = Difference.between(recorded: try JSONValue(parsing: a), now: try JSONValue(parsing: b))
        #expect(found.map(\.place.description) == places)
    }
}
