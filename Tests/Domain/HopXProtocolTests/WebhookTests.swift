import Documents
import HTTPMessages
import HopXProtocol
import Testing

@Suite struct WebhookTests {
    @Test func signatureIsOfTheBodyAsItIsSent() throws {
        let webhook = try Webhook(
            body: Array(#"{"callback_url": "http://[::1]:80", "callback_signature_secret": "key"}"#.utf8))
        #expect((webhook.base, webhook.host, webhook.isLoopback) == ("http://[::1]:80", "::1", true))
        let request = webhook.request(
            executionID: "e", status: .completed,
            outcome: CodeOutcome(stdout: "o", stderr: "", exitCode: 0, executionTime: 0.5), error: nil,
            now: 1_763_900_000.5)
        #expect((request.method, request.path) == ("POST", "/"))
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"execution_id":"e","status":"completed","stdout":"o","stderr":"","exit_code":0,"#
                + #""execution_time":0.5,"timestamp":"2025-11-23T12:13:20Z"}"#)
        #expect(request.headers["x-hopx-timestamp"] == "1763900000")
        // From Python's hmac.new(b"key", body, "sha256").
        #expect(
            request.headers["x-hopx-signature"]
                == "sha256=70f12cf3082111dd21614d8cd24041d96435c50497474d0deccd01110c3e67e8")
    }

    @Test(arguments: [
        "{}", #"{"callback_url": ""}"#, #"{"callback_url": "ftp://127.0.0.1/"}"#, #"{"callback_url": "http:///x"}"#,
        #"{"callback_url": "http://127.0.0.1/", "callback_headers": {"a": "b\r\nc: d"}}"#,
        #"{"callback_url": "http://127.0.0.1/", "callback_headers": {"a": 1}}"#,
        #"{"callback_url": "http://127.0.0.1/", "callback_signature_secret": 1}"#,
    ])
    func badOneIsRefused(body: String) {
        #expect(throws: HopXError.self) { try Webhook(body: Array(body.utf8)) }
    }
}
