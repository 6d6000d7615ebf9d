import Cassettes
import Documents
import HTTPMessages
import TestSupport
import Testing

@Suite struct HARTests {
    private let program = (name: "understudy", version: "0.1.0")

    private func imported(_ exchanges: [ImportedExchange], service: Service? = nil) throws -> Cassette {
        let outcome = try CassetteImport.cassette(
            of: exchanges, name: RandomStory.header.name, service: service, program: "understudy 0.1.0",
            today: "2026-12-01",
            literals: LiteralSecrets([("MY_KEY", "correct-horse-battery")]))
        let cassette = try Cassette(outcome.edited.bytes, file: "c.yaml")
        #expect(cassette.check() == [])
        return cassette
    }

    private func cassette(_ interactions: [Interaction]) throws -> Cassette {
        try Cassette(Array(RandomStory.text(interactions).utf8), file: "c.yaml")
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func anImportGivesBackWhatWasExported(seed: UInt64) throws {
        var story = RandomStory(seed: seed)
        let written = story.interactions(20)
        let archive = try HARWriter.archive(of: try cassette(written), program: program)
        let exchanges = try HARReader.exchanges(in: archive.bytes(in: JSONLayout(.indent2)), file: "x.har")
        let read = try imported(exchanges)
        let interactions = try read.interactions()
        #expect(interactions.map(\.statement) == written.map(\.statement))
        #expect(interactions.map(\.number) == written.map(\.number))
        #expect(interactions.map(\.at) == written.map(\.at))
        #expect(interactions.map(\.sandbox) == written.map(\.sandbox))
        #expect(interactions.map(\.key) == written.map(\.key))
        for (a, b) in zip(interactions, written) {
            #expect(a.response.headers == b.response.headers)
            #expect(a.response.at == b.response.at)
            if case .chunks(let a) = a.response.content, case .chunks(let b) = b.response.content { #expect(a == b) }
            if case .socket(let a) = a.response.content, case .socket(let b) = b.response.content { #expect(a == b) }
        }
        #expect(read.header.recordedOn == "2026-11-23")
        #expect(read.header.origins.allSatisfy { $0.from == .imported })
    }

    /// The members that HAR 1.2 requires, of the types it requires.
    @Test(arguments: 0..<5 as Range<UInt64>)
    func anExportIsAnArchive(seed: UInt64) throws {
        var story = RandomStory(seed: seed)
        let log = try #require(try HARWriter.archive(of: try cassette(story.interactions(20)), program: program)["log"])
        #expect(log["version"] == "1.2" && log["creator"] == ["name": "understudy", "version": "0.1.0"])
        var last = ""
        for entry in log["entries"]?.arrayValue ?? [] {
            let start = try #require(entry["startedDateTime"]?.stringValue)
            #expect(start.wholeMatch(of: /2026-11-23T\d\d:\d\d:\d\d\.\d{3}Z/) != nil && start >= last)
            last = start
            #expect(entry["cache"]?.objectValue != nil)
            let times = ["send", "wait", "receive"].map { entry["timings"]?[$0]?.doubleValue ?? -1 }
            #expect(times.allSatisfy { $0 >= 0 } && times.reduce(0, +) == entry["time"]?.doubleValue)
            for (part, texts, numbers, lists) in [
                (
                    "request", ["method", "url", "httpVersion"], ["headersSize", "bodySize"],
                    ["cookies", "headers", "queryString"]
                ),
                (
                    "response", ["statusText", "httpVersion", "redirectURL"], ["status", "headersSize", "bodySize"],
                    ["cookies", "headers"]
                ),
            ] {
                for name in texts { #expect(entry[part]?[name]?.stringValue != nil) }
                for name in numbers { #expect(entry[part]?[name]?.intValue != nil) }
                for name in lists { #expect(entry[part]?[name]?.arrayValue != nil) }
            }
            let url = try #require(entry["request"]?["url"]?.stringValue)
            #expect(url.wholeMatch(of: /(http|ws)s?:\/\/[^ {}]+/) != nil)
            let content = entry["response"]?["content"]
            #expect(content?["size"]?.intValue != nil && content?["mimeType"]?.stringValue != nil)
            if let data = entry["request"]?["postData"] {
                #expect(data["mimeType"]?.stringValue != nil && data["text"]?.stringValue != nil)
            }
        }
    }

    private let browser = """
        {"log": {"version": "1.2", "creator": {"name": "Firefox", "version": "140"}, "entries": [
          {"startedDateTime": "2026-11-24T10:00:02.500+01:00", "time": 30, "timings": {"blocked": -1, "send": 1, "wait": 20, "receive": 9}, "cache": {},
           "request": {"method": "POST", "url": "https://user:pass@API.openai.com/v1/chat/completions?api_key=abc#x", "httpVersion": "HTTP/2",
             "headers": [{"name": "Authorization", "value": "Bearer sk-0123456789abcdef"}], "queryString": [], "cookies": [],
             "postData": {"mimeType": "application/json", "text": "{\\"model\\": \\"m\\", \\"messages\\": [], \\"user\\": \\"me\\"}"}},
           "response": {"status": 200, "statusText": "", "httpVersion": "HTTP/2", "cookies": [], "redirectURL": "",
             "headers": [{"name": ":status", "value": "200"}, {"name": "Content-Type", "value": "text/event-stream"}, {"name": "Content-Encoding", "value": "br"},
               {"name": "Transfer-Encoding", "value": "chunked"}, {"name": "Set-Cookie", "value": "a=1\\nb=2"}, {"name": "X-Request-Id", "value": "abc"}],
             "content": {"size": 5, "mimeType": "text/event-stream", "encoding": "base64", "text": "ZGF0YTogMQoKZGF0YTogMgoK"}}},
          {"startedDateTime": "2026-11-24T09:00:00.000Z", "time": 1, "timings": {"send": 0, "wait": 1, "receive": 0}, "cache": {},
           "request": {"method": "POST", "url": "http://localhost:8080/form", "headers": [], "queryString": [], "cookies": [],
             "postData": {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a b", "value": "1&2"}, {"name": "c", "value": "correct-horse-battery"}]}},
           "response": {"status": 204, "headers": [], "cookies": [], "content": {"size": 0, "mimeType": ""}}},
          {"startedDateTime": "2026-11-24T09:00:05.000Z", "time": 1, "request": {"method": "GET", "url": "https://x.dev/"}, "response": {"status": 0}}
        ]}}
        """

    @Test func aBrowsersArchiveIsReadInOrderAndRedacted() throws {
        let cassette = try imported(try CassetteImport.exchanges(in: Array(("\u{FEFF}" + browser).utf8), file: "x.har"))
        let read = try cassette.interactions()
        #expect(read.map(\.service) == [.http, .openai, .http])
        #expect(read.map(\.at) == [0, 2.5, 5])
        #expect(read[0].request.bytes == Array("a%20b=1%262&c=<redacted:MY_KEY>".utf8))
        #expect(read[1].operation.description == "POST /v1/chat/completions?api_key=redacted")
        #expect(read[1].request.tree == ["model": "m", "messages": [], "user": "<redacted:value>"])
        #expect(
            read[1].response.headers.fields.map { "\($0.name): \($0.value)" } == [
                "content-type: text/event-stream", "set-cookie: <redacted:set-cookie>",
                "set-cookie: <redacted:set-cookie>",
                "x-request-id: req_2",
            ])
        guard case .chunks(let chunks) = read[1].response.content else { return #expect(Bool(false), "no stream") }
        #expect(chunks.map(\.bytes) == [Array("data: 1\n\n".utf8), Array("data: 2\n\n".utf8)])
        #expect(read[1].response.at == 2.521)
        #expect(read[2].response.status == nil && read[2].response.end == .reset)
        #expect(cassette.header.origins.map(\.upstream) == ["https://api.openai.com", "http://localhost:8080"])
        #expect(cassette.header.recordedOn == "2026-11-24")
        let named = try imported(try HARReader.exchanges(in: Array(browser.utf8), file: "x.har"), service: .anthropic)
        #expect(named.index.allSatisfy { $0.service == .anthropic })
    }

    @Test(arguments: [
        ("https://api.openai.com/v1/x", Service.openai),
        ("https://me.openai.azure.com/openai/deployments/d/chat/completions", .azure),
        ("https://api.anthropic.com/v1/x", .anthropic), ("https://generativelanguage.googleapis.com/v1beta/x", .gemini),
        ("https://7777-ab.eu-1001.vms.hopx.dev/execute", .hopx), ("https://api.hopx.dev/v1/sandboxes", .hopx),
        ("http://localhost:11434/v1/chat/completions", .openai), ("http://proxy/anthropic/v1/messages", .anthropic),
        ("http://proxy/v1beta/models/g:streamGenerateContent?alt=sse", .gemini), ("https://example.com/", .http),
        ("https://notopenai.com/", .http), ("https://openai.com.evil.org/", .http), ("", .http),
    ])
    func theServiceIsToldByTheAddress(url: String, service: Service) throws {
        let response = RecordedResponse(status: 200, at: 0, content: .body(RecordedBody(bytes: [])))
        let exchange = ImportedExchange(url: url, method: "GET", body: [], startedAt: nil, response: response)
        #expect(try imported([exchange]).index.map(\.service) == [service])
    }

    @Test func sandboxesAreToldByTheirIds() throws {
        func exchange(_ method: String, _ url: String, _ answer: String = "{}") -> ImportedExchange {
            ImportedExchange(
                url: url, method: method, body: [], startedAt: nil,
                response: RecordedResponse(status: 200, at: 0, content: .body(RecordedBody(bytes: Array(answer.utf8)))))
        }
        let read = try imported([
            exchange("POST", "https://api.hopx.dev/v1/sandboxes", "{\"id\":\"s1\"}"),
            exchange("POST", "https://api.hopx.dev/v1/sandboxes", "{\"id\":\"s2\"}"),
            exchange("POST", "https://7777-s2.eu.vms.hopx.dev/execute"),
            exchange("DELETE", "https://api.hopx.dev/v1/sandboxes/s1"),
            exchange("GET", "https://api.hopx.dev/v1/templates"),
        ]).interactions()
        #expect(read.map(\.sandbox) == [1, 2, 2, 1, nil])
        #expect(read[3].operation.description == "DELETE /v1/sandboxes/{id}")
    }

    @Test(arguments: [
        ("", "not readable as JSON"), ("{\"log\": {}}", "log.entries"), ("[]", "log.entries"),
        ("{\"log\": {\"entries\": [{\"request\": {\"url\": \"x\"}}]}}", "$.log.entries[0].request"),
        (
            "{\"log\": {\"entries\": [{\"request\": {\"method\": \"GET\", \"url\": \"x\"}, \"response\": {\"content\": {\"encoding\": \"base64\", \"text\": \"*\"}}}]}}",
            "not base64"
        ),
        (
            "{\"log\": {\"entries\": [{\"request\": {\"method\": \"GET\", \"url\": \"x\"}, \"response\": {\"content\": {\"text\": \"abc\", \"_chunks\": [[2, 0]]}}}]}}",
            "chunks end"
        ),
        (
            "{\"log\": {\"entries\": [{\"request\": {\"method\": \"GET\", \"url\": \"x\"}, \"response\": {\"content\": {\"text\": \"abc\", \"_chunks\": [[9, 0]]}}}]}}",
            "not chunks"
        ),
    ])
    func whatIsNoArchiveIsRefused(text: String, words: String) {
        let error = #expect(throws: Diagnostics.self) { try HARReader.exchanges(in: Array(text.utf8), file: "x.har") }
        #expect("\(String(describing: error))".contains(words))
    }
}
