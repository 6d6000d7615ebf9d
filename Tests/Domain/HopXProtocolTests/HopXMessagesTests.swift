import Documents
import HTTPMessages
import HopXProtocol
import Testing

@Suite struct HopXMessagesTests {
    @Test func controlErrorHasWhatEveryClientReads() async throws {
        let response = HopXError.sandboxNotFound("ab12").response(on: .control, requestID: "req_1", now: 0)
        #expect(response.status == 404)
        #expect(response.headers["X-Request-ID"] == "req_1")
        let expected: JSONValue = [
            "error": [
                "code": "SANDBOX_NOT_FOUND", "message": "Sandbox ab12 not found", "request_id": "req_1", "details": [:],
            ],
            "message": "Sandbox ab12 not found", "code": "SANDBOX_NOT_FOUND", "request_id": "req_1",
        ]
        #expect(try await response.json() == expected)
    }

    @Test func agentErrorHasWhatEveryClientReads() async throws {
        let response = HopXError.fileNotFound("/workspace/x").response(
            on: .agent, requestID: "req_2", now: 1_763_900_000)
        #expect(response.headers["content-type"] == "application/json")
        #expect(response.headers["x-request-id"] == "req_2")
        let expected: JSONValue = [
            "error": "File not found: /workspace/x", "message": "File not found: /workspace/x",
            "code": "FILE_NOT_FOUND", "request_id": "req_2", "timestamp": "2025-11-23T12:13:20Z",
            "path": "/workspace/x", "details": ["path": "/workspace/x"],
        ]
        #expect(try await response.json() == expected)
    }

    @Test(arguments: [
        ("{}", "INVALID_REQUEST", "Give exactly one of template_name and template_id"),
        (
            #"{"template_name": "a", "template_id": "1"}"#, "INVALID_REQUEST",
            "Give exactly one of template_name and template_id"
        ),
        (#"{"template_name": 1}"#, "INVALID_REQUEST", "template_name must be a text"),
        (
            #"{"template_name": "a", "timeout_seconds": 0}"#, "INVALID_REQUEST",
            "timeout_seconds must be a whole number above 0"
        ),
        (#"{"template_name": "a", "env_vars": {"A": 1}}"#, "INVALID_REQUEST", "env_vars.A must be a text"),
        (
            #"{"template_name": "a", "env_vars": {"A=B": "1"}}"#, "INVALID_REQUEST",
            "env_vars has a name or value that no process can be given"
        ),
        ("[]", "INVALID_JSON", "The request body must be a JSON object"),
        ("", "INVALID_JSON", "The request body is not JSON: a value is missing at byte 0"),
    ])
    func badCreationIsRefused(body: String, code: String, message: String) {
        #expect(throws: HopXError(400, code, message)) { try SandboxCreation(body: Array(body.utf8)) }
    }

    @Test(arguments: [#""7""#, "7", #"{"value": 7}"#, #"{"value": "7"}"#])
    func templateIDIsTextHoweverItWasSent(spelling: String) throws {
        let creation = try SandboxCreation(body: Array(#"{"template_id": \#(spelling)}"#.utf8))
        #expect(creation.templateID == "7")
        let sandbox = HopXSandbox(id: "ab", creation: creation, createdAt: 0)
        #expect(sandbox.fields["template_id"] == "7")
    }

    @Test func runsAreReadInEveryClientsSpelling() throws {
        let code = try CodeRun(
            .execute, body: Array(#"{"code": "1", "language": "python3", "timeout": 60, "workdir": "/app"}"#.utf8))
        #expect(code == CodeRun(.code("1", language: .python), timeoutSeconds: 60, directory: "/app"))
        let words = try CodeRun(.runCommand, body: Array(#"{"command": "bash", "args": ["-c", "ls"]}"#.utf8))
        let line = try CodeRun(.runCommand, body: Array(#"{"command": "ls", "working_dir": "/workspace"}"#.utf8))
        #expect(words == line)
        let typed = try CodeRun(.execute, body: Array(#"{"code": "1", "language": "ts"}"#.utf8))
        #expect(typed.work == .code("1", language: .typescript))
        #expect(throws: HopXError.missingParameter("code")) { try CodeRun(.execute, body: Array("{}".utf8)) }
        #expect(throws: HopXError.invalidRequest("Unsupported language: cobol")) {
            try CodeRun(.execute, body: Array(#"{"code": "1", "language": "cobol"}"#.utf8))
        }
    }

    @Test func firstOfEachKindHasAFieldAndClientsKnowTheTypesOfTheList() {
        let outcome = CodeOutcome(
            stdout: "", stderr: "", exitCode: 0, executionTime: 0,
            richOutputs: [
                RichOutput(.png, "a", source: "matplotlib"), RichOutput(.png, "b", source: "matplotlib"),
                RichOutput(.svg, "<svg/>"), RichOutput(.dataframe, ["data": []], source: "polars"),
            ])
        let body = outcome.body(of: CodeRun(.code("", language: .python)), now: 0)
        #expect(body["png"] == "a" && body["svg"] == "<svg/>" && body["dataframe"] == ["data": []])
        let listed = body["rich_outputs"]?.arrayValue ?? []
        #expect(listed.map { $0["type"] } == ["image/png", "image/png", "application/vnd.dataframe+json"])
        #expect(listed.first?["data"] == ["image/png": "a"])
        #expect(
            listed.map { $0["metadata"] } == [["source": "matplotlib"], ["source": "matplotlib"], ["source": "other"]])
        #expect(listed.allSatisfy { $0["timestamp"] == "1970-01-01T00:00:00Z" })
    }

    @Test func failingProgramIsASuccessfulAnswerWithEveryField() {
        let run = CodeRun(.code("1/0", language: .python))
        let outcome = CodeOutcome(stdout: "", stderr: "E\n", exitCode: 1, executionTime: 0.0312509)
        let expected: JSONValue = [
            "success": false, "stdout": "", "stderr": "E\n", "exit_code": 1,
            "execution_time": .number(JSONNumber(spelling: "0.031251") ?? JSONNumber(0)), "language": "python",
            "timestamp": "1970-01-01T00:00:00Z",
        ]
        #expect(outcome.body(of: run, now: 0.9) == expected)
    }

    @Test func fileStatusHasBothSpellings() {
        let status = FileStatus(path: "/workspace/d", size: 0, isDirectory: true, mode: 0o755, modifiedAt: 0)
        let expected: JSONValue = [
            "name": "d", "path": "/workspace/d", "size": 0, "is_directory": true, "is_dir": true,
            "permissions": "drwxr-xr-x", "mode": "0755", "modified_time": "1970-01-01T00:00:00Z",
            "modified": "1970-01-01T00:00:00Z",
        ]
        #expect(status.body == expected)
    }

    @Test func tokensLookLikeWebTokensAndNeverRepeat() {
        func token(_ number: Int, secret: String = "s") -> String {
            HopXToken.issue(sandbox: "ab", number: number, expiresAt: 1_763_900_000, secret: secret)
        }
        #expect(token(1) == token(1))
        #expect(Set([token(1), token(2), token(1, secret: "t")]).count == 3)
        #expect(token(1).split(separator: ".").count == 3)
        #expect(token(1).hasPrefix("eyJ"))
        #expect(token(1).allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
    }
}

extension Response {
    fileprivate func json() async throws -> JSONValue {
        try JSONValue(parsing: try #require(try await content.joined()))
    }
}
