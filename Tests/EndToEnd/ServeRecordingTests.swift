import Foundation
import Synchronization
import Testing

/// A server that records what any program asks through it.
@Suite struct ServeRecordingTests {
    static let recording = ProjectFolder.talk + ".recording"

    let project: ProjectFolder
    let upstream: ScriptedUpstream

    init() throws {
        project = try ProjectFolder()
        upstream = try .echo()
    }

    /// Records with a server while `body` runs.
    private func recording(
        _ upstream: ScriptedUpstream? = nil, _ more: [String] = [], environment: [String: String] = [:],
        endedBy signal: Int32 = SIGTERM, _ body: (Served) async throws -> Void
    ) async throws -> ProjectFolder.Outcome {
        try await project.serving(
            ProjectFolder.recordingTalk(from: (upstream ?? self.upstream).origin + "/v1") + more,
            environment: environment, endedBy: signal, body)
    }

    /// Plays what was recorded.
    private func replaying(_ body: (Served) async throws -> Void) async throws {
        let serve = try await project.serving(["--cassette", "talk", "--used-up", "error"], body)
        #expect(serve.status == 0, "\(serve)")
    }

    // MARK: Who is answered

    @Test func onlyThePrintedKeyIsAccepted() async throws {
        try project.write(ProjectFolder.twoAnswers, to: "cassettes/two-answers.yaml")
        let serve = try await recording { server in
            #expect(server.key.hasPrefix("us-talk.") && server.key.utf8.count >= 24, "\(server.key)")
            for key in [
                "us-talk", "us-talk.a", "us-two-answers", "sk-proj-anything", "", String(server.key.dropLast()),
                server.key + "x", server.key.uppercased(),
            ] {
                let answer = try await server.ask("hello", key: key)
                #expect(answer.status == 401, "\(key): \(answer.text)")
                #expect(!answer.text.contains(server.key))
            }
            for path in ["/s/talk/v1/chat/completions", "/s/two-answers/v1/chat/completions", "/v1/models"] {
                let answer = try await Loopback.send("POST", server.origin + path, body: Served.question("hello"))
                #expect(answer.status == 401, "\(path): \(answer.text)")
            }
            #expect(upstream.asked.isEmpty)
            let answer = try await server.ask("hello")
            #expect(answer.status == 200 && answer.text.contains("answer to hello"), "\(answer.text)")
        }
        #expect(serve.status == 0, "\(serve)")
        #expect(upstream.asked.count == 1)
    }

    @Test func aGivenKeyIsAcceptedToo() async throws {
        let serve = try await recording(upstream, ["--key", "sesame-sesame"]) { server in
            let given = try await server.said("hello", key: "sesame-sesame")
            let printed = try await server.said("goodbye")
            #expect(given == "answer to hello" && printed == "answer to goodbye")
        }
        #expect(serve.status == 0, "\(serve)")
        try await replaying { server in
            let said = try await [server.said("hello"), server.said("goodbye")]
            #expect(said == ["answer to hello", "answer to goodbye"])
        }
    }

    @Test func theServiceGetsTheLiveKeyAndNoFileDoes() async throws {
        let keys = ["OPENAI_API_KEY": "sk-live-0123456789abcdef0123", "OTHER_KEY": "ant-0123456789abcdef-other"]
        var printed = ""
        let serve = try await recording(
            upstream, ["--upstream", "anthropic=\(upstream.origin)", "--upstream-key", "anthropic=env:OTHER_KEY"],
            environment: keys
        ) { server in
            printed = server.key
            _ = try await server.ask("hello")
            let other = try await Loopback.send(
                "POST", server.origin + "/v1/messages", headers: ["x-api-key": server.key],
                body: Served.question("hi"))
            #expect(other.status == 200, "\(other.text)")
        }
        #expect(serve.status == 0, "\(serve)")
        #expect(upstream.asked.first?.field("authorization") == "Bearer sk-live-0123456789abcdef0123")
        #expect(upstream.asked.last?.field("x-api-key") == "ant-0123456789abcdef-other")
        #expect(upstream.asked.allSatisfy { !$0.head.contains(printed) })
        for secret in Array(keys.values) + [printed] {
            #expect(try project.files(containing: secret) == [])
            #expect(!serve.complaints.contains(secret), "\(serve)")
        }
    }

    // MARK: How it ends

    @Test(arguments: [SIGTERM, SIGINT])
    func aSignalCompletesTheRecording(signal: Int32) async throws {
        try project.write(ProjectFolder.twoAnswers.replacing("two-answers", with: "talk"), to: ProjectFolder.talk)
        let old = try project.text(ProjectFolder.talk)
        let serve = try await recording(endedBy: signal) { server in
            _ = try await server.ask("hello")
            #expect(try project.text(ProjectFolder.talk) == old && project.has(Self.recording))
        }
        #expect(serve.status == 0, "\(serve)")
        #expect(serve.complaints.contains("recorded \(ProjectFolder.talk): 1 interaction\n"), "\(serve)")
        #expect(project.files == [ProjectFolder.talk])
        try await replaying { server in
            let said = try await server.said("hello")
            #expect(said == "answer to hello")
        }
    }

    @Test func aKilledServerReplacesNothing() async throws {
        try project.write(ProjectFolder.twoAnswers.replacing("two-answers", with: "talk"), to: ProjectFolder.talk)
        let old = try project.text(ProjectFolder.talk)
        let serve = try await recording(endedBy: SIGKILL) { server in _ = try await server.ask("hello") }
        #expect(serve.status == 128 + SIGKILL)
        #expect(try project.text(ProjectFolder.talk) == old)
        let adopt = try await project.run("cassette", "adopt", "talk")
        #expect(adopt.status == 0 && adopt.output.contains("1 interaction"), "\(adopt)")
        #expect(try project.text(ProjectFolder.talk).contains("answer to hello"))
    }

    @Test func withoutAnyRequestTheOldCassetteStays() async throws {
        try project.write(ProjectFolder.twoAnswers.replacing("two-answers", with: "talk"), to: ProjectFolder.talk)
        let old = try project.text(ProjectFolder.talk)
        let serve = try await recording { _ in }
        #expect(serve.status == 0, "\(serve)")
        #expect(try project.text(ProjectFolder.talk) == old)
    }

    @Test func aSecondServerOfTheSameCassetteIsTurnedAway() async throws {
        let serve = try await recording { _ in
            // Before anything has been asked: the first one has the recording from its start.
            let second = try await project.run(
                ["serve", "--format", "json"] + ProjectFolder.recordingTalk(from: upstream.origin + "/v1"))
            #expect(second.status == 4 && second.output.isEmpty, "\(second)")
            #expect(second.complaints.contains("another understudy is recording it"), "\(second)")
        }
        #expect(serve.status == 0, "\(serve)")
    }

    // MARK: What is recorded

    @Test func allServicesAreOnOneTimeline() async throws {
        let paths = ["/v1/chat/completions", "/v1/messages", "/to/docs/page?b=2&a=1", "/v1/chat/completions"]
        func ask(_ server: Served) async throws -> [String] {
            var texts: [String] = []
            for (number, path) in paths.enumerated() {
                let client = try RawClient(port: server.port)
                let body = Served.question("question \(number)")
                client.send(
                    "POST \(path) HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer \(server.key)\r\n"
                        + "content-type: application/json\r\nconnection: close\r\n"
                        + "content-length: \(body.utf8.count)\r\n\r\n\(body)")
                texts.append(String(decoding: try await onThread { client.readToEnd().bytes }, as: UTF8.self))
            }
            return texts
        }
        var recorded: [String] = []
        let serve = try await recording(
            upstream,
            ["--upstream", "anthropic=\(upstream.origin)/api", "--upstream", "http:docs=\(upstream.origin)/base/"]
        ) { recorded = try await ask($0) }
        #expect(serve.status == 0, "\(serve)")
        #expect(
            upstream.asked.map(\.line) == [
                "POST /v1/chat/completions HTTP/1.1", "POST /api/v1/messages HTTP/1.1",
                "POST /base/page?b=2&a=1 HTTP/1.1", "POST /v1/chat/completions HTTP/1.1",
            ])
        for (number, text) in recorded.enumerated() {
            #expect(text.contains("answer to question \(number)"), "\(text)")
        }

        let text = try project.text(ProjectFolder.talk)
        let operations = text.matches(of: #/(?m)^(openai|anthropic|http): "?(POST [^?"\n]+)/#).map { "\($0.1) \($0.2)" }
        #expect(
            operations == [
                "openai POST /v1/chat/completions", "anthropic POST /v1/messages", "http POST /to/docs/page",
                "openai POST /v1/chat/completions",
            ], "\(text)")
        let times = text.matches(of: #/(?m)^ *at: ([0-9.]+)$/#).compactMap { Double($0.1) }
        #expect(times.count == 8 && times == times.sorted(), "\(times)")
        try await replaying { server in
            let replayed = try await ask(server)
            #expect(replayed == recorded)
        }
        #expect(upstream.asked.count == 4)
    }

    @Test func aRefusedConnectionIsToldAtOnceAndReplaysSo() async throws {
        let (port, socket) = try Loopback.bindUnusedPort()
        defer { close(socket) }
        @Sendable func end(_ server: Served) async throws -> (bytes: [UInt8], end: RawClient.End) {
            let client = try RawClient(port: server.port)
            let body = Served.question("hello")
            client.send(Served.head("content-length: \(body.utf8.count)", key: server.key) + body)
            return try await onThread { client.readToEnd() }
        }
        let serve = try await project.serving(ProjectFolder.recordingTalk(from: "http://127.0.0.1:\(port)/v1")) {
            server in
            let seen = try await end(server)
            #expect(seen.bytes.isEmpty && seen.end == .reset)
        }
        #expect(serve.status == 0, "\(serve)")
        let text = try project.text(ProjectFolder.talk)
        #expect(text.contains("end: refused") && !text.contains("status:"), "\(text)")
        try await replaying { server in
            let seen = try await end(server)
            #expect(seen.bytes.isEmpty && seen.end == .reset)
        }
    }

    @Test func aClientThatLeavesDoesNotSpoilTheRecording() async throws {
        let hasLeft = Mutex(false)
        let events = (1...40).map { "data: {\"n\":\($0)}\n\n" }
        let upstream = try ScriptedUpstream { asked, client in
            guard asked.question == "stream" else {
                client.write(ScriptedUpstream.message("answer to \(asked.question)"))
                return true
            }
            client.write(ScriptedUpstream.eventStream + ScriptedUpstream.chunk(events[0]))
            // The rest is sent when nobody is there any more.
            guard eventually({ hasLeft.withLock { $0 } ? true : nil }) == true else { return false }
            for event in events.dropFirst() { client.write(ScriptedUpstream.chunk(event)) }
            client.write("0\r\n\r\n")
            return true
        }
        let body = Served.question("stream")
        let serve = try await recording(upstream) { server in
            do {
                let client = try RawClient(port: server.port)
                client.send(Served.head("content-length: \(body.utf8.count)", key: server.key) + body)
                let start = try await onThread { client.read(until: events[0]) }
                #expect(start.contains(events[0]), "\(start)")
            }
            hasLeft.withLock { $0 = true }
            let said = try await server.said("hello")
            #expect(said == "answer to hello")
            let file = project.path + "/" + Self.recording
            let isThere = try await onThread {
                eventually {
                    let text = FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) }
                    return text?.contains(#"data: '{"n":40}'"#) == true ? true : nil
                }
            }
            #expect(isThere == true, "the rest of the stream is not recorded")
        }
        #expect(serve.status == 0, "\(serve)")
        #expect(try !project.text(ProjectFolder.talk).contains("end:"))
        try await replaying { server in
            let answer = try await Loopback.send(
                "POST", server.origin + "/v1/chat/completions", headers: ["authorization": "Bearer \(server.key)"],
                body: body)
            #expect(answer.text == events.joined())
            let said = try await server.said("hello")
            #expect(said == "answer to hello")
        }
    }

    @Test func aPackedAnswerIsStoredUnpacked() async throws {
        // `gzip` of an assistant's message that says "packed".
        let packed = try #require(
            Data(
                base64Encoded:
                    "H4sIAAAAAAACAxWMMQrDQAwE/7K1CUl7XwkpFJ2wldiSsVQYjvu7fdUyDLMNWlHAL0zw7084By2UD/ZtXyXV7Va8uLIEyrtBrcqJ8pywSQTNgtJw+HovKEIjyXI0bik2/nbiv1T0/ukXKqQZ0HAAAAA="
            ))
        let upstream = try ScriptedUpstream { _, client in
            client.write(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n"
                    + "content-length: \(packed.count)\r\n\r\n")
            client.write([UInt8](packed))
            return true
        }
        let serve = try await recording(upstream) { server in
            let said = try await server.said("hello")
            #expect(said == "packed")
        }
        #expect(serve.status == 0, "\(serve)")
        let text = try project.text(ProjectFolder.talk)
        #expect(text.contains("content: packed") && !text.contains("gzip") && !text.contains("base64"), "\(text)")
        try await replaying { server in
            let said = try await server.said("hello")
            #expect(said == "packed")
        }
    }

    @Test func anAnswerThatBreaksOffBreaksOffAgain() async throws {
        let upstream = try ScriptedUpstream { _, client in
            client.write(ScriptedUpstream.eventStream + ScriptedUpstream.chunk("data: {\"n\":1}\n\n"))
            return false
        }
        @Sendable func answer(_ server: Served) async throws -> String {
            let client = try RawClient(port: server.port)
            let body = Served.question("hello")
            client.send(Served.head("content-length: \(body.utf8.count)", key: server.key) + body)
            return try await onThread { String(decoding: client.readToEnd().bytes, as: UTF8.self) }
        }
        var recorded = ""
        let serve = try await recording(upstream) { recorded = try await answer($0) }
        #expect(serve.status == 0, "\(serve)")
        #expect(recorded.contains("data: {\"n\":1}") && !recorded.hasSuffix("0\r\n\r\n"), "\(recorded)")
        #expect(try project.text(ProjectFolder.talk).contains("end: reset"))
        try await replaying { server in
            let replayed = try await answer(server)
            #expect(replayed == recorded)
        }
    }
}
