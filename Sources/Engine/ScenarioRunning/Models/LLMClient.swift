public import AgentChats
import Conversations
import Documents
public import HTTPMessages
import Transcripts

/// Asks an agent's models over chat completions, as AutoGen with the OpenAI SDK does: retries, then the next model.
public actor LLMClient {
    /// What this agent's answers have cost so far.
    public private(set) var spending = Spending()

    private let agent: String
    private let settings: LLMSettings
    private let responder: any Responder
    private let clock: any Clock
    private let writer: TranscriptWriter
    private let cache: AnswerCache?
    private let jitter: @Sendable () -> Double

    /// - Parameters:
    ///   - agent: Whose calls these are.
    ///   - writer: Gets each request, retries too, as a call of its own.
    ///   - cache: Nil to ask for everything, whatever the settings say.
    ///   - jitter: A factor in (0.75, 1] for each wait that the service did not ask for.
    public init(
        agent: String, settings: LLMSettings, responder: any Responder, clock: any Clock, writer: TranscriptWriter,
        cache: AnswerCache? = nil, jitter: @escaping @Sendable () -> Double = { 1 }
    ) {
        self.agent = agent
        self.settings = settings
        self.responder = responder
        self.clock = clock
        self.writer = writer
        self.cache = cache
        self.jitter = jitter
    }

    /// - Parameter speaker: Whose call it is, if another agent's than the one whose model it is.
    /// - Throws: `ChatError` when the last model failed, or one refused because of a content filter;
    ///   `CancellationError`.
    public func answer(to messages: [Message], as speaker: String? = nil) async throws -> ModelAnswer {
        for (index, entry) in settings.entries.enumerated() {
            let body = entry.body(messages: messages)
            if let seed = entry.cacheSeed, let (completion, cost) = cache?.answer(to: body, seed: seed) {
                spend(completion, cost: cost, isCached: true)
                return completion.answer
            }
            do {
                let completion = try await complete(body, with: entry, as: speaker ?? agent)
                let price = entry.price ?? Price.listed(for: completion.model)
                let cost = price.cost(of: completion.usage)
                spend(completion, cost: cost, isCached: false)
                if let seed = entry.cacheSeed { cache?.keep(completion, cost: cost, for: body, seed: seed) }
                return completion.answer
            } catch let failure as Failure {
                let isLast = index == settings.entries.count - 1
                if isLast || !failure.movesOn { throw failure.error }
            }
        }
        preconditionFailure("settings have at least one entry")
    }

    /// A failure, and whether the next model is asked instead.
    private struct Failure: Error {
        var error: ChatError
        var movesOn = true
    }

    private func spend(_ completion: Completion, cost: Double, isCached: Bool) {
        spending.add(
            model: completion.model, usage: completion.usage, totalTokens: completion.totalTokens, cost: cost,
            isCached: isCached)
    }

    /// One request with its retries.
    private func complete(
        _ body: JSONObject, with entry: LLMSettings.Entry, as speaker: String
    ) async throws -> Completion {
        var retry = 0
        while true {
            let start = clock.now
            let exchange = try await responder.exchange(
                request(body, entry, retry: retry), limit: entry.timeout, clock: clock)
            let outcome = note(exchange, body, as: speaker, since: start)
            let failure: Failure
            switch outcome {
            case .success(let completion): return completion
            case .failure(let error): failure = error
            }
            var headers: Headers?
            if case .answered(let status, let answerHeaders, _) = exchange {
                headers = answerHeaders
                guard status >= 400, Backoff.isRetried(status: status, headers: answerHeaders) else { throw failure }
            }
            guard retry < entry.maxRetries else { throw failure }
            let delay = Backoff.delay(after: headers, retry: retry, now: clock.now, jitter: jitter())
            try await clock.wait(.seconds(delay))
            retry += 1
        }
    }

    private func request(_ body: JSONObject, _ entry: LLMSettings.Entry, retry: Int) -> Request {
        var headers: Headers = [
            "authorization": "Bearer \(entry.key)", "content-type": "application/json", "accept": "application/json",
            "x-stainless-retry-count": String(retry),
        ]
        headers["x-stainless-read-timeout"] = entry.timeout.flatMap { JSONNumber($0)?.spelling }
        return Request(
            method: "POST", path: "/v1/chat/completions", headers: headers, body: JSONValue.object(body).bytes())
    }

    /// Writes the call into the transcript, and says what it comes to.
    private func note(
        _ exchange: Exchange, _ body: JSONObject, as speaker: String, since start: Double
    ) -> Result<Completion, Failure> {
        var call = LLMCall(
            agent: speaker, model: body["model"]?.stringValue ?? "", request: .object(body), status: nil)
        let result: Result<Completion, Failure>
        switch exchange {
        case .timedOut: result = .failure(Failure(error: LLMClient.timeout))
        case .failed: result = .failure(Failure(error: ChatError("APIConnectionError", "Connection error.")))
        case .answered(let status, _, let body) where status >= 400:
            call.status = status
            let error = ChatError(status: status, body: body)
            // AutoGen raises this one at once: another model would be asked for what one has refused.
            result = .failure(Failure(error: error, movesOn: error.code != "content_filter"))
        case .answered(let status, _, let body):
            call.status = status
            result =
                Completion(body).map(Result.success)
                ?? .failure(Failure(error: ChatError("TypeError", "the answer has no choices"), movesOn: false))
        }
        switch result {
        case .success(let completion):
            let message = Message(completion.answer.message).sent(by: agent, to: "")
            call.text = message.text
            call.toolCalls = message.toolCalls
            call.finishReason = completion.finishReason
            call.usage = completion.usage
        case .failure(let failure):
            call.failure =
                switch exchange {
                case .failed(let words): words
                case .timedOut: "Request timed out."
                case .answered: failure.error.message
                }
        }
        writer.write(.llmCall(call), since: start)
        return result
    }

    private static let timeout = ChatError(
        "TimeoutError",
        "OpenAI API call timed out. This could be due to congestion or too small a timeout value. The timeout can be "
            + "specified by setting the 'timeout' value (in seconds) in the llm_config (if you are using agents) or "
            + "the OpenAIWrapper constructor (if you are using the OpenAIWrapper directly).")
}

extension ChatError {
    /// What the OpenAI SDK raises for an answer of status 400 and above, with the service's own words.
    init(status: Int, body: [UInt8]) {
        let className =
            switch status {
            case 400: "BadRequestError"
            case 401: "AuthenticationError"
            case 403: "PermissionDeniedError"
            case 404: "NotFoundError"
            case 409: "ConflictError"
            case 422: "UnprocessableEntityError"
            case 429: "RateLimitError"
            case 500...: "InternalServerError"
            default: "APIStatusError"
            }
        let json = try? JSONValue(parsing: body)
        let error = json.map { $0["error"] ?? $0 }
        let text = error?["message"]?.stringValue ?? String(decoding: body, as: UTF8.self)
        self.init(
            className, text.isEmpty ? "Error code: \(status)" : text, status: status, code: error?["code"]?.stringValue)
    }
}
