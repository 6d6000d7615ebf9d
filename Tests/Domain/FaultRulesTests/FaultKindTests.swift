import Cassettes
import Documents
import FaultRules
import HTTPMessages
import Testing

@Suite struct FaultKindTests {
    private func read(_ text: String) throws -> FaultRule {
        try FaultRule(reading: LocatedJSON(JSONValue(parsing: text)).node, file: "body")
    }

    @Test(arguments: [
        (#"{"kind": "rate_limit"}"#, FaultRule.Effect.answer(.init(status: 429)), "rate_limit"),
        (
            #"{"kind": "rate_limit", "status": 503, "retry_after": 0.25}"#,
            .answer(.init(status: 503, retryAfter: 0.25)), "server_error"
        ),
        (#"{"kind": "server_error"}"#, .answer(.init(status: 500)), "server_error"),
        (
            #"{"kind": "server_error", "status": 504, "body": {"a": 1}, "headers": {"x": "y"}}"#,
            .answer(.init(status: 504, headers: ["x": "y"], body: Array(#"{"a":1}"#.utf8), isJSON: true)),
            "server_error"
        ),
        (#"{"kind": "overloaded", "retry_after": 2}"#, .overload(.init(status: 503, retryAfter: 2)), "overloaded"),
        (#"{"kind": "timeout"}"#, .silence(.seconds(600)), "timeout"),
        (#"{"kind": "timeout", "hold": 3}"#, .silence(.seconds(3)), "timeout"),
        (#"{"kind": "reset"}"#, .drop(afterEvents: nil), "reset"),
        (#"{"kind": "reset", "after_events": 2}"#, .drop(afterEvents: 2), "reset"),
        (#"{"kind": "malformed"}"#, .malformed(afterEvents: nil), "malformed"),
        (#"{"kind": "slow", "delay": 2}"#, .delayOnly, "slow"),
        (#"{"kind": "trickle"}"#, .trickle(bytes: 8, every: .seconds(0.05)), "trickle"),
        (#"{"kind": "trickle", "bytes": 1, "every": 0}"#, .trickle(bytes: 1, every: .zero), "trickle"),
        (#"{"kind": "content_type"}"#, .contentType("text/html; charset=utf-8"), "content_type"),
        (#"{"kind": "content_type", "content_type": "a/b"}"#, .contentType("a/b"), "content_type"),
        (#"{"kind": "truncated"}"#, .truncation(afterEvents: 1), "truncated"),
        (#"{"kind": "truncated", "after_events": 0}"#, .truncation(afterEvents: 0), "truncated"),
        (#"{"kind": "truncated_utf8"}"#, .splitCharacter(afterEvents: 0, drops: false), "truncated_utf8"),
        (
            #"{"kind": "truncated_utf8", "drop": true, "after_events": 1}"#,
            .splitCharacter(afterEvents: 1, drops: true), "truncated_utf8"
        ),
        (#"{"kind": "empty"}"#, .emptyAnswer, "empty"), (#"{"status": 404}"#, .answer(.init(status: 404)), "answer"),
        (
            #"{"status": 500, "retry_after": 3}"#, .answer(.init(status: 500, retryAfter: 3)), "server_error"
        ),
    ])
    func kindsAreRead(text: String, effect: FaultRule.Effect, name: String) throws {
        let rule = try read(text)
        #expect(rule.effect == effect)
        #expect(rule.name == name)
    }

    @Test func aGatewaysErrorIsAPage() throws {
        guard case .answer(let answer) = try read(#"{"kind": "bad_gateway"}"#).effect else {
            Issue.record("no answer")
            return
        }
        #expect(answer.status == 502)
        #expect(answer.headers["content-type"] == "text/html")
        #expect(answer.body.map { String(decoding: $0, as: UTF8.self) }?.contains("<h1>502 Bad Gateway</h1>") == true)
        #expect(try read(#"{"kind": "bad_gateway"}"#).name == "bad_gateway")
    }

    @Test(arguments: [
        (#"{"kind": "ratelimit"}"#, "$.kind", "kind cannot be 'ratelimit'"),
        (#"{"kind": "slow"}"#, "$", "slow without a delay"),
        (#"{"kind": "empty", "status": 500}"#, "$.status", "status is not for kind: empty"),
        (#"{"kind": "timeout", "after_events": 1}"#, "$.after_events", "after_events is not for kind: timeout"),
        (#"{"kind": "reset", "drop": true}"#, "$.drop", "drop is not for kind: reset"),
        (#"{"kind": "trickle", "bytes": 0}"#, "$.bytes", "bytes cannot be '0'"),
        (#"{"kind": "trickle", "every": -1}"#, "$.every", "every cannot be -1"),
        (#"{"kind": "content_type", "content_type": "a\nb"}"#, "$.content_type", "content_type cannot have this value"),
        (#"{"kind": "rate_limit", "retry_after": "soon"}"#, "$.retry_after", "retry_after cannot be 'soon'"),
        (#"{"hold": 3, "status": 500}"#, "$.hold", "hold without a kind"),
        (#"{"content_type": "a/b", "status": 500}"#, "$.content_type", "content_type without a kind"),
        (#"{"retry_after": 1}"#, "$.retry_after", "retry_after of no answer"),
        (#"{"drop": true, "retry_after": 1}"#, "$.retry_after", "retry_after and drop exclude each other"),
        (#"{"kind": 3}"#, "$.kind", "kind cannot be"),
        (#"{"status": 500, "model": []}"#, "$.model", "model cannot be a list"),
    ])
    func errorsHaveTheirPlace(text: String, place: String, message: String) throws {
        let body = LocatedJSON(try JSONValue(parsing: text))
        let error = #expect(throws: Diagnostics.self) { try FaultRule(reading: body.node, file: "body") }
        let found = (error?.all ?? []).map { (body.pointer(at: $0.place).path, $0.message) }
        #expect(found.contains { $0.0 == place && $0.1.hasPrefix(message) }, "\(found)")
    }

    @Test func aModelAndASessionNarrowARule() throws {
        let rule = try read(#"{"model": "gpt-4o", "session": "primes.w1", "status": 500}"#)
        let request = Request(method: "POST", path: "/v1/chat/completions")
        #expect(rule.matches(request, service: .openai, number: { _ in 1 }, model: { "gpt-4o" }))
        #expect(!rule.matches(request, service: .openai, number: { _ in 1 }, model: { "gpt-4o-mini" }))
        #expect(!rule.matches(request, service: .openai, number: { _ in 1 }, model: { nil }))
        #expect(rule.isFor(session: "us-primes.w1") && rule.isFor(session: "primes.w1"))
        #expect(!rule.isFor(session: "us-primes.w2"))
        #expect(try read(#"{"status": 500}"#).isFor(session: "any"))
    }

    // MARK: Files

    private func problems(_ text: String) -> [String] {
        do {
            _ = try FaultRule.list(text, file: "f.yaml")
            return []
        } catch let error as Diagnostics {
            return error.all.map { "\($0.place.map { "\($0.line):\($0.column)" } ?? "-") \($0.message)" }
        } catch {
            return ["\(error)"]
        }
    }

    @Test func aFileHasAListOfRules() throws {
        let rules = try FaultRule.list(
            "understudy: faults/1\nfaults:\n- {kind: rate_limit, turn: 1}\n- {kind: reset, times: 2}\n", file: "f.yaml")
        #expect(rules.map(\.name) == ["rate_limit", "reset"])
        #expect(rules.map(\.turn) == [1, nil])
    }

    @Test(arguments: [
        ("", ["1:1 the file is empty"]), ("- a\n", ["1:1 a file of faults must be a mapping, not list"]),
        ("faults: []\n", ["1:1 the key 'understudy' is missing"]),
        ("understudy: faults/2\nfaults: []\n", ["1:13 understudy cannot be 'faults/2'"]),
        ("understudy: faults/1\n", ["1:1 the key 'faults' is missing"]),
        ("understudy: faults/1\nfaults: 3\n", ["2:9 faults cannot be a number"]),
        (
            "understudy: faults/1\nfaults:\n- {kind: nope}\n- {status: 1}\nmore: 1\n",
            ["3:10 kind cannot be 'nope'", "4:12 status cannot be '1'", "5:1 unknown key 'more'"]
        ),
    ])
    func allThatIsWrongInAFileIsToldWithItsPlace(text: String, expected: [String]) {
        let found = problems(text)
        for words in expected { #expect(found.contains { $0.hasPrefix(words) }, "\(words) in \(found)") }
    }

    @Test func aListThatIsTooLongIsRefused() {
        let list = String(repeating: "- {status: 500}\n", count: 1_001)
        #expect(problems("understudy: faults/1\nfaults:\n" + list).first?.contains("there are 1001 faults") == true)
    }
}
