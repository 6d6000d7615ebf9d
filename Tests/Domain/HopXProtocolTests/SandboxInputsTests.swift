import HTTPMessages
import HopXProtocol
import Testing

@Suite struct SandboxInputsTests {
    @Test func textIsDocumentedCanonicalJSON() throws {
        var inputs = try SandboxInputs.sample(#"{"timeout_seconds": 300.0, "template_name":"code-interpreter"}"#)
        inputs.write("a.csv", "1,2\n")
        inputs.patch(#"{"env_vars": {"B": "2", "A": "1"}, "merge": true}"#)
        let expected =
            "understudy-inputs/1\n"
            + #"{"create":{"template_name":"code-interpreter","timeout_seconds":3e2},"env":{"A":"1","B":"2"},"#
            + #""files":{"/workspace/a.csv":"52186c933993da4082b3cdc7c40bb4bf735b391ff54a2ef78c037dda6c38a680"}}"#
        #expect(String(decoding: inputs.text, as: UTF8.self) == expected)
        #expect(inputs.digest == "f470d391fd0b32fe")
    }

    @Test func orderOfChangesDoesNotMatterAndTheirContentDoes() throws {
        var one = try SandboxInputs.sample()
        one.write("a", "1")
        one.write("/workspace/b", "2")
        one.patch(#"{"env_vars": {"A": "1"}}"#)
        var other = try SandboxInputs.sample()
        other.patch(#"{"env_vars": {"A": "0"}}"#)
        other.write("b", "old")
        other.write("b", "2")
        other.patch(#"{"env_vars": {"A": "1"}}"#)
        other.write("./a", "1")
        #expect(one.digest == other.digest)
        other.write("a", "3")
        #expect(one.digest != other.digest)
    }

    @Test func base64AndTextOfTheSameBytesAreTheSame() throws {
        var text = try SandboxInputs.sample()
        text.write("a", "hello")
        var base64 = try SandboxInputs.sample()
        base64.note("POST", "/files/write", #"{"path": "a", "content": "aGVsbG8=", "encoding": "base64"}"#)
        var form = try SandboxInputs.sample()
        let operation = try #require(HopXOperation(method: "POST", path: "/files/upload"))
        let body =
            "--XX\r\nContent-Disposition: form-data; name=\"path\"\r\n\r\n/workspace/a\r\n--XX\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
            + "--XX--\r\n"
        form.note(
            operation,
            request: Request(
                method: "POST", path: "/files/upload", headers: ["Content-Type": "multipart/form-data; boundary=XX"],
                body: Array(body.utf8)),
            status: 200)
        #expect(text.digest == base64.digest)
        #expect(text.digest == form.digest)
    }

    @Test func variablesCountHoweverTheyWereSet() throws {
        var created = try SandboxInputs.sample(#"{"template_name": "t", "env_vars": {"A": "1"}}"#)
        let before = created.digest
        // Clients send the variables of the creation once more.
        created.patch(#"{"env_vars": {"A": "1"}, "merge": true}"#)
        #expect(created.digest == before)
        created.note("PUT", "/env", #"{"env_vars": {"B": "1"}}"#)
        #expect(created.environment == ["B": "1"])
        #expect(created.digest != before)
        created.note("DELETE", "/env/B", "")
        #expect(created.environment == [:])
    }

    @Test func removalsCount() throws {
        var inputs = try SandboxInputs.sample()
        let empty = inputs.digest
        inputs.note("DELETE", "/files/remove", "", query: "path=/workspace/made-by-code")
        #expect(inputs.digest != empty)
        inputs.write("/data/a", "1")
        inputs.write("/data2", "1")
        inputs.note("DELETE", "/files/remove", "", query: "path=%2Fdata")
        let text = String(decoding: inputs.text, as: UTF8.self)
        #expect(text.contains(#""/data":"removed","/data2":""#))
        #expect(!text.contains("/data/a"))
    }

    @Test func failedChangesAndOtherCallsDoNotCount() throws {
        var inputs = try SandboxInputs.sample()
        let before = inputs
        inputs.note("POST", "/files/write", #"{"path": "a", "content": "1"}"#, status: 403)
        inputs.note("POST", "/execute", #"{"code": "1"}"#)
        inputs.note("POST", "/v1/sandboxes/x/pause", "")
        #expect(inputs == before)
    }
}

extension SandboxInputs {
    fileprivate static func sample(_ body: String = #"{"template_name": "t"}"#) throws -> SandboxInputs {
        SandboxInputs(creation: try SandboxCreation(body: Array(body.utf8)))
    }

    fileprivate mutating func write(_ path: String, _ text: String) {
        note("POST", "/files/write", #"{"path": "\#(path)", "content": "\#(text.replacing("\n", with: "\\n"))"}"#)
    }

    fileprivate mutating func patch(_ body: String) { note("PATCH", "/env", body) }

    fileprivate mutating func note(
        _ method: String, _ path: String, _ body: String, query: String? = nil, status: Int = 200
    ) {
        guard let operation = HopXOperation(method: method, path: path) else {
            Issue.record("unknown operation \(method) \(path)")
            return
        }
        note(
            operation, request: Request(method: method, path: path, query: query, body: Array(body.utf8)),
            status: status)
    }
}
