import Foundation
import Testing

@Suite struct ServeTests {
    @Test(arguments: ["tutorial", "cassettes", "cassettes/tutorial", "./cassettes/tutorial/"])
    func aFolderIsNamedWithTheCassettesInIt(name: String) async throws {
        let serve = try await ProjectFolder.withStory().run("serve", "--cassette", name)
        #expect(serve.status == 2, "\(serve)")
        #expect(serve.complaints.contains("is a folder"), "\(serve)")
        #expect(serve.complaints.contains("fix: name one of the cassettes in it: tutorial/two-agent"), "\(serve)")
    }

    @Test func aCassetteBesideAFolderOfItsNameIsTheCassette() async throws {
        let project = try ProjectFolder.withStory()
        try project.write(
            ProjectFolder.twoAnswers.replacing("name: two-answers", with: "name: tutorial"),
            to: "cassettes/tutorial.yaml")
        try await project.serving(["--cassette", "tutorial"]) { server in
            let said = try await server.said("hello")
            #expect(said == "first")
        }
    }

    let project: ProjectFolder

    init() throws {
        project = try ProjectFolder()
        try project.write(ProjectFolder.twoAnswers, to: "cassettes/two-answers.yaml")
    }

    /// Serves `two-answers` while `body` runs; a signal then ends the server.
    ///
    /// - Returns: The server's outcome.
    @discardableResult
    private func serving(
        _ arguments: [String] = ["--cassette", "two-answers"], endedBy signal: Int32 = SIGTERM,
        _ body: ([String: String], ChildProcess) async throws -> Void = { _, _ in }
    ) async throws -> ProjectFolder.Outcome {
        let arguments = ["serve", "--format", "json"] + arguments
        return try await project.running(arguments) { server in
            let line = try await server.output { $0.hasPrefix("{") }
            let exports = try JSONDecoder().decode([String: [String: String]].self, from: Data(line.utf8))["exports"]
            try await body(try #require(exports), server)
            server.signal(signal)
            let status = await server.end()
            return .init(arguments: arguments, status: status, output: server.output, complaints: server.complaints)
        }
    }

    private func ask(
        _ exports: [String: String], key: String? = nil, question: String = ProjectFolder.question,
        headers: [String: String] = [:]
    ) async throws -> Loopback.Answer {
        let key = key ?? exports["OPENAI_API_KEY"] ?? ""
        return try await Loopback.send(
            "POST", (exports["OPENAI_BASE_URL"] ?? "") + "/chat/completions",
            headers: ["authorization": "Bearer \(key)"].merging(headers) { _, new in new }, body: question)
    }

    @Test func aShellCanEvaluateWhatIsPrinted() async throws {
        try await project.running(["serve", "--cassette", "two-answers"]) { server in
            let exports = try await server.output { $0.hasPrefix("export NO_PROXY=") }
            try project.write(exports, to: "exports.sh")
            let shell = try ChildProcess(
                [
                    "/bin/sh", "-euc",
                    #"eval "$(cat exports.sh)"; echo "$OPENAI_BASE_URL $OPENAI_API_KEY $HOPX_BASE_URL "#
                        + #"$HOPX_API_KEY $PYTHONPATH""#,
                ],
                environment: ["PYTHONPATH": "/a folder:/b"], folder: project.path, scratch: project.path)
            #expect(await shell.end() == 0, "\(shell.complaints)")
            let match = shell.output.wholeMatch(
                of: #/(http://127\.0\.0\.1:\d+)/v1 (\S+) (http://127\.0\.0\.1:\d+) (\S+) (.+):/a folder:/b\n/#)
            let parts = try #require(match, "\(shell.output)")
            #expect(parts.1 == parts.3 && parts.2 == "us-two-answers" && parts.4 == "us-two-answers")
            // The folder that makes Python's HopX clients read their address from the environment.
            let files = try FileManager.default.contentsOfDirectory(atPath: String(parts.5))
            #expect(files == ["sitecustomize.py"] && parts.5.contains("/.understudy/shim/"))
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func theFirstRequestIsAnsweredAndASignalEndsIt(signal: Int32) async throws {
        let serve = try await serving(endedBy: signal) { exports, _ in
            let answer = try await ask(exports)
            #expect(answer.status == 200 && answer.string("choices.0.message.content") == "first", "\(answer.text)")
        }
        #expect(serve.status == 0 && serve.complaints.isEmpty, "\(serve)")
    }

    @Test func aMissIsToldAndMakesTheExitCode() async throws {
        let serve = try await serving { exports, server in
            let answer = try await ask(
                exports, question: #"{"model":"gpt-4o","messages":[{"role":"user","content":"goodbye"}]}"#)
            #expect(answer.status == 422 && answer.string("error.code") == "cassette_miss", "\(answer.text)")
            #expect(answer.string("error.message")?.contains("understudy record two-answers") == true, "\(answer.text)")
            let told = try await server.complaints { $0.contains("understudy record two-answers") }
            #expect(told.hasPrefix("miss in us-two-answers: "), "\(told)")
            for part in ["nearest: interaction", "$.messages[0].content", #""hello""#, #""goodbye""#] {
                #expect(told.contains(part), "\(part) is missing in \(told)")
            }
        }
        #expect(serve.status == 1 && serve.complaints.hasSuffix("1 miss\n"), "\(serve)")
    }

    @Test func aBrokenRecordingIsToldWhenItIsAskedFor() async throws {
        // A document that has its key is not read before it is needed.
        try project.copy(
            "cassettes/two-answers.yaml", replacing: "request:",
            with: "key: \(String(repeating: "0", count: 32))\nrequest:")
        #expect(try await project.run("cassette", "rekey", "two-answers").status == 0)
        try project.copy("cassettes/two-answers.yaml", replacing: "  status: 200\n", with: "  status: fine\n")
        let serve = try await serving { exports, server in
            let answer = try await ask(exports)
            #expect(answer.status >= 400, "\(answer.text)")
            let told = try await server.complaints { $0.contains("cassettes/two-answers.yaml:") }
            #expect(told.firstMatch(of: #/cassettes/two-answers\.yaml:\d+:\d+: error: .*status/#) != nil, "\(told)")
        }
        #expect(serve.status == 1, "\(serve)")
    }

    @Test func positionsAreApart() async throws {
        let serve = try await serving { exports, _ in
            var texts: [String?] = []
            for key in [
                "us-two-answers.a", "us-two-answers.b", "us-two-answers.a", "us-two-answers.b", "us-two-answers",
            ] {
                texts.append(try await ask(exports, key: key).string("choices.0.message.content"))
            }
            #expect(texts == ["first", "first", "second", "second", "first"])
        }
        #expect(serve.status == 0, "\(serve)")
    }

    @Test func aSessionThatStartsOverSaysSo() async throws {
        let serve = try await serving { exports, server in
            for _ in 0..<2 { _ = try await ask(exports) }
            #expect(try await ask(exports).string("choices.0.message.content") == "first")
            let told = try await server.complaints { _ in true }
            #expect(told.contains("us-two-answers") && told.contains("starts over"), "\(told)")
        }
        #expect(serve.status == 0, "\(serve)")
    }

    @Test func usedUpRecordingsAreAMissWhenAsked() async throws {
        let serve = try await serving(["--cassette", "two-answers", "--used-up", "error"]) { exports, _ in
            for _ in 0..<2 { _ = try await ask(exports) }
            let answer = try await ask(exports)
            #expect(answer.status == 422 && answer.text.contains("2 times"), "\(answer.text)")
        }
        #expect(serve.status == 1, "\(serve)")
    }

    @Test func otherCassettesAreServedByTheirKeys() async throws {
        try project.write(
            ProjectFolder.twoAnswers.replacing("two-answers", with: "other/story"), to: "cassettes/other/story.yaml")
        let serve = try await serving { exports, _ in
            #expect(try await ask(exports, key: "us-other:story").string("choices.0.message.content") == "first")
            let unknown = try await ask(exports, key: "us-nowhere")
            #expect(unknown.status == 401 && unknown.text.contains("nowhere"), "\(unknown.text)")
            #expect(try await ask(exports, key: "sk-anything").string("choices.0.message.content") == "first")
        }
        #expect(serve.status == 0, "\(serve)")
    }

    @Test func aCassetteOutsideTheFolderIsServed() async throws {
        try FileManager.default.moveItem(
            atPath: "\(project.path)/cassettes/two-answers.yaml", toPath: "\(project.path)/given.yaml")
        let serve = try await serving(["--cassette", "given.yaml"]) { exports, _ in
            for key in [nil, "us-two-answers.b"] {
                let answer = try await ask(exports, key: key)
                #expect(answer.string("choices.0.message.content") == "first", "\(answer.text)")
            }
        }
        #expect(serve.status == 0, "\(serve)")
    }

    @Test func strangersAreRefused() async throws {
        let serve = try await serving(["--cassette", "two-answers", "--allow-host", "box.local"]) { exports, _ in
            for (name, value, status) in [
                ("host", "evil.example", 403), ("host", "127.0.0.1.evil.example:80", 403),
                ("origin", "https://evil.example", 403),
                ("origin", "null", 403), ("host", "box.local:8080", 200), ("host", "localhost", 200),
            ] {
                let answer = try await ask(exports, headers: [name: value])
                #expect(answer.status == status, "\(name) \(value): \(answer.text)")
            }
        }
        #expect(serve.status == 0, "\(serve)")
    }

    @Test func onlyGivenKeysAndSessionKeysAreAccepted() async throws {
        let serve = try await serving(["--cassette", "two-answers", "--key", "sesame-sesame"]) { exports, _ in
            for (key, status) in [("sk-other", 401), ("sesame-sesame", 200), ("us-two-answers", 200)] {
                let answer = try await ask(exports, key: key)
                #expect(answer.status == status, "\(key): \(answer.text)")
            }
        }
        #expect(serve.status == 0, "\(serve)")
    }

    @Test func aPortInUseIsTheWorldsFault() async throws {
        try await serving { exports, _ in
            let port = try #require(URLComponents(string: exports["OPENAI_BASE_URL"] ?? "")?.port)
            for command in [["serve", "--cassette", "two-answers"], ["sandbox"]] {
                let second = try await project.run(command + ["--port", "\(port)"])
                #expect(second.status == 4 && second.output.isEmpty, "\(second)")
                #expect(second.complaints.hasPrefix("error: ") && second.complaints.contains("\(port)"), "\(second)")
            }
        }
    }

    @Test func theShippedStoryIsServed() async throws {
        let project = try ProjectFolder.withStory()
        try await project.running(["serve", "--cassette", "tutorial/two-agent", "--format", "json"]) { server in
            let line = try await server.output { $0.hasPrefix("{") }
            #expect(line.contains("us-tutorial:two-agent"), "\(line)")
            let exports =
                try JSONDecoder().decode([String: [String: String]].self, from: Data(line.utf8))["exports"] ?? [:]
            let models = try await Loopback.send(
                "GET", (exports["OPENAI_BASE_URL"] ?? "") + "/models",
                headers: ["authorization": "Bearer us-tutorial:two-agent"])
            #expect(models.status == 200 && models.string("data.0.id") == "gpt-4o", "\(models.text)")
        }
    }
}
