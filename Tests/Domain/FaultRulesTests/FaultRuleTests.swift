import Cassettes
import Documents
import FaultRules
import HTTPMessages
import Testing

@Suite struct FaultRuleTests {
    private func read(_ text: String) throws -> FaultRule {
        try FaultRule(reading: LocatedJSON(JSONValue(parsing: text)).node, file: "body")
    }

    private func problems(_ text: String) throws -> [(at: String, message: String)] {
        let body = LocatedJSON(try JSONValue(parsing: text))
        let error = #expect(throws: Diagnostics.self) { try FaultRule(reading: body.node, file: "body") }
        return (error?.all ?? []).map { (body.pointer(at: $0.place).path, $0.message) }
    }

    @Test func everyMemberIsRead() throws {
        let rule = try read(
            #"{"path": "chat", "method": "post", "service": "llm", "times": 3, "turn": 2, "rate": 0.5, "seed": 7, "delay": 1.5"#
                + #", "status": 429, "headers": {"Retry-After": 20}, "body": {"a": 1}}"#)
        #expect(rule.path == "chat")
        #expect(rule.method == "POST")
        #expect(rule.services == [.openai, .azure, .anthropic, .gemini])
        #expect(rule.times == 3)
        #expect(rule.turn == 2)
        #expect(rule.chance == FaultRule.Chance(rate: 0.5, seed: "7"))
        #expect(rule.delay == .seconds(1.5))
        #expect(
            rule.effect
                == .answer(
                    .init(status: 429, headers: ["retry-after": "20"], body: Array(#"{"a":1}"#.utf8), isJSON: true)))
    }

    @Test func aBodyOfTextIsTakenAsItIs() throws {
        #expect(try read(#"{"body": "<html>"}"#).effect == .answer(.init(body: Array("<html>".utf8))))
    }

    @Test(arguments: [
        (#"{"drop": true}"#, FaultRule.Effect.drop(afterEvents: nil)),
        (#"{"drop": true, "after_events": 0}"#, .drop(afterEvents: 0)),
        (#"{"malformed": true, "after_events": 3}"#, .malformed(afterEvents: 3)),
        (#"{"delay": 2, "drop": false}"#, .delayOnly),
    ])
    func effectsAreTold(text: String, effect: FaultRule.Effect) throws { #expect(try read(text).effect == effect) }

    /// One request is met, unless a rate says how many.
    @Test func timesIsOneUnlessThereIsARate() throws {
        #expect(try read(#"{"status": 500}"#).times == 1)
        #expect(try read(#"{"status": 500, "rate": 0.1}"#).times == nil)
        #expect(try read(#"{"status": 500, "rate": 0.1, "times": 4}"#).times == 4)
    }

    @Test(arguments: [
        (#"{"status": 99}"#, "$.status", "status cannot be '99'"),
        (#"{"status": "429"}"#, "$.status", "status cannot be '429'"),
        (#"{"status": 500, "times": 0}"#, "$.times", "times cannot be '0'"),
        (#"{"status": 500, "turn": 1.5}"#, "$.turn", "turn cannot be '1.5'"),
        (#"{"status": 500, "rate": 1.5}"#, "$.rate", "rate cannot be 1.5"),
        (#"{"status": 500, "seed": 1}"#, "$.seed", "seed without a rate"),
        (#"{"status": 500, "seed": [1], "rate": 1}"#, "$.seed", "seed cannot be a list"),
        (#"{"delay": -1}"#, "$.delay", "delay cannot be -1"),
        (#"{"delay": 1e9}"#, "$.delay", "delay cannot be 1e9"),
        (#"{"status": 500, "service": "opneai"}"#, "$.service", "service cannot be 'opneai'"),
        (#"{"status": 500, "path": "("}"#, "$.path", "path is no regular expression"),
        (#"{"status": 500, "drop": true}"#, "$.status", "status and drop exclude each other"),
        (#"{"malformed": true, "drop": true}"#, "$.malformed", "malformed and drop exclude each other"),
        (#"{"malformed": true, "body": {}}"#, "$.body", "body and malformed exclude each other"),
        (#"{"status": 500, "after_events": 1}"#, "$.after_events", "after_events says where a stream breaks"),
        (#"{"headers": {"a": "b"}}"#, "$.headers", "headers of no answer"),
        (#"{"status": 500, "headers": {"a b": "c"}}"#, "$.headers['a b']", "'a b' is no header's name"),
        (#"{"status": 500, "headers": {"a": "b\r\nset-cookie: c"}}"#, "$.headers.a", "a cannot have this value"),
        (#"{"status": 500, "headers": []}"#, "$.headers", "headers cannot be a list"),
        (#"{"drop": "yes"}"#, "$.drop", "drop cannot be 'yes'"),
        (#"{"path": "x"}"#, "$", "a fault without an effect"),
        (#"{"status": 500, "statsu": 1}"#, "$.statsu", "unknown key 'statsu'"),
        (#"[]"#, "$", "a fault must be a mapping, not list"),
    ])
    func errorsHaveTheirPlace(text: String, place: String, message: String) throws {
        let found = try problems(text)
        #expect(found.contains { $0.at == place && $0.message.hasPrefix(message) }, "\(found)")
    }

    @Test func allErrorsAreToldAtOnce() throws {
        let found = try problems(#"{"status": 1, "times": 0, "rate": 2}"#)
        #expect(found.map(\.at).sorted() == ["$.rate", "$.status", "$.times"])
    }

    /// In a file, places are lines and columns.
    @Test func aRuleOfAFileIsReadAlike() throws {
        let text = "path: /execute\nservice: hopx\nstatus: 503\ntimes: often\n"
        let node = try #require(try YAMLReader.read(text, file: "s.yaml"))
        let error = #expect(throws: Diagnostics.self) { try FaultRule(reading: node, file: "s.yaml") }
        #expect(error?.all.first?.place == Place(line: 4, column: 8))
    }

    @Test(arguments: [
        (FaultRule(path: "^/v1/chat", effect: .delayOnly), true),
        (FaultRule(path: "^/chat", effect: .delayOnly), false),
        (FaultRule(path: "completions$", effect: .delayOnly), true),
        (FaultRule(method: "POST", effect: .delayOnly), true),
        (FaultRule(method: "GET", effect: .delayOnly), false),
        (FaultRule(services: [.openai], effect: .delayOnly), true),
        (FaultRule(services: [.hopx], effect: .delayOnly), false), (FaultRule(turn: 3, effect: .delayOnly), true),
        (FaultRule(turn: 2, effect: .delayOnly), false),
        (FaultRule(services: [.openai, .anthropic], turn: 5, effect: .delayOnly), true),
        (FaultRule(services: [.openai, .anthropic], turn: 3, effect: .delayOnly), false),
    ])
    func matchesByWhatItNames(rule: FaultRule, isMatch: Bool) {
        let request = Request(method: "POST", path: "/v1/chat/completions")
        // The third request to OpenAI, after two to Anthropic.
        let counts: [Service: Int] = [.openai: 3, .anthropic: 2]
        #expect(rule.matches(request, service: .openai) { $0.reduce(0) { $0 + counts[$1, default: 0] } } == isMatch)
    }

    /// Recordings of chance must stay what they are: a seed in a test means the same for ever.
    @Test func chanceIsFixedByItsArguments() {
        let chance = FaultRule.Chance(rate: 0.3, seed: "7")
        let strikes = (0..<40).map { chance.strikes(key: "k", count: $0) ? "x" : "." }.joined()
        #expect(strikes == FaultRuleTests.strikes)
        #expect((0..<1000).allSatisfy { !FaultRule.Chance(rate: 0).strikes(key: "k", count: $0) })
        #expect((0..<1000).allSatisfy { FaultRule.Chance(rate: 1).strikes(key: "k", count: $0) })
    }

    private static let strikes = "..xx...xx....x.........x....x.x.x.x...x."

    @Test func chanceComesNearItsRate() {
        let count = (0..<10_000).count {
            FaultRule.Chance(rate: 0.3, seed: "1").strikes(key: "request \($0 % 100)", count: $0 / 100)
        }
        #expect((2_800...3_200).contains(count))
    }
}
