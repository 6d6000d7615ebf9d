import Cassettes
import Documents
import HTTPMessages
import TestSupport
import Testing

@Suite struct VCRTests {
    private func exchanges(_ text: String) throws -> [ImportedExchange] {
        try CassetteImport.exchanges(in: Array(text.utf8), file: "c.yaml")
    }

    /// A file as vcr.py writes it.
    private let written = """
        interactions:
        - request:
            body: '{"model": "claude", "messages": []}'
            headers:
              Host: [api.anthropic.com]
              x-api-key: [sk-ant-0123456789abcdef0123]
            method: POST
            uri: https://api.anthropic.com/v1/messages
          response:
            body:
              string: !!binary |
                H4sIAAAAAAAC/6tWykxRslLKVdJRSs7PK0nNK1Gyiq5WKqksSAUKl6RWlABl
                wJSVUkZqTk6+AgapVBtbCwBUpHKzRwAAAA==
            headers:
              CF-RAY: [abc]
              Content-Encoding: [gzip]
              Content-Type: [application/json]
              Set-Cookie: [a=1, b=2]
              Transfer-Encoding: [chunked]
            status: {code: 200, message: OK}
        - request: {body: null, headers: {}, method: get, uri: "http://localhost/a?b=c"}
          response:
            body: {string: "data: 1\\n\\ndata: 2\\n\\n"}
            headers: {content-type: [text/event-stream]}
            status: {code: 429, message: Too Many Requests}
        - request: {body: {base64_string: AP8=}, headers: {}, method: PUT, uri: "http://localhost/bytes"}
          response: {content: "old httpx form", headers: {content-type: text/plain}, http_version: HTTP/1.1, status_code: 201}
        version: 1

        """

    @Test func aFileOfVCRIsRead() throws {
        let outcome = try CassetteImport.cassette(
            of: try exchanges(written), name: RandomStory.header.name, service: nil, program: "understudy 0.1.0",
            today: "2026-12-01",
            literals: LiteralSecrets([]))
        let text = String(decoding: outcome.edited.bytes, as: UTF8.self)
        #expect(!text.contains("sk-ant") && !text.contains("a=1"))
        let cassette = try Cassette(outcome.edited.bytes, file: "c.yaml")
        #expect(cassette.check() == [] && cassette.header.recordedOn == "2026-12-01")
        #expect(outcome.counts.map { "\($0.service) \($0.count)" } == ["anthropic 1", "http 2"])
        let read = try cassette.interactions()
        #expect(
            read[0].response.bytes
                == Array(#"{"id":"m","content":[{"type":"text","text":"hello hello hello hello"}]}"#.utf8))
        #expect(read[0].request.tree == ["model": "claude", "messages": []])
        #expect(
            read[0].response.headers.fields.map(\.name) == ["cf-ray", "content-type", "set-cookie", "set-cookie"])
        #expect(read[1].response.status == 429 && read[1].operation.description == "GET /a?b=c")
        guard case .chunks(let chunks) = read[1].response.content else { return #expect(Bool(false), "no stream") }
        #expect(chunks.count == 2)
        #expect(read[2].request.bytes == [0x00, 0xFF] && read[2].response.bytes == Array("old httpx form".utf8))
        #expect(read[2].response.status == 201)
    }

    @Test func aFileInJSONIsReadToo() throws {
        let text =
            #"{"version": 1, "interactions": [{"request": {"method": "GET", "uri": "http://x/", "body": null, "headers": {}}, "response": {"status": {"code": 200, "message": "OK"}, "headers": {"a": ["b"]}, "body": {"string": "x\n"}}}]}"#
        let read = try exchanges(text)
        #expect(read.count == 1 && read[0].response.bytes == Array("x\n".utf8))
    }

    @Test(arguments: [
        ("a: 1", 1), ("interactions: [{request: {method: GET, uri: x}}]", 1),
        ("interactions:\n- request: {method: GET, uri: x}\n  response: {headers: {}}", 3),
        (
            "interactions:\n- request: {method: GET, uri: x}\n  response:\n    status: {code: 200}\n    body: {string: !!binary '*'}",
            5
        ),
        ("interactions:\n- &a {request: {method: GET, uri: x}}\n- *a", 2),
        ("interactions: [!!python/object:a.B {}]", 1),
        (
            "interactions:\n- request: {method: GET, uri: x}\n  response:\n    headers: {content-encoding: [zstd]}\n    status: {code: 200}\n    body: {base64_string: /w==}",
            4
        ),
    ])
    func whatIsWrongIsToldAtItsLine(text: String, line: Int) {
        let error = #expect(throws: Diagnostics.self) { try exchanges(text) }
        #expect(error?.all.first?.place?.line == line, "\(String(describing: error))")
    }
}
