public import Cassettes
import Documents
public import HTTPMessages
import LLMProtocols
public import Scripts
import Synchronization

/// Every model's service, answered from one script; one object is one session.
///
/// OpenAI (chat completions, Responses, completions, embeddings, models), Azure's paths, Anthropic and Gemini. Answers depend on
/// the script, the request and the session's earlier requests only; requests of all services are counted as one series.
public final class FakeLLM: Sendable {
    /// What the session keeps between requests.
    struct State {
        var cursor: Script.Cursor
        /// Canonical body's digest → how often it was answered.
        var repetitions: [String: Int] = [:]
        var responses = StoredResponses()
    }

    let models: [String]
    private let start: Int
    private let clock: (any MovableClock)?
    private let state: Mutex<State>
    /// No answer waits or breaks off.
    private let isPrompt: Bool

    /// - Parameters:
    ///   - models: What lists of models show; requests may name others.
    ///   - created: When answers say that they were made, in seconds since 1970.
    ///   - clock: By as much as this one is moved, answers are made later. Its own time does not count: answers are the
    ///     same on another day.
    public init(script: Script, models: [String], created: Int, clock: (any MovableClock)? = nil) {
        self.models = models
        start = created
        self.clock = clock
        state = Mutex(State(cursor: Script.Cursor(script)))
        isPrompt = script.deliveries.allSatisfy { $0 == Script.Delivery() }
    }

    /// Requests that reached the script so far.
    public var requestCount: Int { state.withLock { $0.cursor.requestCount } }

    /// The same session as one service sees it.
    public func responder(for service: Service) -> any Responder { ServiceOfFakeLLM(llm: self, service: service) }

    /// What is done about a request whose answer is known.
    enum Use {
        /// It is given, and counts.
        case give
        /// It is given if it can be sent at once; else nothing has happened.
        case giveIfReady
        /// It is only looked at.
        case look
    }

    /// - Returns: Nil only for `giveIfReady`.
    func answer(_ request: Request, as service: Service, _ use: Use) -> Response? {
        let created = start + Int(clock?.moved ?? 0)
        let turn = FakeLLM.Turn(request, service: service, models: models, created: created)
        return state.withLock { state in
            if use == .give || (use == .giveIfReady && isPrompt) { return turn.response(&state) }
            // On a copy: what is not given leaves no trace.
            var changed = state
            let response = turn.response(&changed)
            if use == .look { return response }
            guard response.content.readyChunks != nil else { return nil }
            state = changed
            return response
        }
    }
}

/// A session of scripted models behind one service's paths.
private struct ServiceOfFakeLLM: Responder {
    let llm: FakeLLM
    let service: Service

    func respond(to request: Request) async throws -> Response {
        guard let response = llm.answer(request, as: service, .give) else { preconditionFailure("given is given") }
        return response
    }

    func answerNow(_ request: Request) -> Response? { llm.answer(request, as: service, .giveIfReady) }

    func preview(of request: Request) -> Response? { llm.answer(request, as: service, .look) }
}
