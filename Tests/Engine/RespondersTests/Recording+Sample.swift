import Cassettes
import Documents
import HTTPMessages
import HopXProtocol
import Responders
import Synchronization
import Testing

/// Answers in order, whatever is asked, and keeps what was asked.
final class ScriptedUpstream: Responder {
    struct Refused: Error {}

    /// Nil fails without an answer.
    private let answers: [Response?]
    private let asked = Mutex<[Request]>([])

    init(_ answers: [Response?]) { self.answers = answers }

    var requests: [Request] { asked.withLock { $0 } }

    func respond(to request: Request) async throws -> Response {
        let count = asked.withLock { asked in
            asked.append(request)
            return asked.count
        }
        guard count <= answers.count, let answer = answers[count - 1] else { throw Refused() }
        return answer
    }
}

/// Runs a language of two words: `cat PATH` prints a file, `env NAME` a variable; all else prints itself.
final class SmallBackend: SandboxBackend {
    private let files = Mutex<[String: [UInt8]]>([:])

    func kill(_ process: String, in sandbox: String) async throws {}

    func create(_ sandbox: String) async throws {}
    func destroy(_ sandbox: String) async {}

    func run(_ run: CodeRun, in sandbox: String) async throws -> CodeOutcome {
        guard case .code(let code, _) = run.work else { throw HopXError.executionFailed("no code") }
        let words = code.split(separator: " ", maxSplits: 1).map(String.init)
        var stdout = code
        if words.count == 2, words[0] == "cat" {
            stdout = String(decoding: try await read(SandboxPath.absolute(words[1]), in: sandbox), as: UTF8.self)
        } else if words.count == 2, words[0] == "env" {
            stdout = run.environment[words[1]] ?? ""
        }
        return CodeOutcome(stdout: stdout, stderr: "", exitCode: code == "fail" ? 3 : 0, executionTime: 0.25)
    }

    func write(_ file: FileWrite, in sandbox: String) async throws {
        guard file.bytes.count < 100 else { throw HopXError(507, "DISK_FULL", "disk full") }
        files.withLock { $0["\(sandbox) \(file.path)"] = file.bytes }
    }

    func read(_ path: String, in sandbox: String) async throws -> [UInt8] {
        if path.hasPrefix("/tmp/") { return Array("made by code".utf8) }
        guard let bytes = files.withLock({ $0["\(sandbox) \(path)"] }) else { throw HopXError.fileNotFound(path) }
        return bytes
    }

    func list(_ path: String, in sandbox: String) async throws -> [FileStatus] { [] }
    func exists(_ path: String, in sandbox: String) async throws -> Bool { true }
    func makeDirectory(_ path: String, in sandbox: String) async throws {}
    func remove(_ path: String, in sandbox: String) async throws {}
}

/// What records into a sink.
struct Recording: Sendable {
    let sink: MemorySink
    let recorder: Recorder
    let clock = VirtualClock(start: 0)

    init(literals: [(name: String, value: String)] = []) throws {
        sink = try MemorySink()
        recorder = Recorder(to: sink, rules: MatchRules(), literals: LiteralSecrets(literals), clock: clock)
    }

    func openai(_ answers: [Response?]) -> RecordingResponder {
        RecordingResponder(service: .openai, upstream: ScriptedUpstream(answers), recorder: recorder)
    }

    /// A service that really runs code, behind a recorder.
    func hopx() -> any Responder {
        hopx(over: FakeHopX(seed: "live", clock: clock, outcomes: BackendOutcomes(SmallBackend())))
    }

    func hopx(over upstream: any Responder) -> any Responder {
        let recording = RecordingHopX(upstream: upstream, recorder: recorder)
        return Stage.inMemory(Session(name: "live", notes: SessionNotes(), responders: [.hopx: recording]))
    }

    static func hopx(into sink: MemorySink) throws -> any Responder {
        let clock = VirtualClock(start: 0)
        let recorder = Recorder(to: sink, rules: MatchRules(), literals: LiteralSecrets([]), clock: clock)
        let fake = FakeHopX(seed: "live", clock: clock, outcomes: BackendOutcomes(SmallBackend()))
        let recording = RecordingHopX(upstream: fake, recorder: recorder)
        return Stage.inMemory(Session(name: "live", notes: SessionNotes(), responders: [.hopx: recording]))
    }
}

extension Response {
    static func json(_ text: String, status: Int = 200, headers: Headers = [:]) -> Response {
        var headers = headers
        headers.add("content-type", "application/json")
        return Response(status: status, headers: headers, body: Array(text.utf8))
    }

    static func events(_ parts: [ContentStream.Part]) -> Response {
        Response(
            status: 200, headers: ["content-type": "text/event-stream; charset=utf-8"],
            content: .stream(ContentStream(parts)))
    }
}

extension ContentStream.Part {
    static func text(_ text: String) -> ContentStream.Part { .chunk(Array(text.utf8)) }
}
