import Conversations
import Digests
import Documents
public import HTTPMessages
import LLMProtocols
public import Scripts
import Synchronization

/// OpenAI's chat completions and models, answered from a script; one object is one session.
///
/// Answers depend on the script, the request and the session's earlier requests only.
public final class FakeLLM: Responder {
    private struct State {
        var cursor: Script.Cursor
        /// Canonical body's digest → how often it was answered.
        var repetitions: [String: Int] = [:]
    }

    private let models: OpenAIModels
    private let state: Mutex<State>

    /// - Parameters:
    ///   - models: What `GET …/models` lists; chat requests may name others.
    ///   - created: Seconds since 1970: where the session's clock starts.
    public init(script: Script, models: [String], created: Int) {
        self.models = OpenAIModels(ids: models, created: created)
        state = Mutex(State(cursor: Script.Cursor(script)))
    }

    /// Chat requests that reached the script so far.
    public var requestCount: Int { state.withLock { $0.cursor.requestCount } }

    public func respond(to request: Request) async throws -> Response { answer(request) }

    /// Always the answer: nothing here waits.
    public func answerNow(_ request: Request) -> Response? { answer(request) }

    public func preview(of request: Request) -> Response? { answer(request, isPreview: true) }

    private func answer(_ request: Request, isPreview: Bool = false) -> Response {
        let segments = request.path.split(separator: "/")
        if segments.suffix(2) == ["chat", "completions"] {
            guard request.method == "POST" else { return OpenAIError.wrongMethod(request, allowed: "POST").response }
            return chat(request.body, isPreview: isPreview)
        }
        // An id may itself have slashes: `models/org/name`.
        guard let index = segments.firstIndex(of: "models") else { return OpenAIError.unknownPath(request).response }
        guard request.method == "GET" else { return OpenAIError.wrongMethod(request, allowed: "GET").response }
        let id = segments[(index + 1)...].joined(separator: "/")
        return id.isEmpty ? models.list : models.one(PercentEncoding.decode(id, plusIsSpace: false))
    }

    private func chat(_ body: [UInt8], isPreview: Bool) -> Response {
        let request: OpenAIChatRequest
        do {
            request = try OpenAIChatRequest(body: body)
        } catch {
            return error.response
        }
        let question = Script.Question(
            conversation: request.conversation, json: request.json, isStream: request.isStream)
        let key = Digest.sha256Hex(CanonicalJSON.bytes(of: body) ?? body)
        let (outcome, repetition) = state.withLock { state in
            var cursor = state.cursor
            let outcome = cursor.next(for: question)
            let repetition = state.repetitions[key, default: 0]
            guard !isPreview else { return (outcome, repetition) }
            state.cursor = cursor
            if case .reply(.answer) = outcome { state.repetitions[key] = repetition + 1 }
            return (outcome, repetition)
        }
        switch outcome {
        case .reply(.answer(let answer, _)):
            let reply = OpenAIChatReply(
                to: request, text: answer.text ?? answer.refusal ?? "", finishReason: answer.ending.rawValue,
                repetition: repetition, created: models.created)
            return request.isStream
                ? OpenAIChatStream(reply, includesUsage: request.includesUsage).response : reply.response
        case .reply(.failure(let failure)):
            return OpenAIError(
                status: failure.status, message: failure.message, type: failure.type, code: failure.code,
                headers: failure.headers
            ).response
        case .noMatch(let noMatch):
            return OpenAIError.noAnswer(code: "script_no_match", message: noMatch.description).response
        }
    }
}
