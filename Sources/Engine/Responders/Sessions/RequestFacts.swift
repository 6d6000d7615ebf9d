import Cassettes
import Documents
import HTTPMessages
import HopXProtocol

/// What faults and verdicts have to know of a request, worked out when it is asked for.
struct RequestFacts {
    private static let redactor = Redactor()

    private let request: Request
    private let service: Service
    private let json: JSONValue?
    /// The sandbox that an agent's path belongs to.
    private let sandbox: String?

    init(_ request: Request, service: Service) {
        self.request = RequestFacts.redactor.redact(request, service: service)
        self.service = service
        sandbox = service == .hopx ? request.headers[FakeHopX.sandboxHeader] : nil
        json = try? JSONValue(parsing: self.request.body)
    }

    var operation: String { "\(request.method) \(request.path)" }

    /// What the request is, without what changes from run to run.
    var key: String {
        var operation = Operation(request)
        if service == .hopx, let known = HopXOperation(method: request.method, path: request.path) {
            operation = Operation(known, query: request.queryItems)
        }
        return InteractionKey(
            service: service, operation: operation, inputs: nil, body: request.body, rules: MatchRules()
        ).text
    }

    /// What a request and its repetition have in common, and no other request: for HopX also the sandbox.
    var repetitionKey: String {
        service == .hopx ? "\(key) \(request.path) \(sandbox ?? "")" : key
    }

    /// The model that is asked: Gemini and Azure have it in the path.
    var model: String? {
        if let model = json?["model"]?.stringValue { return model }
        let parts = request.path.split(separator: "/")
        if let index = parts.firstIndex(of: "deployments"), index + 1 < parts.count {
            return PercentEncoding.decode(parts[index + 1], plusIsSpace: false)
        }
        guard service == .gemini, let last = parts.last?.split(separator: ":"), last.count == 2 else { return nil }
        return PercentEncoding.decode(last[0], plusIsSpace: false)
    }

    /// Whether events are asked for.
    var isStream: Bool {
        json?["stream"]?.boolValue ?? false || request.path.hasSuffix(":streamGenerateContent")
    }

    /// What the last message says, in whichever provider's words.
    var question: String? {
        guard service.isLLM, let json else { return nil }
        if let text = json["input"]?.stringValue { return text }
        guard let last = (json["messages"] ?? json["input"] ?? json["contents"])?.arrayValue?.last else { return nil }
        let content = last["content"] ?? last["parts"]
        let text = content?.stringValue ?? RequestFacts.texts(in: content).joined(separator: "\n")
        return text.isEmpty ? nil : text
    }

    /// All that is said in it.
    var text: String { RequestFacts.strings(in: json ?? .null).joined(separator: "\n") }

    private static func texts(in content: JSONValue?) -> [String] {
        (content?.arrayValue ?? []).compactMap { $0["text"]?.stringValue }
    }

    private static func strings(in value: JSONValue) -> [String] {
        switch value {
        case .string(let text): [text]
        case .array(let items): items.flatMap(strings)
        case .object(let object): object.members.flatMap { strings(in: $0.value) }
        case .null, .bool, .number: []
        }
    }
}
