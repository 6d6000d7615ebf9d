import Cassettes
import Documents
import Testing

/// A request as it is known: a service, an operation and a body.
struct KnownRequest: CustomTestStringConvertible {
    var service: Service
    var operation: Cassettes.Operation
    var body: JSONValue

    var testDescription: String { "\(service.rawValue) \(operation)" }

    func key(_ bytes: [UInt8]? = nil, rules: MatchRules = MatchRules()) -> InteractionKey {
        InteractionKey(
            service: service, operation: operation, inputs: service == .hopx ? "5b1e77aa" : nil,
            body: bytes ?? body.bytes(),
            rules: rules)
    }

    func key(of other: JSONValue, rules: MatchRules = MatchRules()) -> InteractionKey {
        key(other.bytes(), rules: rules)
    }
}

extension KnownRequest {
    /// One realistic request for each service, those of LLMs with 20 messages.
    static let all = [openAI, responses, azure, anthropic, gemini, hopX, http]

    private static let texts = [
        "You are a helpful assistant.\nSolve tasks with code. “Quotes”, naïve café",
        "Calculate the first 100 primes \u{1F600}",
        "```python\nprint(24133)\n```\n", "exitcode: 0 (execution succeeded)\nCode output: 24133", "TERMINATE",
    ]

    private static func number(_ spelling: String) -> JSONValue {
        JSONNumber(spelling: spelling).map(JSONValue.number) ?? .null
    }

    private static let tool: JSONValue = [
        "name": "run_data_analysis", "description": "Runs Python code — and returns what it printed.",
        "parameters": [
            "type": "object", "required": ["code"],
            "properties": [
                "code": ["type": "string"], "timeout": ["type": "number", "default": 60, "minimum": .null],
            ],
        ],
    ]

    private static func messages(_ text: (String) -> JSONValue = { .string($0) }, content: String = "content")
        -> JSONValue
    {
        .array(
            (0..<20).map { index in
                .object(
                    JSONObject([
                        ("role", .string(index % 2 == 0 ? "user" : "assistant")),
                        (content, text(texts[index % 5] + " \(index)")),
                    ]))
            })
    }

    static let openAI = KnownRequest(
        service: .openai, operation: .init(method: "POST", path: "/v1/chat/completions"),
        body: [
            "model": "gpt-4o", "temperature": number("0.2"), "top_p": 1, "stop": ["END"], "messages": messages(),
            "tools": [["type": "function", "function": tool]],
            "stream": true, "stream_options": ["include_usage": true], "logit_bias": ["50256": -100],
        ])
    static let responses = KnownRequest(
        service: .openai, operation: .init(method: "POST", path: "/v1/responses"),
        body: [
            "model": "gpt-4o", "input": messages(), "store": false, "previous_response_id": "resp_1",
            "reasoning": ["effort": "low"],
        ])
    static let azure = KnownRequest(
        service: .azure,
        operation: .init(
            method: "POST", path: "/openai/deployments/gpt-4o/chat/completions", query: "api-version=2024-10-21"),
        body: ["messages": messages(), "max_tokens": 100, "seed": 7])
    static let anthropic = KnownRequest(
        service: .anthropic, operation: .init(method: "POST", path: "/v1/messages"),
        body: [
            "model": "claude", "max_tokens": 1024, "system": [["type": "text", "text": "be brief"]],
            "messages": messages { ["type": "text", "text": .string($0)] },
            "tools": [["name": "f", "input_schema": ["type": "object"]]],
        ])
    static let gemini = KnownRequest(
        service: .gemini, operation: .init(method: "POST", path: "/v1/models/gemini-2.5-pro:generateContent"),
        body: [
            "contents": messages({ [["text": .string($0)]] }, content: "parts"),
            "generationConfig": ["topP": number("0.5"), "stopSequences": ["X"]],
            "tools": [["functionDeclarations": [tool]]],
        ])
    static let hopX = KnownRequest(
        service: .hopx, operation: .init(method: "POST", path: "/execute"),
        body: [
            "code": "import pandas as pd\nprint(pd)\n", "language": "python", "timeout": 60, "workdir": "/workspace",
            "env": [:],
        ])
    static let http = KnownRequest(
        service: .http, operation: .init(method: "POST", path: "/to/vector/query"),
        body: [
            "vector": [number("0.25"), -1, number("1e10")], "filter": .null, "k": 5,
            "deep": [[], [:], ["a": [.null, false]]],
        ])
}

extension JSONValue {
    /// The value without the null members of the outermost object.
    var withoutOutermostNulls: JSONValue {
        guard case .object(let object) = self else { return self }
        return .object(JSONObject(object.members.filter { !$0.value.isNull }.map { ($0.name, $0.value) }))
    }
}

extension Service {
    var treatsNullAsAbsent: Bool { self != .hopx && self != .http }

    /// Nothing but a body's meaning, as the test sees it.
    func areSame(_ a: JSONValue, _ b: JSONValue) -> Bool {
        treatsNullAsAbsent ? a.withoutOutermostNulls == b.withoutOutermostNulls : a == b
    }
}
