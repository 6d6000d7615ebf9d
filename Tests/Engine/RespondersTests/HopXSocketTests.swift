import Cassettes
import Documents
import HTTPMessages
import HopXProtocol
import Responders
import Synchronization
import Testing

/// The sockets of a sandbox over a back end, recorded, and replayed.
@Suite struct HopXSocketTests {
    /// Prints the code in pieces; a terminal says what is typed; a watch sees two changes.
    private struct StreamingBackend: SandboxStreaming {
        let small = SmallBackend()

        func run(
            _ run: CodeRun, in sandbox: String, tell: @escaping @Sendable (ProgramOutput) async throws -> Void
        ) async throws -> CodeOutcome {
            var outcome = try await small.run(run, in: sandbox)
            for piece in outcome.stdout.split(separator: "|") {
                try await tell(.init(isError: piece.hasPrefix("!"), text: String(piece)))
            }
            outcome.stdout = ""
            return outcome
        }

        func openTerminal(in sandbox: String, environment: [String: String]) async throws -> any SandboxTerminal {
            EchoTerminal(greeting: "$ ")
        }

        func watch(_ path: String, in sandbox: String) async throws -> any SandboxWatch { TwoChanges(path: path) }

        func create(_ sandbox: String) async throws { try await small.create(sandbox) }
        func destroy(_ sandbox: String) async { await small.destroy(sandbox) }
        func run(_ run: CodeRun, in sandbox: String) async throws -> CodeOutcome {
            try await small.run(run, in: sandbox)
        }
        func kill(_ process: String, in sandbox: String) async throws { try await small.kill(process, in: sandbox) }
        func write(_ file: FileWrite, in sandbox: String) async throws { try await small.write(file, in: sandbox) }
        func read(_ path: String, in sandbox: String) async throws -> [UInt8] {
            try await small.read(path, in: sandbox)
        }
        func list(_ path: String, in sandbox: String) async throws -> [FileStatus] { [] }
        func exists(_ path: String, in sandbox: String) async throws -> Bool { true }
        func makeDirectory(_ path: String, in sandbox: String) async throws {}
        func remove(_ path: String, in sandbox: String) async throws {}
    }

    private final class EchoTerminal: SandboxTerminal {
        private let events: AsyncStream<TerminalEvent>
        private let found: AsyncStream<TerminalEvent>.Continuation

        init(greeting: String) {
            (events, found) = AsyncStream.makeStream()
            found.yield(.output(greeting))
        }

        func next() async throws -> TerminalEvent? {
            var iterator = events.makeAsyncIterator()
            return await iterator.next()
        }
        func write(_ text: String) async throws {
            if text == "exit\n" {
                found.yield(.exit(3))
                found.finish()
            } else {
                found.yield(.output(text))
            }
        }
        func resize(columns: Int, rows: Int) async throws { found.yield(.output("\(columns)x\(rows)\n")) }
        func end() async { found.finish() }
    }

    private final class TwoChanges: SandboxWatch {
        private let left: Mutex<[FileChange]>

        init(path: String) {
            left = Mutex([.init(path: path + "/a", event: .created), .init(path: path + "/a", event: .modified)])
        }
        func next() async throws -> FileChange? { left.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
        func end() async {}
    }

    private static func service(_ recording: Recording) -> any Responder {
        recording.hopx(
            over: FakeHopX(seed: "live", clock: recording.clock, outcomes: BackendOutcomes(StreamingBackend())))
    }

    private func talk(_ box: Box, _ path: String, _ peer: ScriptedSocket, token: String? = nil) async throws -> Response
    {
        try await box.service.talk(
            Request(
                method: "GET", path: path,
                headers: ["authorization": "Bearer \(token ?? box.token)", "user-agent": "Python websockets/15"]), peer)
    }

    private func frames(_ peer: ScriptedSocket) throws -> [JSONValue] {
        try peer.texts.map { try JSONValue(parsing: Array($0.utf8)) }
    }

    /// All that a program may do with sockets: what came, by kind.
    private func program(_ client: Client) async throws -> [[String]] {
        let box = try await client.create()
        let run = ScriptedSocket([#"{"type":"execute","code":"one|!two|three","language":"python","timeout":5}"#])
        _ = try await talk(box, "/execute/stream", run)
        let terminal = ScriptedSocket([
            (#"{"type":"resize","cols":100,"rows":30}"#, 1), (#"{"type":"input","data":"a long line of input\n"}"#, 2),
            (#"{"type":"input","data":"exit\n"}"#, 4),
        ])
        _ = try await talk(box, "/terminal", terminal)
        let watch = ScriptedSocket([#"{"action":"watch","path":"/workspace"}"#])
        _ = try await talk(box, "/files/watch", watch)
        let command = ScriptedSocket([#"{"command":"x"}"#])
        _ = try await talk(box, "/commands/stream", command)
        #expect([run, terminal, watch, command].allSatisfy { $0.closedWith?.code == 1000 })
        return try [run, terminal, watch, command].map { peer in
            try frames(peer).map { frame in
                ["type", "data", "exit_code", "success", "code", "path", "event"].compactMap { frame[$0]?.text() }
                    .joined(separator: " ")
            }
        }
    }

    @Test func framesAreTheAgentsAndAreReplayed() async throws {
        let recording = try Recording()
        let live = try await program(Client(service: Self.service(recording)))
        #expect(
            live[0] == [
                #""stdout" "one""#, #""stderr" "!two""#, #""stdout" "three""#, #""result" 0"#, #""complete" true"#,
            ])
        #expect(
            live[1] == [
                #""output" "$ ""#, #""output" "100x30\n""#, #""output" "a long line ""#, #""output" "of input\n""#,
                #""exit" 3"#,
            ])
        #expect(
            live[2] == [
                #""change" "/workspace/a" "created""#, #""change" "/workspace/a" "modified""#,
            ])
        #expect(live[3] == [#""error" "EXECUTION_FAILED""#, #""complete" false"#])
        let kept = await recording.sink.interactions
        #expect(
            kept.map(\.operation.description) == [
                "POST /v1/sandboxes", "WS /execute/stream", "WS /terminal", "WS /files/watch", "WS /commands/stream",
            ])
        #expect(kept.dropFirst().allSatisfy { $0.sandbox == 1 && $0.inputs != nil })

        let stage = Stage(try await recording.sink.cassette())
        #expect(try await program(stage.client) == live)
        #expect(stage.notes.misses.isEmpty, "\(stage.notes.misses.map(\.message))")
    }

    @Test func otherCodeIsAMissAndSkippingARunIsNamed() async throws {
        let recording = try Recording()
        let client = Client(service: Self.service(recording))
        let box = try await client.create()
        for code in ["first", "second"] {
            _ = try await talk(box, "/execute/stream", ScriptedSocket([#"{"type":"execute","code":"\#(code)"}"#]))
        }
        let stage = Stage(try await recording.sink.cassette())
        let replayed = try await stage.client.create()
        for (code, reason) in [("other", Miss.Reason.unknown), ("second", .skips(interaction: 2))] {
            let peer = ScriptedSocket([#"{"type":"execute","code":"\#(code)"}"#])
            _ = try await talk(replayed, "/execute/stream", peer)
            #expect(peer.got.isEmpty && peer.closedWith?.code == 1008)
            #expect(stage.notes.misses.last?.reason == reason)
        }
        // What was never recorded is refused before anybody waits for its first word.
        #expect(try await talk(replayed, "/terminal", ScriptedSocket([String]())).status == 422)
        #expect(stage.notes.misses.count == 3)
    }

    @Test func handshakesNeedTheSandboxesToken() async throws {
        let recording = try Recording()
        let box = try await Client(service: Self.service(recording)).create()
        for path in ["/execute/stream", "/terminal", "/files/watch", "/commands/stream", "/stream", "/stream/ipython"] {
            #expect(try await talk(box, path, ScriptedSocket([String]()), token: "guess").status == 401)
            #expect(try await box.ask("GET", path).status == 426, "\(path) without a handshake")
        }
        #expect(await recording.sink.interactions.map(\.operation.description) == ["POST /v1/sandboxes"])
    }

    @Test func aBackEndThatCannotStreamSaysSo() async throws {
        let recording = try Recording()
        let box = try await Client(service: recording.hopx()).create()
        #expect(try await talk(box, "/terminal", ScriptedSocket([String]())).status == 501)
    }

    @Test func aSecretInPiecesIsTakenOutOfTheRecording() async throws {
        let recording = try Recording()
        let box = try await Client(service: Self.service(recording)).create()
        let code = "sk-proj-abcdefgh|ijklmnopqrst|uvwxyz0123456789ABCDEF|\\nend"
        let peer = ScriptedSocket([#"{"type":"execute","code":"\#(code)"}"#])
        _ = try await talk(box, "/execute/stream", peer)
        #expect(peer.texts.contains { $0.contains("ijklmnopqrst") }, "the client gets it as it is")
        guard case .socket(let frames)? = await recording.sink.interactions.last?.response.content else {
            Issue.record("no socket was recorded")
            return
        }
        let said = frames.filter { !$0.isFromClient }.map { "\($0.payload)" }.joined()
        #expect(!said.contains("ijklmnop") && !said.contains("uvwxyz") && said.contains("<redacted:"), "\(said)")
    }
}
