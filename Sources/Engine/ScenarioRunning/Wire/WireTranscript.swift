public import Cassettes
import Documents
public import HTTPMessages
import HopXProtocol
public import Transcripts

/// The transcript of a program that nobody conducts, read off its requests: calls of models, and what ran in sandboxes.
///
/// Entries are in the order in which the exchanges ended. Who asked is not known, so all are the program's; each call of a
/// model begins a turn, and what runs after it belongs to that turn.
public struct WireTranscript: Sendable {
    /// Whose calls and runs these are, as long as nothing says more.
    public static let agent = "program"

    public private(set) var transcript: Transcript
    private let start: Double
    private let redactor = Redactor()
    private let literals: LiteralSecrets

    /// - Parameters:
    ///   - start: Seconds since 1970, on the clock of the exchanges; entries count from it.
    ///   - literals: Taken out of all that is kept, beside what patterns find.
    public init(subject: String, start: Double, literals: LiteralSecrets) {
        transcript = Transcript(subject: subject)
        self.start = start
        self.literals = literals
    }

    /// Adds what an exchange tells.
    ///
    /// - Returns: The new entry; nil for an exchange that is no part of a story: a list of models, a health check, a file.
    public mutating func add(_ exchange: ObservedExchange) -> Entry? {
        guard let operation = WireOperation(exchange.request) else { return nil }
        let kind: Entry.Kind
        var turn = transcript.turnCount
        switch operation {
        case .model(let dialect, let service, let pathModel):
            kind = .llmCall(call(exchange, dialect, service, pathModel))
            turn += 1
        case .code(let work):
            kind = .codeRun(run(exchange, work))
            turn = max(turn, 1)
        }
        let stale = exchange.headers["x-understudy-stale"].flatMap { Int($0) }
        return append(kind, turn: turn, since: exchange.start, until: exchange.end, stale: stale)
    }

    /// Adds the program's end; it belongs to the last turn.
    ///
    /// - Parameter failure: Why it was none that anybody wanted; nil for exit code 0.
    public mutating func end(failure: String?, at time: Double) -> Entry {
        append(
            .end(End(cause: failure == nil ? .programExit : .error, agent: nil, failure: failure)),
            turn: max(transcript.turnCount, 1), since: time, until: time)
    }

    private mutating func append(
        _ kind: Entry.Kind, turn: Int, since: Double, until: Double, stale: Int? = nil
    ) -> Entry {
        let entry = Entry(
            turn: turn, kind: kind, timing: Timing(start: since - start, duration: until - since), stale: stale)
        transcript.entries.append(entry)
        return entry
    }

    // MARK: Calls

    private func call(
        _ exchange: ObservedExchange, _ dialect: ModelReply.Dialect, _ service: Service, _ pathModel: String?
    ) -> LLMCall {
        let body = redacted(exchange.request.body, service)
        let request = (try? JSONValue(parsing: body)) ?? .string(String(decoding: body, as: UTF8.self))
        var call = LLMCall(
            agent: WireTranscript.agent, model: request["model"]?.stringValue ?? pathModel ?? "", request: request,
            status: exchange.status)
        guard let status = exchange.status, case .bytes(let bytes) = exchange.content else {
            call.failure = WireTranscript.noAnswer
            return call
        }
        let answer = redacted(bytes, service)
        guard status < 400 else {
            call.failure = WireTranscript.words(ofError: answer, status: status)
            return call
        }
        let reply = ModelReply(dialect, body: answer, headers: exchange.headers)
        if call.model.isEmpty { call.model = reply.model ?? "" }
        // Beside calls of tools, some services send an empty text and some none.
        call.text = reply.text.flatMap { $0.isEmpty && !reply.toolCalls.isEmpty ? nil : $0 }
        call.toolCalls = reply.toolCalls
        call.finishReason = reply.finishReason
        call.usage = reply.usage
        call.failure = reply.failure ?? (exchange.isCut ? WireTranscript.cut : nil)
        return call
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
