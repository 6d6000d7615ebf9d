import Cassettes
import Documents
import TestSupport
import Testing

@Suite struct RequestDeltaTests {
    private static func message(_ index: Int) -> JSONValue {
        [
            "role": .string(index % 2 == 0 ? "user" : "assistant"),
            "content": .string("message \(index): " + String(repeating: "word ", count: 30)),
        ]
    }

    private func expectResolved(_ written: [Interaction], in order: [Int]? = nil) throws {
        let cassette = try Cassette(writing: written)
        for position in order ?? Array(written.indices) {
            expectSame(try cassette.interaction(at: position), written[position])
        }
        #expect(cassette.check().isEmpty)
    }

    @Test func aGrowingConversationCostsItsNewMessages() throws {
        func size(_ turns: Int) throws -> Int {
            try Cassette.text((1...turns).map { n in Interaction(n, messages: (0..<2 * n - 1).map(Self.message)) }).utf8
                .count
        }
        let (one, ten, twenty) = try (size(1), size(10), size(20))
        // Twice the turns cost twice the bytes, not four times.
        #expect(twenty - ten < (ten - one) * 5 / 4)
        #expect(twenty < 20 * 1200)
    }

    @Test(arguments: ["messages", "input", "contents"])
    func eachTurnReadsAsWhatItAdded(list: String) throws {
        let written = (1...20).map { n in
            let body: JSONValue = .object(
                JSONObject([("model", "m"), (list, .array((0..<2 * n - 1).map(Self.message)))]))
            return Interaction(n, request: RecordedBody(tree: body))
        }
        let text = try Cassette.text(written)
        #expect(text.split(separator: "like: ").count == 20)
        try expectResolved(written)
        try expectResolved(written, in: Array((0..<20).reversed()))
    }

    @Test func listsThatChangeInTheMiddleAreSetNotAppendedTo() throws {
        func body(_ count: Int, tools: [JSONValue]) -> Interaction {
            let tree: JSONValue = [
                "messages": .array((0..<count).map(Self.message)), "tools": .array(tools), "stop": .array(tools),
            ]
            return Interaction(count, request: RecordedBody(tree: tree))
        }
        let written = [
            body(3, tools: [1, 2]), body(4, tools: [9, 2, 3]), body(5, tools: [9, 2, 3, 4]), body(6, tools: [9]),
            body(7, tools: []),
        ]
        #expect(try Cassette.text(written).split(separator: "like: ").count == 5)
        try expectResolved(written)
    }

    @Test func editedShrunkAndBranchedHistoriesResolveExactly() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<8 {
            var messages = (0..<3).map(Self.message)
            var extra: [(String, JSONValue)] = []
            var written: [Interaction] = []
            for number in 1...25 {
                switch random.int(0...9) {
                case 0: messages.removeLast(random.int(0...messages.count))
                case 1 where !messages.isEmpty:
                    messages[random.int(0...messages.count - 1)] = Self.message(random.int(100...199))
                case 2 where messages.count > 1: messages.swapAt(0, messages.count - 1)
                case 3: messages.insert(Self.message(random.int(200...299)), at: 0)
                case 4:
                    extra = [
                        ("temperature", .number(random.int(0...1))), ("a/b~", .array([])),
                        ("tools", .array([["x": 1]])),
                    ]
                case 5: extra = []
                case 6: extra.append(("stream", .bool(random.once(in: 2))))
                default: messages += (0..<random.int(1...2)).map { _ in Self.message(random.int(0...99)) }
                }
                let members = [("model", JSONValue.string("m"))] + extra + [("messages", .array(messages))]
                written.append(
                    Interaction(
                        number, request: RecordedBody(tree: .object(JSONObject(members.shuffled(using: &random))))))
            }
            try expectResolved(written)
        }
    }

    /// The system's message is there once, however many conversations begin with it; they do not hang on each other.
    @Test func openingsAreWhatTheyAddToTheFirstOne() throws {
        let system: JSONValue = ["role": "system", "content": .string(String(repeating: "Be helpful. ", count: 50))]
        let written = (0..<5).flatMap { story in
            [1, 3].map { count in
                Interaction(
                    2 * story + (count + 1) / 2, messages: [system] + (0..<count).map { Self.message(10 * story + $0) })
            }
        }
        let text = try Cassette.text(written)
        #expect(text.matches(of: /Be helpful/).count == 50)
        #expect(text.matches(of: /like: 1\n  set:\n    \/messages\/1:/).count == 4)
        try expectResolved(written)
    }

    @Test func aHistoryThatWasCutShortIsCutBack() throws {
        let long = (0..<9).map(Self.message)
        let written = [
            Interaction(1, messages: long), Interaction(2, messages: Array(long.prefix(7))),
            Interaction(3, messages: Array(long.prefix(4)) + [Self.message(40)]),
        ]
        let text = try Cassette.text(written)
        #expect(text.contains("like: 1, drop: [/messages/8, /messages/7]"), "\(text)")
        #expect(text.contains("like: 2\n  drop: [/messages/6, /messages/5]\n  set:\n    /messages/4:"), "\(text)")
        try expectResolved(written)
    }

    /// What YAML trees do not give back must not come in through a delta either.
    @Test(arguments: ["\u{FEFF}mark", "\u{FEFF}"])
    func textThatYAMLLosesIsWrittenWhole(text: String) throws {
        let odd: JSONValue = ["role": "user", "content": .string(text)]
        try expectResolved([
            Interaction(1, messages: (0..<4).map(Self.message)),
            Interaction(2, messages: (0..<4).map(Self.message) + [odd]),
            Interaction(3, messages: (0..<4).map(Self.message) + [odd] + (5..<9).map(Self.message)),
        ])
    }

    @Test func aNumberWithoutCanonicalFormIsWrittenWhole() throws {
        let base = (0..<4).map(Self.message)
        let bytes = Array(
            "{\"messages\": \(JSONValue.array(base + [Self.message(4)]).text()), \"n\": 1e99999999999999999999}".utf8)
        try expectResolved([Interaction(1, messages: base), Interaction(2, request: RecordedBody(bytes: bytes))])
    }

    @Test func namesThatDifferOnlyInNormalisationAreWrittenWhole() throws {
        let base = (0..<4).map(Self.message)
        let names = JSONObject([("messages", .array(base + [Self.message(4)])), ("\u{E9}", 1), ("e\u{301}", 2)])
        try expectResolved([
            Interaction(1, messages: base), Interaction(2, request: RecordedBody(tree: .object(names))),
        ])
    }

    @Test func otherServicesAreNoBase() throws {
        let messages = (0..<4).map(Self.message)
        let text = try Cassette.text([
            Interaction(1, messages: messages),
            Interaction(
                2, service: .azure, request: RecordedBody(tree: ["messages": .array(messages + [Self.message(4)])])),
        ])
        #expect(!text.contains("like:"))
    }

    /// Each is like the one before it; the last is asked for first.
    @Test func aLongChainDoesNotExhaustTheStack() throws {
        let text = try Cassette.text([Interaction(1, messages: [])])
        let deltas = (2...5000).map { number in
            "---\ninteraction: \(number)\nopenai: POST /v1/chat/completions\nkey: \(number == 5000 ? Self.lastKey : Self.anyKey)\n"
                + "request: {like: \(number - 1), set: {/n: \(number)}}\nresponse: {status: 200}\n...\n"
        }
        let cassette = try Cassette(text: text + deltas.joined())
        // The keys on the way are stale, which is told; that it comes back at all is the point.
        let error = #expect(throws: Diagnostics.self) { try cassette.interaction(at: 4999) }
        #expect(error?.all.first?.message.hasPrefix("stale key") == true)
    }

    private static let anyKey = String(repeating: "0", count: 32)
    private static let lastKey = String(repeating: "1", count: 32)
}
