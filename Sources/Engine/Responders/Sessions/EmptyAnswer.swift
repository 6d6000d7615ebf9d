import Cassettes
import Documents
import HTTPMessages
import HopXProtocol

/// An answer in a service's own shape that says nothing: no choices, no content, no output.
struct EmptyAnswer {
    let service: Service
    let request: Request
    /// Goes into ids.
    let number: Int
    /// Seconds since 1970.
    let now: Int
    private let facts: RequestFacts

    init(_ request: Request, service: Service, number: Int, now: Double) {
        self.request = request
        self.service = service
        self.number = number
        self.now = Int(now)
        facts = RequestFacts(request, service: service)
    }

    var response: Response {
        let last = request.path.split(separator: "/").last ?? ""
        switch service {
        case .openai, .azure:
            switch last {
            case "responses": return responses
            case "embeddings": return json(["object": "list", "data": [], "model": model, "usage": usage])
            case "models": return json(["object": "list", "data": []])
            default: return chat
            }
        case .anthropic: return message
        case .gemini: return content
        case .hopx:
            return json(
                request.path.hasPrefix("/v1/")
                    ? ["object": "list", "data": [], "has_more": false]
                    : ["success": true, "stdout": "", "stderr": "", "exit_code": 0, "execution_time": 0])
        case .http: return json([:])
        }
    }

    private var model: JSONValue { .string(facts.model ?? "") }
    private var usage: JSONValue { ["prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0] }

    private var chat: Response {
        func object(_ kind: JSONValue) -> JSONValue {
            [
                "id": .string("chatcmpl-fault\(number)"), "object": kind, "created": .number(now), "model": model,
                "choices": [],
            ]
        }
        if facts.isStream { return events([(nil, object("chat.completion.chunk").text()), (nil, "[DONE]")]) }
        var whole = object("chat.completion")
        whole.set(usage, at: JSONPointer(["usage"]))
        return json(whole)
    }

    private var responses: Response {
        func object(_ status: JSONValue) -> JSONValue {
            [
                "id": .string("resp_fault\(number)"), "object": "response", "created_at": .number(now),
                "status": status, "model": model, "output": [], "parallel_tool_calls": true, "tool_choice": "auto",
                "tools": [], "error": .null, "incomplete_details": .null, "instructions": .null, "metadata": [:],
                "usage": [
                    "input_tokens": 0, "input_tokens_details": ["cached_tokens": 0], "output_tokens": 0,
                    "output_tokens_details": ["reasoning_tokens": 0], "total_tokens": 0,
                ],
            ]
        }
        guard facts.isStream else { return json(object("completed")) }
        let kinds = [("response.created", object("in_progress")), ("response.completed", object("completed"))]
        return events(
            kinds.enumerated().map { index, event in
                let data: JSONValue = [
                    "type": .string(event.0), "response": event.1, "sequence_number": .number(index),
                ]
                return (event.0, data.text())
            })
    }

    private var message: Response {
        func object(_ reason: JSONValue) -> JSONValue {
            [
                "id": .string("msg_fault\(number)"), "type": "message", "role": "assistant", "model": model,
                "content": [], "stop_reason": reason, "stop_sequence": .null,
                "usage": ["input_tokens": 0, "output_tokens": 0],
            ]
        }
        guard facts.isStream else { return json(object("end_turn")) }
        let all: [JSONValue] = [
            ["type": "message_start", "message": object(.null)],
            [
                "type": "message_delta", "delta": ["stop_reason": "end_turn", "stop_sequence": .null],
                "usage": ["output_tokens": 0],
            ],
            ["type": "message_stop"],
        ]
        return events(all.map { ($0["type"]?.stringValue, $0.text()) })
    }

    private var content: Response {
        let value: JSONValue = [
            "candidates": [], "usageMetadata": ["promptTokenCount": 0, "totalTokenCount": 0], "modelVersion": model,
            "responseId": .string("fault\(number)"),
        ]
        guard facts.isStream else { return json(value) }
        return request.queryValue("alt") == "sse" ? events([(nil, value.text())], lineEnd: "\r\n") : json([value])
    }

    private func json(_ value: JSONValue) -> Response {
        Response(headers: ["content-type": "application/json"], body: value.bytes())
    }

    private func events(_ events: [(name: String?, data: String)], lineEnd: String = "\n") -> Response {
        let parts = events.map { event in
            ContentStream.Part.chunk(
                Array(EventStream.Event(name: event.name, data: event.data).text(lineEnd: lineEnd).utf8))
        }
        return Response(
            status: 200, headers: ["content-type": "text/event-stream; charset=utf-8"],
            content: .stream(ContentStream(parts)))
    }
}
