import Conversations
import Documents
import Scripts

extension Script {
    /// A file that uses every key; its line numbers are part of the tests.
    static let sampleFile = """
        understudy: script/1
        rules:
        - when: {request: 1, model: gpt-4o}
          reply: {text: "first"}
        - when:
            text: {contains: failed}
            system: {matches: "(?i)python"}
          reply: {error: {status: 429, message: slow down, code: c, type: t, headers: {retry-after-ms: "5"}}}
          times: 2
        - when:
            text: {matches: "weather in (?<city>[A-Za-z]+)"}
            has_tools: [get_weather]
          reply:
            thinking: A tool knows.
            tool_calls:
            - {name: get_weather, arguments_template: {city: "{{city}}", days: 2}}
            - {name: get_weather, arguments: {city: Rome}, id: call_2}
            - {name: get_weather, arguments: "{broken"}
        - when:
            tool_result: {name: get_weather, matches: "([0-9]+) °C", is_error: false}
          reply: {template: "{{1}} degrees: {{tool_result.get_weather}}"}
          then:
          - {json: {degrees: 18, sure: true}, finish_reason: length}
          - {json_template: {raw: ["{{text}}", "{{json:/model}}"]}, pace: {ttft: 0.5, tps: 40, jitter: 0.25, seed: 7}}
          - {refusal: No more weather., cut_after: 3}
          times: 5
        - when:
            all:
            - any:
              - stream: true
              - json: {path: "$.temperature", equals: 0}
              - json: {path: /user, exists: true}
            - not: {json: {path: "$.messages[*].content", contains: secret}}
            - not: {has_tools: true, tool_result: true}
            - model: {matches: "^o[0-9]"}
          reply: {text: "a {{brace}} is text here", finish_reason: content_filter}
        otherwise: {template: "request {{request}}"}

        """

    /// A file that uses every key of the rules for code; its line numbers are part of the tests.
    static let codeSampleFile = """
        understudy: script/1
        sandbox:
        - when: {code: {contains: prime}, language: python}
          reply: {stdout: "24133\\n", stderr: warned, exit_code: 3, files: {a.txt: text, b.bin: {base64: "/w=="}}}
          then:
          - {rich: {html: <b>x</b>, png: AAAA, json: [1, 2], dataframe: {columns: [a]}}, delay: 0.5}
          times: 3
        - when: {command: {matches: "^pip "}}
          reply: {error: {message: no network, status: 403, code: PERMISSION_DENIED}, delay: 2}
        - when: {request: 9, language: [bash, go]}
          reply: {stdout: ninth}

        """
}

extension Script.Question {
    static func chat(
        _ text: String, system: String? = nil, model: String = "gpt-4o", tools: [String] = [],
        results: [Conversation.ToolResult] = [], json: JSONValue = [:], isStream: Bool = false
    ) -> Script.Question {
        var messages: [Conversation.Message] = []
        if let system { messages.append(.init(role: .system, text: system)) }
        if results.isEmpty {
            messages.append(.init(role: .user, text: text))
        } else {
            messages.append(.init(role: .tool, text: nil, toolResults: results))
        }
        return Script.Question(
            conversation: Conversation(
                model: model, messages: messages, tools: tools.map { Conversation.Tool(name: $0) }),
            json: json, isStream: isStream)
    }
}

extension Script.Outcome {
    /// What is said; nil for anything but an answer.
    var answer: Answer? { if case .reply(.answer(let answer, _)) = self { answer } else { nil } }
    var delivery: Script.Delivery? { if case .reply(.answer(_, let delivery)) = self { delivery } else { nil } }
    var noMatch: Script.NoMatch? { if case .noMatch(let noMatch) = self { noMatch } else { nil } }
}
