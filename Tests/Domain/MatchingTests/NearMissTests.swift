import Cassettes
import Documents
import HTTPMessages
import Testing

@Suite struct NearMissTests {
    private func request(_ messages: [JSONValue], model: String = "gpt-4o") -> JSONValue {
        ["model": .string(model), "messages": .array(messages)]
    }

    private func miss(_ cassette: Cassette, _ body: JSONValue, _ request: KnownRequest = .openAI) throws -> Miss {
        let nearest = try #require(
            cassette.nearest(to: body.bytes(), service: request.service, operation: request.operation, inputs: nil))
        return Miss(
            reason: .unknown, service: request.service, operation: request.operation, cassette: cassette.header.name,
            nearest: nearest)
    }

    private static let long = "The quick brown fox jumps over the lazy dog. ".repeated(8)

    @Test func longTextIsToldByItsWords() throws {
        let before = Self.long + "Count the first 100 primes, then stop." + Self.long
        let after = Self.long + "Count the first 200 primes and then stop." + Self.long
        let cassette = try Cassette(writing: [Interaction(1, .openAI, request([.string(before)]))])
        let miss = try miss(cassette, request([.string(after)]))
        #expect(
            miss.details == [
                "nearest: interaction 1", "$.messages[0]",
                "  words: …the lazy dog. Count the first [-100-]{+200+} primes[-,-]{+ and+} then stop.The quick brown fox…",
                "to record it: understudy record tests/matching",
            ])
        #expect(miss.message.contains("$.messages[0] has other words: …"))
        #expect(!miss.message.contains("\n"))
    }

    @Test func wordsOfAWhollyChangedTextAreCut() throws {
        let cassette = try Cassette(writing: [Interaction(1, .openAI, request([.string("old\n".repeated(3000))]))])
        let miss = try miss(cassette, request([.string("new\n".repeated(3000))]))
        #expect(miss.details.allSatisfy { $0.count < 400 })
        #expect(miss.details.contains { $0.contains("[-old\\nold") && $0.contains("{+new\\nnew") })
    }

    @Test func theSameFactsAreJSON() throws {
        let cassette = try Cassette(writing: [
            Interaction(3, .openAI, request(["a", "b", .string(Self.long)], model: "gpt-4"))
        ])
        let miss = try miss(cassette, request(["a", "b", .string(Self.long + "!"), "sk-1234567890abcdefghijkl"]))
        let json = miss.json
        #expect(
            json["reason"] == "unknown" && json["service"] == "openai"
                && json["operation"] == "POST /v1/chat/completions")
        #expect(json["cassette"] == "tests/matching" && json["command"] == "understudy record tests/matching")
        #expect(json["headline"] == .string(miss.headline))
        let nearest = try #require(json["nearest"])
        #expect(
            nearest["interaction"] == 3 && nearest["shared_messages"] == 2 && nearest["differs_in_inputs"] == false
                && nearest["difference_count"] == 3)
        let differences = try #require(nearest["differences"]?.arrayValue)
        #expect(differences.map { $0["path"] } == ["$.messages[2]", "$.messages[3]", "$.model"])
        #expect(differences[0]["words"]?.stringValue?.hasSuffix("{+!+}") == true)
        #expect(differences[1]["recorded"] == nil && differences[1]["now"] == "<redacted:openai-key>")
        #expect(differences[2] == ["path": "$.model", "recorded": "gpt-4", "now": "gpt-4o"])
        #expect(!json.text().contains("sk-1234567890abcdefghijkl"))
    }

    @Test func whyIsAWordAndItsNumber() throws {
        let name = try #require(CassetteName("a"))
        func json(_ reason: Miss.Reason) -> JSONValue {
            Miss(reason: reason, service: .openai, operation: KnownRequest.openAI.operation, cassette: name).json
        }
        #expect(json(.usedUp(count: 2))["reason"] == "used_up" && json(.usedUp(count: 2))["recordings"] == 2)
        #expect(json(.skips(interaction: 7))["reason"] == "skips" && json(.skips(interaction: 7))["interaction"] == 7)
        #expect(json(.unknown)["nearest"] == nil)
    }

    @Test func anotherQueryIsTold() throws {
        let cassette = try Cassette(writing: [Interaction(1, .azure)])
        var now = KnownRequest.azure
        now.operation.query = "api-version=2025-01-01"
        let miss = try miss(cassette, now.body, now)
        #expect(miss.nearest?.differences.isEmpty == true)
        #expect(
            miss.details[1] == "recorded for POST /openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21")
    }

    /// What does not count is no difference, and the paths of the others still fit the body.
    @Test func rulesApplyToBoth() throws {
        let rules = MatchRules(
            ignore: [try #require(JSONPath(parsing: "$.messages[0]"))],
            mask: [.init(pattern: try #require(MatchPattern("uuid")), as: "<uuid>")])
        let cassette = try Cassette(
            writing: [
                Interaction(1, .openAI, request(["now 1", "7c9e6679-7425-40de-944b-e07fc1f90ae7", "b"]), rules: rules)
            ], rules: rules)
        let miss = try miss(cassette, request(["now 2", "0f8fad5b-d9cb-469f-a165-70867728950e", "c"]))
        #expect(miss.nearest?.differences.map(\.place.path) == ["$.messages[2]"])
        #expect(miss.nearest?.sharedMessages == 2)
    }

    @Test func aSocketsFirstMessageIsCompared() throws {
        let operation = Operation(method: "WS", path: "/execute/stream")
        let sent = "{\"code\":\"1\",\"type\":\"execute\"}"
        let cassette = try Cassette(writing: [
            Interaction(
                number: 1, at: 0, service: .hopx, operation: operation, sandbox: 1, inputs: "aa",
                key: InteractionKey(
                    service: .hopx, operation: operation, inputs: "aa", body: Array(sent.utf8), rules: MatchRules()),
                request: RecordedBody(bytes: []),
                response: RecordedResponse(
                    status: 101, at: 0,
                    content: .socket([.init(at: 0, isFromClient: true, payload: .message(.text(sent)))])))
        ])
        let nearest = cassette.nearest(
            to: Array("{\"code\":\"2\",\"type\":\"execute\"}".utf8), service: .hopx, operation: operation, inputs: "aa")
        #expect(nearest?.differences == Difference.between(recorded: ["code": "1"], now: ["code": "2"]))
    }

    /// Only some of many recordings are compared in full, and the right one is among them.
    @Test func theNearestOfManyIsFound() throws {
        var interactions: [Interaction] = []
        var conversations: [[JSONValue]] = []
        for conversation in 0..<100 {
            var messages: [JSONValue] = [["role": "system", "content": "You are a helpful assistant, and brief."]]
            for turn in 0..<5 {
                messages.append([
                    "role": "user",
                    "content": .string(
                        turn == 4
                            ? "please go on with it" : "Question \(turn) about topic number \(conversation * 7919)"),
                ])
                interactions.append(Interaction(interactions.count + 1, .openAI, request(messages)))
                messages.append([
                    "role": "assistant",
                    "content": .string("The answer \(turn) is \(conversation * 104_729), as \"everybody\" knows"),
                ])
            }
            conversations.append(messages)
        }
        let cassette = try Cassette(writing: interactions)
        for conversation in [0, 31, 99] {
            var messages = conversations[conversation]
            messages[7] = ["role": "user", "content": "please go on with it"]
            let changed = cassette.nearest(
                to: request(Array(messages[..<8])).bytes(), service: .openai, operation: KnownRequest.openAI.operation,
                inputs: nil)
            #expect(changed?.interaction == conversation * 5 + 4)
            #expect(changed?.differences.map(\.place.path) == ["$.messages[7].content"])
            messages[0] = ["role": "system", "content": "You are somebody else"]
            let restarted = cassette.nearest(
                to: request(Array(messages[..<6])).bytes(), service: .openai, operation: KnownRequest.openAI.operation,
                inputs: nil)
            #expect(restarted?.interaction == conversation * 5 + 3)
            #expect(restarted?.differences.map(\.place.path) == ["$.messages[0].content"])
        }
        #expect(
            cassette.nearest(to: [], service: .openai, operation: KnownRequest.openAI.operation, inputs: nil) != nil)
    }
}

extension String {
    fileprivate func repeated(_ count: Int) -> String { String(repeating: self, count: count) }
}
