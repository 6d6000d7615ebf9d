public import Cassettes
import Documents
public import HTTPMessages
import LLMProtocols

/// Answers `GET …/models` with the models that a cassette's recordings name, where no recording answers.
public struct ListingModels: Responder {
    private let inner: any Responder
    private let cassette: Cassette

    public init(_ inner: any Responder, of cassette: Cassette) {
        self.inner = inner
        self.cassette = cassette
    }

    public func answerNow(_ request: Request) -> Response? { inner.answerNow(request) }

    public func preview(of request: Request) -> Response? { inner.preview(of: request) }

    public func standingAnswer(to request: Request) -> StandingAnswer? { inner.standingAnswer(to: request) }

    public func respond(to request: Request) async throws -> Response {
        let parts = request.path.split(separator: "/")
        guard request.method == "GET", let place = parts.firstIndex(of: "models") else {
            return try await inner.respond(to: request)
        }
        if let recorded = inner.answerNow(request) { return recorded }
        let models = OpenAIModels(ids: names(), created: Int(VirtualClock.fixedStart))
        let id = parts[(place + 1)...].joined(separator: "/")
        return id.isEmpty ? models.list : models.one(PercentEncoding.decode(id, plusIsSpace: false))
    }

    private func names() -> [String] {
        var names: [String] = []
        for position in cassette.index.indices where cassette.index[position].service.isLLM {
            // A broken recording is reported when it is asked for.
            guard let interaction = try? cassette.interaction(at: position),
                let name = interaction.request.tree?["model"]?.stringValue
            else { continue }
            if !names.contains(where: { $0.hasSameScalars(as: name) }) { names.append(name) }
        }
        return names
    }
}
