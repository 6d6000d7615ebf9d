public import Cassettes
import Documents
public import HTTPMessages
import HopXProtocol
public import Transcripts

/// The transcript of a program that nobody conducts, read off its requests: calls of models, and what ran in sandboxes.
///
/// Entries are in the order in which the exchanges ended. The requests of a model repeat its conversation: `transcript` has
/// the messages, too, and names for those who speak as far as requests have them.
public struct WireTranscript: Sendable {
    /// Whose calls and runs these are, as long as nothing says more.
    public static let agent = "program"
    /// To whom one of several speaks.
    public static let everybody = "everybody"

    private let subject: String
    private let agents: [String: String]
    private var story = WireStory()
    private var callCount = 0
    private let start: Double
    private let redactor = Redactor()
    private let literals: LiteralSecrets

    /// - Parameters:
    ///   - start: Seconds since 1970, on the clock of the exchanges; entries count from it.
    ///   - literals: Taken out of all that is kept, beside what patterns find.
    ///   - agents: Names of agents by their instructions, where somebody has told them; others have those that requests
    ///     tell, or a number.
    public init(subject: String, start: Double, literals: LiteralSecrets, agents: [String: String] = [:]) {
        self.subject = subject
        self.agents = agents
        self.start = start
        self.literals = literals
    }

    /// The story as far as it is known.
    public var transcript: Transcript { story.transcript(subject: subject, agents: agents) }

    /// Adds what an exchange tells.
    ///
    /// - Returns: The call or the run as an entry of its own, for whoever cannot wait for the story's end: each call begins
    ///   a turn, and all are the program's. Nil for an exchange that is no part of a story: a list of models, a health
    ///   check, a file.
    @discardableResult
    public mutating func add(_ exchange: ObservedExchange) -> Entry? {
        guard let operation = WireOperation(exchange.request) else { return nil }
        let timing = Timing(start: exchange.start - start, duration: exchange.end - exchange.start)
        let stale = exchange.headers["x-understudy-stale"].flatMap { Int($0) }
        let kind: Entry.Kind
        switch operation {
        case .model(let dialect, let service, let pathModel):
            let (call, replyID) = call(exchange, dialect, service, pathModel)
            story.add(
                call, WireQuestion(dialect, call.request), replyID: replyID, timing: timing, stale: stale)
            kind = .llmCall(call)
            callCount += 1
        case .code(let work):
            let run = run(exchange, work)
            story.add(run, timing: timing, stale: stale)
            kind = .codeRun(run)
        }
        return Entry(turn: max(callCount, 1), kind: kind, timing: timing, stale: stale)
    }

    /// Adds the program's end; it belongs to the last turn.
    ///
    /// - Parameter failure: Why it was none that anybody wanted; nil for exit code 0.
    public mutating func end(failure: String?, at time: Double) {
        story.add(
            End(cause: failure == nil ? .programExit : .error, agent: nil, failure: failure),
            timing: Timing(start: time - start))
    }

    // MARK: Calls

    private func call(
        _ exchange: ObservedExchange, _ dialect: ModelReply.Dialect, _ service: Service, _ pathModel: String?
    ) -> (LLMCall, replyID: String?) {
        let body = redacted(exchange.request.body, service)
        let request = (try? JSONValue(parsing: body)) ?? .string(String(decoding: body, as: UTF8.self))
        var call = LLMCall(
            agent: WireTranscript.agent, model: request["model"]?.stringValue ?? pathModel ?? "", request: request,
            status: exchange.status)
        guard let status = exchange.status, case .bytes(let bytes) = exchange.content else {
            call.failure = WireTranscript.noAnswer
            return (call, nil)
        }
        let answer = redacted(bytes, service)
        guard status < 400 else {
            call.failure = WireTranscript.words(ofError: answer, status: status)
            return (call, nil)
        }
        let reply = ModelReply(dialect, body: answer, headers: exchange.headers)
        if call.model.isEmpty { call.model = reply.model ?? "" }
        // Beside calls of tools, some services send an empty text and some none.
        call.text = reply.text.flatMap { $0.isEmpty && !reply.toolCalls.isEmpty ? nil : $0 }
        call.toolCalls = reply.toolCalls
        call.finishReason = reply.finishReason
        call.usage = reply.usage
        call.failure = reply.failure ?? (exchange.isCut ? WireTranscript.cut : nil)
        return (call, reply.id)
    }

    // MARK: Runs

    private func run(_ exchange: ObservedExchange, _ work: HopXOperation.Kind) -> Transcripts.CodeRun {
        switch exchange.content {
        case .messages(let messages): return run(messages, isCut: exchange.isCut)
        case .bytes(let bytes):
            let request = try? JSONValue(parsing: redacted(exchange.request.body, .hopx))
            var run = WireTranscript.asked(request, work)
            guard let status = exchange.status else {
                run.failure = WireTranscript.noAnswer
                return run
            }
            let answer = redacted(bytes, .hopx)
            guard status < 400 else {
                run.failure = WireTranscript.words(ofError: answer, status: status)
                return run
            }
            let result = try? JSONValue(parsing: answer)
            run.stdout = result?["stdout"]?.stringValue ?? ""
            run.stderr = result?["stderr"]?.stringValue ?? ""
            run.exitCode = result?["exit_code"]?.intValue
            run.shown = ShownOutput.all(in: result?.objectValue ?? JSONObject())
            if exchange.isCut { run.failure = WireTranscript.cut }
            return run
        }
    }

    /// A run whose output came message by message.
    private func run(_ messages: [ObservedExchange.SocketMessage], isCut: Bool) -> Transcripts.CodeRun {
        var run = WireTranscript.asked(nil, .executionStream)
        for message in messages {
            guard case .text(let text) = message.message,
                let value = try? JSONValue(parsing: redacted(Array(text.utf8), .hopx))
            else { continue }
            switch (message.isFromClient, value["type"]?.stringValue) {
            case (true, "execute"?): run = WireTranscript.asked(value, .executionStream)
            case (false, "stdout"?): run.stdout += value["data"]?.stringValue ?? ""
            case (false, "stderr"?): run.stderr += value["data"]?.stringValue ?? ""
            case (false, "error"?): run.failure = value["error"]?.stringValue ?? "error"
            case (false, "result"?): run.exitCode = value["exit_code"]?.intValue
            default: break
            }
        }
        if isCut, run.failure == nil, run.exitCode == nil { run.failure = WireTranscript.cut }
        return run
    }

    /// What a request wants to have run; a command for bash is told as bash code.
    private static func asked(_ request: JSONValue?, _ work: HopXOperation.Kind) -> Transcripts.CodeRun {
        var language = request?["language"]?.stringValue ?? "python"
        var code = request?["code"]?.stringValue ?? ""
        if work == .runCommand || work == .runCommandInBackground {
            let arguments = request?["args"]?.arrayValue?.compactMap(\.stringValue) ?? []
            let command = request?["command"]?.stringValue ?? ""
            language = "bash"
            code =
                command == "bash" && arguments.first == "-c"
                ? arguments.dropFirst().joined(separator: " ") : ([command] + arguments).joined(separator: " ")
        }
        return Transcripts.CodeRun(agent: WireTranscript.agent, language: language, code: code, exitCode: nil)
    }

    // MARK: Words

    private static let noAnswer = "no answer came: the connection was reset"
    private static let cut = "the answer was cut off"

    /// The services' own words, in each of the places where they put them.
    private static func words(ofError body: [UInt8], status: Int) -> String {
        let json = try? JSONValue(parsing: body)
        let error = json?.arrayValue?.first?["error"] ?? json?["error"]
        let words = error?["message"]?.stringValue ?? json?["message"]?.stringValue ?? error?.stringValue
        let text = words ?? String(decoding: body, as: UTF8.self)
        return text.isEmpty ? "status \(status)" : text
    }

    private func redacted(_ bytes: [UInt8], _ service: Service) -> [UInt8] {
        literals.redact(redactor.redact(bytes, service: service))
    }
}
