import Cassettes
import Documents
import HTTPMessages
import Testing

@Suite struct RedactorTests {
    static let secrets: [(kind: String, secret: String)] = [
        ("anthropic-key", "sk-ant-api03-AbCdEfGhIjKlMnOp_-12"), ("openai-key", "sk-proj-AbCdEfGhIjKlMnOp"),
        ("openai-key", "sk-1234567890abcdef"),
        ("google-key", "AIzaSyA1234567890abcdefghijklmnopqrstu"), ("aws-key", "AKIAIOSFODNN7EXAMPLE"),
        ("github-token", "ghp_1234567890abcdefghij"),
        ("github-token", "gho_1234567890abcdefghij"), ("github-token", "ghs_1234567890abcdefghij"),
        ("github-token", "github_pat_11ABCDEFG0123456789_abcdefghij"), ("slack-token", "xoxb-1234567890-abc"),
        ("slack-token", "xoxp-1234567890"),
        ("slack-token", "xoxa-1234567890"), ("openai-organization", "org-AbCdEfGhIjKlMnOpQrStUvWx"),
        ("openai-project", "proj_AbCdEfGhIjKlMnOpQrStUvWx"),
        ("hopx-key", "hopx_live_0123abcd.s3cr3t-s3cr3t"),
        ("jwt", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"),
        ("bearer-token", "Bearer abcdefgh12345678.x=="),
    ]

    private func redacted(_ text: String, _ service: Service = .http) -> String {
        String(decoding: Redactor().redact(Array(text.utf8), service: service), as: UTF8.self)
    }

    /// Around a secret stands what bodies put there; it stays as it is, to the byte.
    static let surroundings = [
        ("", ""), (" ", " "), ("{\"key\":\"", "\"}"), ("say \\\"", "\\\" now"), ("line\\n", "\\nline"), ("\\t", "\\t"),
        ("a=", "&b=1"), ("(", ")"), ("\u{201C}", "\u{201D}"),
        ("\\u201c", "\\u201d"), ("\\u000a", "\\u000a"), ("\u{1F600}", "\u{1F600}"), ("\\\\", "\\\\"),
        ("https://x/?q=%20", "%20"), ("é", "é"), ("\r\n", "\r\n"), ("'", "'"),
        ("\0", "\0"), ("org-", "!"), ("key:", ","), ("/", "/"), ("<", ">"),
    ].filter { $0.0 != "org-" }

    @Test(arguments: secrets)
    func everyPatternIsReplacedWhereverItStands(kind: String, secret: String) {
        for (before, after) in Self.surroundings {
            let expected = before + "<redacted:\(kind)>" + after
            #expect(redacted(before + secret + after).utf8.elementsEqual(expected.utf8), "\(before.debugDescription)")
            #expect(redacted(expected) == expected)
            let twice = before + secret + after + "; " + before + secret + after
            #expect(redacted(twice) == expected + "; " + expected)
        }
        #expect(!Redactor().redact("failed with \(secret)!").contains(secret))
    }

    @Test(arguments: secrets)
    func chunksCutAnywhereAreRedactedAsTheirWhole(kind: String, secret: String) {
        let bytes = Array("data: {\"a\":\"x \(secret) y\"}\n\ndata: z\n\n".utf8)
        let expected = Array("data: {\"a\":\"x <redacted:\(kind)> y\"}\n\ndata: z\n\n".utf8)
        for cut in 1..<bytes.count {
            let chunks = [bytes[..<cut], bytes[cut...]].enumerated().map {
                RecordedResponse.Chunk(at: Double($0), bytes: Array($1))
            }
            let redacted = Redactor().redact(chunks, service: .openai)
            #expect(redacted.flatMap(\.bytes) == expected)
            #expect(redacted.allSatisfy { !$0.bytes.isEmpty })
            // An end outside the secret stays between the same two bytes.
            if cut <= 14 { #expect(redacted.first?.bytes == Array(bytes[..<cut])) }
            if cut >= 14 + secret.utf8.count { #expect(redacted.last?.bytes == Array(bytes[cut...])) }
        }
        let single = bytes.map { RecordedResponse.Chunk(at: 0, bytes: [$0]) }
        #expect(Redactor().redact(single, service: .openai).flatMap(\.bytes) == expected)
    }

    @Test(arguments: [
        "", "sk-", "sk-short", "task-1234567890abcdefghij", "risk-1234567890abcdefghij", "org-short", "organization",
        "xoxb-1", "AKIA", "eyJ.eyJ.x", "eyJhbGciOiJIUzI1NiJ9.x",
        "Bearer short", "Bearer of good news and more", "hopx_live_abc", "hopx_live_abc.short", "ghp_short", "proj_x",
        "disk-aaaaaaaaaaaaaaaaaaaa", "\\\\u201task-12345678901234567890",
        "<redacted:openai-key>", "{\"user\":\"bob\",\"env\":{\"A\":\"b\"},\"password\":\"x\"}",
    ])
    func nothingElseIsChanged(text: String) { #expect(redacted(text).utf8.elementsEqual(text.utf8)) }

    @Test func bytesThatAreNoTextAreKept() {
        let bytes = [UInt8](0...255) + [0xFF] + Array("sk-1234567890abcdef".utf8) + [0xFF]
        #expect(
            Redactor().redact(bytes, service: .http) == [UInt8](0...255) + [0xFF] + Array("<redacted:openai-key>".utf8)
                + [0xFF])
    }

    @Test(arguments: [
        (Service.hopx, "{\"auth_token\":\"t0k\",\"id\":\"x\"}", "{\"auth_token\":\"<redacted:value>\",\"id\":\"x\"}"),
        (
            .hopx, "{\n  \"auth_token\" : \"t0k\\\"en\\\\\" ,\n  \"a\": [ {\"full_key\":\"k\"} ]\n}\n",
            "{\n  \"auth_token\" : \"<redacted:value>\" ,\n  \"a\": [ {\"full_key\":\"<redacted:value>\"} ]\n}\n"
        ),
        (
            .hopx, "{\"env\":{\"A\":\"1\",\"B\":[\"2\",{\"C\":\"3\"}],\"D\":4,\"E\":\"\"},\"code\":\"x\"}",
            "{\"env\":{\"A\":\"<redacted:value>\",\"B\":[\"<redacted:value>\",{\"C\":\"<redacted:value>\"}],\"D\":4,\"E\":\"\"},\"code\":\"x\"}"
        ),
        (
            .hopx, "{\"a\":{\"env\":\"x\",\"password\":\"y\"},\"password\":\"z\"}",
            "{\"a\":{\"env\":\"x\",\"password\":\"y\"},\"password\":\"<redacted:value>\"}"
        ),
        (
            .hopx, "{\"registry_credentials\":{\"username\":\"u\",\"token\":\"t\"},\"next\":\"n\"}",
            "{\"registry_credentials\":{\"username\":\"<redacted:value>\",\"token\":\"<redacted:value>\"},\"next\":\"n\"}"
        ),
        (
            .openai,
            #"{"tools":[{"type":"mcp","authorization":"t0k","headers":{"x-a":"t1k","x-b":["t2k"]},"headers_x":"h"}]}"#,
            #"{"tools":[{"type":"mcp","authorization":"<redacted:value>","headers":{"x-a":"<redacted:value>","x-b":["<redacted:value>"]},"headers_x":"h"}]}"#
        ),
        (
            .openai,
            #"{"tools":[{"function":{"name":"get","parameters":{"properties":{"headers":{"type":"object"}}}}}],"x":{"y":{"headers":"h"}},"headers":"h"}"#,
            #"{"tools":[{"function":{"name":"get","parameters":{"properties":{"headers":{"type":"object"}}}}}],"x":{"y":{"headers":"h"}},"headers":"h"}"#
        ),
        (
            .anthropic, #"{"mcp_servers":[{"url":"https://x","authorization_token":"t0k"}]}"#,
            #"{"mcp_servers":[{"url":"https://x","authorization_token":"<redacted:value>"}]}"#
        ),
        (
            .openai,
            "{\"user\":\"bob\",\"messages\":[{\"role\":\"user\",\"content\":\"user\"}],\"safety_identifier\":\"s\"}",
            "{\"user\":\"<redacted:value>\",\"messages\":[{\"role\":\"user\",\"content\":\"user\"}],\"safety_identifier\":\"<redacted:value>\"}"
        ),
        (
            .openai, "{\"a\":\"\\\"user\\\":\\\"bob\\\"\",\"b\":{\"user\":\"x\"}}",
            "{\"a\":\"\\\"user\\\":\\\"bob\\\"\",\"b\":{\"user\":\"x\"}}"
        ),
        (.azure, "{\"user\":\"bob\"}", "{\"user\":\"<redacted:value>\"}"),
        (
            .anthropic, "{\"metadata\":{\"user_id\":\"u\"},\"user\":\"x\"}",
            "{\"metadata\":{\"user_id\":\"<redacted:value>\"},\"user\":\"x\"}"
        ),
        (.gemini, "{\"user\":\"bob\"}", "{\"user\":\"bob\"}"),
        (.openai, "{\"user\":\"sk-1234567890abcdef\"}", "{\"user\":\"<redacted:value>\"}"),
        (.openai, "{\"user\":\"bob", "{\"user\":\"<redacted:value>"),
        (.openai, "{\"user\":null,\"x\":\"bob\"}", "{\"user\":null,\"x\":\"bob\"}"),
    ])
    func membersAreReplacedByName(service: Service, text: String, expected: String) {
        #expect(redacted(text, service).utf8.elementsEqual(expected.utf8), "\(redacted(text, service))")
        #expect(redacted(expected, service) == expected)
    }

    @Test(arguments: [
        ("key=abc&q=1", "key=redacted&q=1"), ("q=1&API_KEY=abc", "q=1&API_KEY=redacted"),
        (
            "access_token=a&sig=b&signature=c&code=d",
            "access_token=redacted&sig=redacted&signature=redacted&code=redacted"
        ),
        ("X-Amz-Signature=abc&X-Amz-Date=1", "X-Amz-Signature=redacted&X-Amz-Date=redacted"),
        ("monkey=1&keys=2&q=key", "monkey=1&keys=2&q=key"),
        ("q=sk-1234567890abcdef&&", "q=<redacted:openai-key>&&"),
        ("q=a%3Ask-1234567890abcdef", "q=a%3A<redacted:openai-key>"), ("", ""),
    ])
    func queriesAreRedactedByNameAndPattern(query: String, expected: String) {
        let request = Request(method: "GET", path: "/x", query: query, body: Array("sk-1234567890abcdef".utf8))
        let redacted = Redactor().redact(request, service: .gemini)
        #expect(redacted.query == expected)
        #expect(redacted.path == "/x")
        #expect(redacted.body == Array("<redacted:openai-key>".utf8))
        #expect(Redactor().redact(redacted, service: .gemini) == redacted)
    }

    @Test func responseFieldsAreKeptWithoutSecrets() {
        let headers = Headers([
            ("Date", "today"), ("Content-Length", "5"), ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"),
            ("Connection", "close"), ("Keep-Alive", "x"), ("Upgrade", "x"),
            ("Content-Type", "text/plain"), ("Set-Cookie", "a=b"), ("Set-Cookie", "c=d"), ("X-Request-Id", "abc"),
            ("OpenAI-Organization", "org-x"), ("X-Note", "sk-1234567890abcdef"),
            ("CF-Ray", "1"), ("retry-after", "2"),
        ])
        let kept = Redactor().redact(responseHeaders: headers, interaction: 7)
        #expect(
            kept.fields.map { "\($0.name): \($0.value)" } == [
                "content-type: text/plain", "set-cookie: <redacted:set-cookie>", "set-cookie: <redacted:set-cookie>",
                "x-request-id: req_7",
                "openai-organization: <redacted:openai-organization>", "x-note: <redacted:openai-key>",
                "cf-ray: <redacted:cf-ray>", "retry-after: 2",
            ])
        #expect(Redactor().redact(responseHeaders: kept, interaction: 7) == kept)
    }

    /// The key is computed after redaction: two people with different keys have the same one.
    @Test func placeholdersDoNotDependOnTheSecret() {
        let keys = ["sk-1234567890abcdef", "sk-proj-zyxwvutsrqponmlkjihgfedcba"].map { secret in
            InteractionKey(
                service: .openai, operation: .chat, inputs: nil,
                body: Redactor().redact(Array("{\"a\":\"\(secret)\"}".utf8), service: .openai), rules: MatchRules())
        }
        #expect(keys.first == keys.last)
    }

    @Test func noSecretIsInTheWrittenText() throws {
        let text = Self.secrets.map(\.secret).joined(separator: " and ")
        let body = Redactor().redact(
            JSONValue.object(JSONObject([("messages", [["content": .string(text)]]), ("user", "bob-the-builder")]))
                .bytes(), service: .openai)
        let answer = Redactor().redact(JSONValue.string(text).bytes(in: JSONLayout(.indent2)), service: .openai)
        let response = RecordedResponse(status: 200, at: 0, content: .body(RecordedBody(bytes: answer)))
        let written = try Cassette.text([Interaction(1, request: RecordedBody(bytes: body), response: response)])
        for (_, secret) in Self.secrets { #expect(!written.contains(secret)) }
        #expect(!written.contains("bob-the-builder"))
        #expect(try Cassette(text: written).check().isEmpty)
    }
}
