import Cassettes
import Documents
import Reports
import ScenarioRunning

extension CassetteStory {
    /// A story with all that a cassette can tell: a conversation that grows, tools, code, errors, a stream, a socket.
    static func sample(_ text: String = sampleText) throws -> CassetteStory {
        let cassette = try Cassette(Array(text.utf8), file: "cassettes/story.yaml")
        var transcript = WireTranscript(subject: "story", start: 0, literals: .init([]))
        return try CassetteStory(cassette) { transcript.add($0.exchange) }
    }

    static let sampleText = """
        ---
        understudy: cassette/1
        name: story
        recorded: {by: understudy 0.1.0, on: "2026-11-23"}
        services: {openai: {upstream: "https://api.openai.com/v1", from: live}, hopx: {upstream: sandbox, from: sandbox}}
        ...
        ---
        interaction: 1
        at: 0.000
        openai: POST /v1/chat/completions
        request:
          body:
            model: gpt-4o
            messages:
            - {role: system, content: You answer in few words.}
            - {role: user, name: ann, content: "How long is a day on Mercury, from one sunrise to the next one, and why is it so much longer than a year there?"}
        response: {status: 429, headers: {content-type: application/json}, at: 0.2, body: {error: {message: "Rate limit reached\\e[31m"}}}
        ...
        ---
        interaction: 2
        at: 1.000
        openai: POST /v1/chat/completions
        request: {like: 1}
        response:
          status: 200
          headers: {content-type: application/json, x-request-id: req_2}
          at: 2.214
          body:
            model: gpt-4o-2024
            choices:
            - message: {role: assistant, content: null, tool_calls: [{id: call_1, type: function, function: {name: run_python, arguments: '{"code": "print(176)"}'}}]}
              finish_reason: tool_calls
            usage: {prompt_tokens: 40, completion_tokens: 12}
        ...
        ---
        interaction: 3
        at: 2.300
        hopx: POST /v1/sandboxes
        sandbox: 1
        request: {body: {template_name: code-interpreter}}
        response: {status: 201, headers: {content-type: application/json}, at: 2.500, body: {id: sb1, status: running}}
        ...
        ---
        interaction: 4
        at: 2.600
        hopx: POST /execute
        sandbox: 1
        inputs: 5b1e77aa
        request: {body: {code: "print(176)\\n1/0\\n", language: python}}
        response: {status: 200, at: 2.700, body: {success: false, stdout: "176\\n", stderr: "ZeroDivisionError\\n", exit_code: 1}}
        ...
        ---
        interaction: 5
        at: 3.000
        openai: POST /v1/chat/completions
        request:
          like: 1
          append:
            /messages:
            - {role: assistant, content: null, tool_calls: [{id: call_1, type: function, function: {name: run_python, arguments: '{"code": "print(176)"}'}}]}
            - {role: tool, tool_call_id: call_1, content: "176"}
        response:
          status: 200
          headers: {content-type: text/event-stream}
          at: 3.1
          end: reset
          events:
          - {at: 3.1, data: '{"model":"gpt-4o","choices":[{"delta":{"content":"176 "}}]}'}
          - {at: 3.2, data: '{"choices":[{"delta":{"content":"days"},"finish_reason":"length"}]}', cuts: [[9, 3.15]]}
        ...
        ---
        interaction: 6
        at: 4.000
        hopx: WS /execute/stream
        sandbox: 1
        inputs: 5b1e77aa
        messages:
        - {at: 4.0, client: '{"type":"execute","code":"print(1)"}'}
        - {at: 4.1, server: '{"type":"stdout","data":"1\\n"}'}
        - {at: 4.2, server: '{"type":"result","exit_code":0}'}
        - {at: 4.3, close: server, code: 1000}
        ...
        ---
        interaction: 7
        at: 5.000
        http: GET /logo?size=2
        request: {}
        response: {status: 200, headers: {content-type: image/png}, at: 5.5, base64: iVBORw0KGgo=}
        ...
        ---
        interaction: 8
        at: 6.000
        http: GET /never
        request: {}
        response: {end: timeout, at: 66}
        ...

        """
}
