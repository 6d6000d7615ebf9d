import Foundation
import Testing

/// Whoever reaches the port, or wrote the file: nobody gets what is not theirs, and nothing brings a command down.
@Suite struct HostileInputTests {
    private static let mebibyte = 1 << 20

    let project: ProjectFolder

    init() throws {
        project = try ProjectFolder()
        try project.write(ProjectFolder.twoAnswers, to: "cassettes/two-answers.yaml")
    }

    /// Serves `two-answers` for as long as `body` takes, and asks it afterwards whether it is still there.
    private func attacking(_ body: (Served) async throws -> Void) async throws {
        let serve = try await project.serving(["--cassette", "two-answers"]) { server in
            try await body(server)
            let answer = try await server.ask("hello")
            #expect(answer.status == 200, "\(answer.text)")
        }
        // Whether there was a miss is not the point here.
        #expect(serve.status < 2, "\(serve)")
    }

    // MARK: Strangers

    static let pages = [
        "GET /", "POST /v1/chat/completions", "GET /v1/models", "POST /v1/sandboxes", "POST /s/two-answers/v1/messages",
        "GET /x/1234/health", "GET /to/docs/page", "GET /_understudy/status", "POST /_understudy/faults",
        "DELETE /_understudy/requests", "GET /_understudy/metrics",
    ]

    @Test(arguments: [
        ("host", "evil.example"), ("host", "127.0.0.1.evil.example:80"), ("host", "localhost.evil.example"),
        ("host", "0x7f000001.evil"), ("origin", "https://evil.example"), ("origin", "http://127.0.0.1.evil.example"),
        ("origin", "null"),
    ])
    func noPageOfAStrangerReachesAnything(field: String, value: String) async throws {
        let upstream = try ScriptedUpstream.echo()
        try await attacking { server in try await expectRefusal(server, field, value) }
        let serve = try await project.serving(
            ProjectFolder.recordingTalk(from: upstream.origin + "/v1", "--upstream", "http:docs=\(upstream.origin)")
        ) { server in try await expectRefusal(server, field, value) }
        #expect(serve.status == 0 && upstream.asked.isEmpty, "\(serve)")
    }

    private func expectRefusal(_ server: Served, _ field: String, _ value: String) async throws {
        for page in Self.pages {
            let parts = page.split(separator: " ").map(String.init)
            let answer = try await Loopback.send(
                parts[0], server.origin + parts[1],
                headers: [field: value, "authorization": "Bearer \(server.key)"], body: Served.question("hello"))
            #expect(answer.status == 403, "\(page): \(answer.status) \(answer.text)")
        }
    }

    // MARK: Names that leave their folder

    @Test(arguments: [
        "us-..:secret", "us-../secret", "us-..", "us-%2e%2e:secret", "us-two-answers/../../secret", "us-:etc:passwd",
        "us-a:..:..:secret", "us-secret.yaml",
    ])
    func noKeyLeavesTheFolder(key: String) async throws {
        try plantSecret()
        try await attacking { server in
            let answer = try await server.ask("hello", key: key)
            #expect(answer.status == 401 && !answer.text.contains("planted"), "\(answer.status) \(answer.text)")
        }
    }

    @Test(arguments: ["us-two-answers.a b", "us-two-answers.a.b", "us-two-answers.", "us-two-answers.../x"])
    func aPositionIsAWord(key: String) async throws {
        try await attacking { server in
            let answer = try await server.ask("hello", key: key)
            #expect(answer.status == 401, "\(answer.status) \(answer.text)")
            #expect(answer.text.contains("a POSITION of at most 64 of A-Z, a-z, 0-9, '_' and '-'"), "\(answer.text)")
        }
        // Refused keys open no session, so nothing grows with them.
        try await attacking { server in
            let long = try await server.ask("hello", key: "us-two-answers." + String(repeating: "x", count: 5000))
            #expect(long.status == 401 && long.text.utf8.count < 1000, "\(long.status) \(long.text)")
        }
    }

    @Test(arguments: [
        "/s/../v1/chat/completions", "/s/..%2fsecret/v1/chat/completions", "/s/%2e%2e:secret/v1/chat/completions",
        "/s/..:secret/v1/chat/completions", "/s/../../secret/v1/chat/completions", "/s//v1/chat/completions",
        "/_understudy/sessions/..%2fsecret/status", "/_understudy/sessions/..:secret/status",
        "/_understudy/sessions/../../secret/status", "/_understudy/sessions/%2e%2e%3asecret/reset",
        "/to/../../secret.yaml", "/x/../../secret.yaml/files",
    ])
    func noPathLeavesTheFolder(path: String) async throws {
        try plantSecret()
        try await attacking { server in
            for method in ["GET", "POST"] {
                let client = try RawClient(port: server.port)
                let body = Served.question("hello")
                client.send(
                    "\(method) \(path) HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n"
                        + "content-length: \(body.utf8.count)\r\n\r\n\(body)")
                let answer = try await onThread { String(decoding: client.readToEnd().bytes, as: UTF8.self) }
                #expect(answer.contains(#/^HTTP\/1\.1 4\d\d /#) && !answer.contains("planted"), "\(answer)")
            }
        }
    }

    /// A cassette where none is looked for.
    private func plantSecret() throws {
        try project.write(
            ProjectFolder.twoAnswers.replacing("two-answers", with: "secret").replacing("first", with: "planted"),
            to: "secret.yaml")
    }

    @Test(arguments: ["..", "../secret", "a/../b", "/etc/passwd", "a//b", "a b", "", "x/", ".hidden", "a:..:b", "ä"])
    func aFlagNamesNothingOutsideTheFolder(name: String) async throws {
        try plantSecret()
        let before = project.files
        let upstream = try ScriptedUpstream.echo()
        for mode in ["replay", "once", "new", "record"] {
            for command in [["serve"], ["exec", "--", "true"]] {
                let flags = ["--cassette", name, "--mode", mode, "--upstream", "openai=\(upstream.origin)/v1"]
                let outcome = try await project.run(command.prefix(1) + flags + command.dropFirst())
                #expect(outcome.status == 2 && outcome.complaints.hasPrefix("error: "), "\(outcome)")
            }
        }
        for verb in ["show", "adopt", "rekey", "redact", "stats"] {
            let outcome = try await project.run("cassette", verb, name)
            #expect(outcome.status == 2 && !outcome.output.contains("planted"), "\(outcome)")
        }
        #expect(project.files == before)
    }

    @Test(arguments: ["../secret", "../secret.yaml", "/etc/passwd", "a/../../secret"])
    func aScenarioNamesNothingOutsideTheFolder(name: String) async throws {
        try plantSecret()
        try project.write(ProjectFolder.greeting, to: "scenarios/greeting.yaml")
        try project.copy(
            "scenarios/greeting.yaml", replacing: "name: greeting\n", with: "name: greeting\ncassette: \(name)\n")
        let before = project.files
        for mode in ["replay", "once", "record"] {
            let run = try await project.run(
                "run", "greeting", "--mode", mode, "--upstream", "openai=script")
            #expect(run.status == 2, "\(run)")
            #expect(run.complaints.hasPrefix("scenarios/greeting.yaml:3:11: error: "), "\(run)")
        }
        #expect(project.files == before)
    }

    // MARK: Too much

    @Test func aBodyOfSeventyMegabytesIsRefused() async throws {
        try await attacking { server in
            let answer = try await flood(server, ["content-length: \(70 * Self.mebibyte)"], pieces: 70) { $0 }
            #expect(answer.text.hasPrefix("HTTP/1.1 413 "), "\(answer.text.prefix(300))")
        }
    }

    @Test func aBodyWithoutEndIsBounded() async throws {
        try await attacking { server in
            let answer = try await flood(server, ["transfer-encoding: chunked"], pieces: 1000) {
                Array("100000\r\n".utf8) + $0 + Array("\r\n".utf8)
            }
            #expect(answer.text.hasPrefix("HTTP/1.1 413 "), "\(answer.text.prefix(300))")
            #expect(answer.pieces < 200, "it read \(answer.pieces) MiB")
            let status = try String(contentsOfFile: "/proc/\(server.process.id)/status", encoding: .utf8)
            let peak = try #require(status.firstMatch(of: #/VmHWM:\s+(\d+) kB/#).flatMap { Int($0.1) })
            #expect(peak < 500_000, "it took \(peak) kB")
        }
    }

    /// Sends pieces of 1 MiB until nobody takes more.
    private func flood(
        _ server: Served, _ fields: [String], pieces: Int, _ frame: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) async throws -> (text: String, pieces: Int) {
        let client = try RawClient(port: server.port)
        client.send(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\n\(fields.joined(separator: "\r\n"))\r\n\r\n")
        return try await onThread {
            let piece = frame([UInt8](repeating: 0x20, count: Self.mebibyte))
            var count = 0
            while count < pieces, client.write(piece) { count += 1 }
            return (String(decoding: client.readToEnd().bytes, as: UTF8.self), count)
        }
    }

    @Test func fieldsWithoutEndAreBounded() async throws {
        try await attacking { server in
            let client = try RawClient(port: server.port)
            client.send("GET /v1/models HTTP/1.1\r\nhost: 127.0.0.1\r\n")
            let (count, answer) = try await onThread {
                let field = Array("x-filler: \(String(repeating: "x", count: 8000))\r\n".utf8)
                var count = 0
                while count < 10_000, !client.hasAnswer, client.write(field) { count += 1 }
                return (count, count < 10_000 ? String(decoding: client.readToEnd().bytes, as: UTF8.self) : "")
            }
            #expect(count < 10_000, "it read \(count * 8000) bytes of fields")
            #expect(answer.hasPrefix("HTTP/1.1 431 "), "\(answer)")
        }
    }

    @Test func aDeepBodyIsAnsweredAndRecorded() async throws {
        let depth = 100_000
        let deep =
            #"{"model":"gpt-4o","messages":"# + String(repeating: "[", count: depth)
            + String(repeating: "]", count: depth) + "}"
        @Sendable func ask(_ server: Served, _ path: String) async throws -> Loopback.Answer {
            try await Loopback.send(
                "POST", server.origin + path, headers: ["authorization": "Bearer \(server.key)"], body: deep)
        }
        try await attacking { server in
            let miss = try await ask(server, "/v1/chat/completions")
            #expect((400..<500).contains(miss.status), "\(miss.text.prefix(300))")
            let fault = try await ask(server, "/_understudy/faults")
            #expect(fault.status == 400, "\(fault.text.prefix(300))")
            let sandbox = try await ask(server, "/v1/sandboxes")
            #expect((400..<500).contains(sandbox.status), "\(sandbox.text.prefix(300))")
        }
        let upstream = try ScriptedUpstream { _, client in
            client.write(ScriptedUpstream.message("deep"))
            return true
        }
        let record = try await project.serving(ProjectFolder.recordingTalk(from: upstream.origin + "/v1")) { server in
            let answer = try await ask(server, "/v1/chat/completions")
            #expect(answer.status == 200, "\(answer.text.prefix(300))")
        }
        #expect(record.status == 0, "\(record)")
        let replay = try await project.serving(["--cassette", "talk"]) { server in
            let answer = try await ask(server, "/v1/chat/completions")
            #expect(answer.status == 200 && answer.text.contains("deep"), "\(answer.text.prefix(300))")
        }
        #expect(replay.status == 0, "\(replay)")
    }

    // MARK: Slow, idle, and garbage

    @Test func slowClientsBlockNobody() async throws {
        try await attacking { server in
            let body = Served.question("hello")
            let head = Served.head("content-length: \(body.utf8.count)", key: server.key)
            var slow: [(client: RawClient, rest: String)] = []
            for (number, whole) in (0..<64).map({ ($0, head + body) }) {
                // In the middle of the head, at its end, or in the middle of the body.
                let cut = [40, head.utf8.count, head.utf8.count + 10][number % 3]
                let client = try RawClient(port: server.port)
                client.send(String(decoding: Array(whole.utf8.prefix(cut)), as: UTF8.self))
                slow.append((client, String(decoding: Array(whole.utf8.dropFirst(cut)), as: UTF8.self)))
            }
            for _ in 0..<10 {
                let answer = try await server.ask("hello")
                #expect(answer.status == 200, "\(answer.text)")
            }
            for (client, rest) in slow {
                client.send(rest)
                let answer = try await onThread { client.readAnswer() }
                #expect(answer.isWhole && answer.text.hasPrefix("HTTP/1.1 200 "), "\(answer.text)")
            }
        }
    }

    @Test func aThousandIdleConnectionsBlockNobody() async throws {
        try await attacking { server in
            let idle = try (0..<1000).map { _ in try RawClient(port: server.port) }
            let answer = try await server.ask("hello")
            #expect(answer.status == 200, "\(answer.text)")
            // The last of them is a connection like any other.
            let body = Served.question("hello")
            idle[999].send(Served.head("content-length: \(body.utf8.count)", key: server.key) + body)
            let late = try await onThread { idle[999].readAnswer() }
            #expect(late.isWhole && late.text.hasPrefix("HTTP/1.1 200 "), "\(late.text)")
        }
    }

    @Test func garbageIsRefused() async throws {
        var seed: UInt64 = 20_251_126
        func noise(_ count: Int) -> [UInt8] {
            (0..<count).map { _ in
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: seed >> 33)
            }
        }
        let host = "host: 127.0.0.1\r\n"
        let garbage: [[UInt8]] =
            (0..<20).map { noise(1 << $0 % 12) }
            + [
                "\0\0\0\0", "\r\n\r\n\r\n\r\n", "GET", "GET / HTTP/9.9\r\n\r\n", "GET  HTTP/1.1\r\n\r\n",
                "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "POST /v1/chat/completions HTTP/1.1\r\n\(host)content-length: -1\r\n\r\n",
                "POST /v1/chat/completions HTTP/1.1\r\n\(host)content-length: 99999999999999999999\r\n\r\nx",
                "POST /v1/chat/completions HTTP/1.1\r\n\(host)content-length: 1\r\ncontent-length: 2\r\n\r\nxy",
                "POST /v1/chat/completions HTTP/1.1\r\n\(host)transfer-encoding: chunked\r\n\r\nZZ\r\nx",
                "POST /v1/chat/completions HTTP/1.1\r\n\(host)transfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nx",
                "GET /v1/models HTTP/1.1\r\nhost : 127.0.0.1\r\n\r\n",
                "GET /v1/models HTTP/1.1\r\n\(host)no colon here\r\n\r\n",
            ].map { Array($0.utf8) }
        try await attacking { server in
            for bytes in garbage {
                let client = try RawClient(port: server.port)
                _ = client.write(bytes)
                client.finish()
                let (answer, end) = try await onThread { client.readToEnd() }
                #expect(end != .silence, "the connection stays open after \(bytes.prefix(60))")
                #expect(!String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 200"), "\(bytes.prefix(60))")
            }
        }
    }

    // MARK: Files

    private static let bomb = """
        bomb:
          a: &a [x, x, x, x, x, x, x, x, x, x]
          b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
          c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
          d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
          e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
          f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
          g: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]
          h: &h [*g, *g, *g, *g, *g, *g, *g, *g, *g, *g]

        """

    @Test func anAliasBombInACassetteIsRefusedWithItsPlace() async throws {
        let bomb = Self.bomb.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
        try project.write(
            """
            ---
            understudy: cassette/1
            name: bomb
            ...
            ---
            interaction: 1
            at: 1.0
            openai: POST /v1/chat/completions
            request:
            \(bomb.replacing("  bomb:", with: "  body:"))
            response: {status: 200, at: 1.1}
            ...

            """, to: "cassettes/bomb.yaml")
        for verb in [["verify", "bomb"], ["show", "bomb"], ["rekey", "bomb"]] {
            let outcome = try await project.run(["cassette"] + verb)
            #expect(outcome.status == 2, "\(outcome)")
            #expect(outcome.complaints.contains("cassettes/bomb.yaml:11:8: error: "), "\(outcome)")
        }
    }

    @Test func anAliasBombInAScenarioIsRefusedWithItsPlace() async throws {
        try project.write(ProjectFolder.greeting + Self.bomb, to: "scenarios/bomb.yaml")
        let lines = ProjectFolder.greeting.count { $0 == "\n" }
        let run = try await project.run("run", "bomb")
        #expect(run.status == 2, "\(run)")
        #expect(run.complaints.contains("scenarios/bomb.yaml:\(lines + 2):6: error: "), "\(run)")
    }

    @Test(arguments: [1000, 1_000_000])
    func deepFilesAreRefusedWithTheirPlace(depth: Int) async throws {
        let deep = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        try project.write(ProjectFolder.twoAnswers.replacing("two-answers", with: "deep"), to: "cassettes/deep.yaml")
        try project.copy("cassettes/deep.yaml", replacing: "[{role: user, content: hello}]", with: deep)
        let verify = try await project.run("cassette", "verify", "deep")
        #expect(verify.status == 2, "exit \(verify.status): \(verify.complaints.prefix(500))")
        #expect(verify.complaints.contains("cassettes/deep.yaml:9:"), "\(verify.complaints.prefix(500))")

        try project.write(ProjectFolder.greeting, to: "scenarios/deep.yaml")
        try project.copy("scenarios/deep.yaml", replacing: "message: Say hello.", with: "message: \(deep)")
        let run = try await project.run("run", "deep")
        #expect(run.status == 2, "exit \(run.status): \(run.complaints.prefix(500))")
        #expect(run.complaints.contains("scenarios/deep.yaml:7:"), "\(run.complaints.prefix(500))")
    }
}
