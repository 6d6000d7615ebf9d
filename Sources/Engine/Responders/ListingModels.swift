public import Cassettes
import Documents
public import HTTPMessages
import LLMProtocols

/// Answers what asks for models with those that a cassette's recordings name, where no recording answers.
public struct ListingModels: Responder {
    private let inner: any Responder
    private let cassette: Cassette
    private let service: Service

    /// - Parameter service: An LLM's, whose paths and shapes count.
    public init(_ inner: any Responder, of cassette: Cassette, service: Service) {
        self.inner = inner
        self.cassette = cassette
        self.service = service
    }

    public func answerNow(_ request: Request) -> Response? { inner.answerNow(request) }

    public func preview(of request: Request) -> Response? { inner.preview(of: request) }

    public func standingAnswer(to request: Request) -> StandingAnswer? { inner.standingAnswer(to: request) }

    public func respond(to request: Request) async throws -> Response {
        guard request.method == "GET", let listing = listing(of: request) else {
            return try await inner.respond(to: request)
        }
        return inner.answerNow(request) ?? listing
    }

    /// Nil for a request that asks for something else.
    private func listing(of request: Request) -> Response? {
        let created = Int(VirtualClock.fixedStart)
        switch LLMOperation(request, of: service) {
        case .models: return OpenAIModels(ids: names(), created: created).list
        case .model(let id): return OpenAIModels(ids: names(), created: created).one(id)
        case .anthropicModels: return AnthropicModels(ids: names(), created: created).list
        case .anthropicModel(let id): return AnthropicModels(ids: names(), created: created).one(id)
        case .geminiModels: return GeminiModels(ids: names()).list
        case .geminiModel(let id): return GeminiModels(ids: names()).one(id)
        default: return nil
        }
    }

    private func names() -> [String] {
        var names: [String] = []
        for position in cassette.index.indices where cassette.index[position].service == service {
            guard let name = model(at: position) else { continue }
            if !names.contains(where: { $0.hasSameScalars(as: name) }) { names.append(name) }
        }
        return names
    }

    private func model(at position: Int) -> String? {
        let operation = cassette.index[position].operation
        let asked = Request(method: operation.method, path: operation.path)
        switch LLMOperation(asked, of: service) {
        case .geminiGenerate(let model, _), .geminiTokenCount(let model), .geminiEmbedding(let model),
            .geminiEmbeddings(let model):
            return model
        default:
            // A broken recording is reported when it is asked for.
            return (try? cassette.interaction(at: position))?.request.tree?["model"]?.stringValue
        }
    }
}

extension LLMOperation {
    /// Nil for what the service does not have, and for a wrong method.
    fileprivate init?(_ request: Request, of service: Service) {
        let operation =
            switch service {
            case .anthropic: try? LLMOperation.anthropic(request)
            case .gemini: try? LLMOperation.gemini(request)
            default: try? LLMOperation.openAI(request)
            }
        guard let operation else { return nil }
        self = operation
    }
}
