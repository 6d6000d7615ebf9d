import Cassettes
import Conversations
import Digests
import Documents
import HTTPMessages
import LLMProtocols
import Scripts

extension FakeLLM {
    /// One request and the answer to it.
    struct Turn {
        private let request: Request
        private let service: Service
        private let models: [String]
        private let created: Int

        init(_ request: Request, service: Service, models: [String], created: Int) {
            self.request = request
            self.service = service
            self.models = models
            self.created = created
        }

        func response(_ state: inout State) -> Response {
            do {
                guard let operation = try operation() else { return unknownPath }
                return try response(to: operation, &state)
            } catch let wrong as LLMOperation.WrongMethod {
                return failed(405, "Not allowed to \(request.method) on \(request.path). Use \(wrong.allowed).", wrong)
            } catch let error as OpenAIError {
                return error.response
            } catch let error as AnthropicError {
                return error.response
            } catch let error as GeminiError {
                return error.response
            } catch {
                preconditionFailure("protocols throw their own errors: \(error)")
            }
        }

        // MARK: Paths

        private func operation() throws -> LLMOperation? {
            switch service {
            case .anthropic: try LLMOperation.anthropic(request)
            case .gemini: try LLMOperation.gemini(request)
            default: try LLMOperation.openAI(request)
            }
        }

        private func response(to operation: LLMOperation, _ state: inout State) throws -> Response {
            let body = request.body
            switch operation {
            case .chatCompletion(let deployment):
                return say(
                    try OpenAIChatRequest(body: body, pathModel: deployment, isAzure: service == .azure), &state)
            case .completion(let deployment):
                return say(try OpenAICompletionsRequest(body: body, pathModel: deployment), &state)
            case .embeddings(let deployment):
                return OpenAIEmbeddingsReply(to: try OpenAIEmbeddingsRequest(body: body, pathModel: deployment))
                    .response
            case .createResponse:
                let asked = try responsesRequest(state)
                return say(asked, &state) { answer, seed, state in
                    if let stored = asked.stored(answer, seed: seed) { state.responses.keep(stored) }
                }
            case .responseInputTokens: return try responsesRequest(state, pathModel: "gpt-4o").inputTokens
            case .compactResponse:
                let asked = try responsesRequest(state)
                return asked.compacted(seed: seed(asked.json, &state))
            case .response(let id): return try stored(id, state).response(to: request)
            case .responseInputItems(let id): return try stored(id, state).inputItems(for: request)
            case .cancelResponse(let id): return try stored(id, state).cancelled
            case .deleteResponse(let id):
                let stored = try stored(id, state)
                state.responses.remove(id)
                return stored.deleted
            case .models: return OpenAIModels(ids: models, created: created).list
            case .model(let id): return OpenAIModels(ids: models, created: created).one(id)

            case .anthropicMessage: return say(try AnthropicRequest(body: body), &state)
            case .anthropicTokenCount: return try AnthropicTokenCount(body: body).response
            case .anthropicModels: return AnthropicModels(ids: models, created: created).list
            case .anthropicModel(let id): return AnthropicModels(ids: models, created: created).one(id)

            case .geminiGenerate(let model, let isStream):
                return say(
                    try GeminiRequest(
                        body: body, model: model, isStream: isStream,
                        streamsEvents: request.queryValue("alt") == "sse"), &state)
            case .geminiTokenCount(let model): return try GeminiTokenCount(body: body, model: model).response
            case .geminiEmbedding(let model):
                return try GeminiEmbeddings(body: body, model: model, isBatch: false).response
            case .geminiEmbeddings(let model):
                return try GeminiEmbeddings(body: body, model: model, isBatch: true).response
            case .geminiModels: return GeminiModels(ids: models).list
            case .geminiModel(let id): return GeminiModels(ids: models).one(id)
            }
        }

        private func responsesRequest(_ state: State, pathModel: String? = nil) throws -> ResponsesRequest {
            try ResponsesRequest(
                body: request.body, pathModel: pathModel, history: { state.responses[$0] },
                item: state.responses.item)
        }

        private func stored(_ id: String, _ state: State) throws -> StoredResponse {
            guard let stored = state.responses[id], stored.id.hasSameScalars(as: id) else {
                throw StoredResponse.unknown(id)
            }
            return stored
        }

        // MARK: Answers

        /// Lets the script answer, in the words of the request's provider.
        ///
        /// - Parameter keep: Called with an answer that is given.
        private func say(
            _ asked: some ModelRequest, _ state: inout State,
            keep: (Answer, ReplySeed, inout State) -> Void = { _, _, _ in }
        ) -> Response {
            let question = Script.Question(
                conversation: asked.conversation, json: asked.json, isStream: asked.isStream)
            switch state.cursor.next(for: question) {
            case .reply(.answer(let answer, let delivery)):
                let seed = seed(asked.json, &state)
                keep(answer, seed, &state)
                return asked.isStream
                    ? delivery.response(asked.stream(answer, seed: seed))
                    : delivery.response(
                        asked.response(answer, seed: seed),
                        tokens: Usage(estimating: answer, to: asked.conversation).completionTokens)
            case .reply(.failure(let failure)): return asked.response(ModelFailure(failure))
            case .noMatch(let noMatch):
                return asked.response(.noAnswer(code: "script_no_match", message: noMatch.description))
            }
        }

        /// Counts the request as asked once more.
        private func seed(_ json: JSONValue, _ state: inout State) -> ReplySeed {
            let canonical = CanonicalJSON.bytes(of: json) ?? json.bytes()
            let repetition = state.repetitions[Digest.sha256Hex(canonical), default: 0]
            state.repetitions[Digest.sha256Hex(canonical)] = repetition + 1
            return ReplySeed(canonical: canonical, repetition: repetition, created: created)
        }

        // MARK: Errors

        private var unknownPath: Response {
            let paths =
                switch service {
                case .anthropic: "POST /v1/messages, POST /v1/messages/count_tokens, GET /v1/models[/ID]"
                case .gemini:
                    "POST /v1beta/models/NAME:VERB, VERB being generateContent, streamGenerateContent, countTokens, "
                        + "embedContent or batchEmbedContents, and GET /v1beta/models[/NAME]; v1 is the same"
                default:
                    "POST …/chat/completions, …/responses, …/completions, …/embeddings, GET …/models[/ID], "
                        + "…/responses/ID[/input_items]"
                }
            return service.refusal(
                code: "unknown_url",
                message: "Unknown request URL: \(request.method) \(request.path). Answered here: \(paths).", status: 404
            )
        }

        private func failed(_ status: Int, _ message: String, _ wrong: LLMOperation.WrongMethod) -> Response {
            var response = service.refusal(code: "method_not_supported", message: message, status: status)
            response.headers["allow"] = wrong.allowed
            return response
        }
    }
}

extension ModelFailure {
    fileprivate init(_ failure: Script.Failure) {
        self.init(
            status: failure.status, message: failure.message, type: failure.type, code: failure.code,
            headers: failure.headers)
    }
}
