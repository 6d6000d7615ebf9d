public import Documents
public import HTTPMessages

/// What is kept of an answer of Responses: the object and what it answered, for later requests and for reading.
public struct StoredResponse: Sendable, Equatable {
    /// The object, as a `GET` answers it.
    public let json: JSONValue
    /// All that the answer depended on, oldest first: earlier requests and answers, then its own input; each has an id.
    public let inputItems: [JSONValue]
    /// Of the conversation that it is part of.
    public let conversationID: String?

    public init(_ reply: ResponsesReply) {
        json = reply.json
        inputItems = StoredResponse.identified(
            reply.request.earlierItems + reply.request.input, seed: reply.seed)
        conversationID = reply.request.conversationID
    }

    public var id: String { json["id"]?.stringValue ?? "" }

    /// The exchange up to and including the answer: what a request that follows on is put after.
    public var allItems: [JSONValue] { inputItems + (json["output"]?.arrayValue ?? []) }

    /// The answer of `GET …/responses/{id}`: the object, or its events when the query has `stream=true`.
    public func response(to request: Request) -> Response {
        guard request.queryValue("stream") == "true" else { return .openAI(json) }
        let after = request.queryValue("starting_after").flatMap { Int($0) }
        let stream = ResponsesStream(of: json).replyStream(after: after)
        let parts = stream.events.map { ContentStream.Part.chunk($0.bytes) }
        return Response(status: 200, headers: stream.headers, content: .stream(ContentStream(parts)))
    }

    /// The answer of `DELETE …/responses/{id}`.
    public var deleted: Response { .openAI(["id": .string(id), "object": "response", "deleted": true]) }

    /// The answer of `POST …/responses/{id}/cancel`; what ran in the background is done and stays so.
    public var cancelled: Response {
        guard json["background"]?.boolValue == true else {
            return OpenAIError(status: 400, message: "Cannot cancel a synchronous response.").response
        }
        return .openAI(json)
    }

    /// The answer of `GET …/responses/{id}/input_items`: newest first unless `order=asc`, pages by `limit`, `after`.
    public func inputItems(for request: Request) -> Response {
        var items = inputItems
        switch request.queryValue("order") ?? "desc" {
        case "asc": break
        case "desc": items.reverse()
        case let other:
            return OpenAIError.unknownValue(other, of: "order", accepted: ["asc", "desc"]).response
        }
        let limitText = request.queryValue("limit") ?? "20"
        guard let limit = Int(limitText), (1...100).contains(limit) else {
            return OpenAIError(
                status: 400,
                message: "Invalid 'limit': expected an integer from 1 to 100, but got \(limitText) instead.",
                param: "limit", code: "invalid_value"
            ).response
        }
        if let after = request.queryValue("after") {
            guard let index = items.firstIndex(where: { $0["id"]?.stringValue == after }) else {
                return OpenAIError.unknownItem(after).response
            }
            items.removeFirst(index + 1)
        }
        let page = items.prefix(limit)
        return .openAI([
            "object": "list", "data": .array(Array(page)), "first_id": page.first?["id"] ?? nil,
            "last_id": page.last?["id"] ?? nil, "has_more": .bool(page.count < items.count),
        ])
    }

    /// The service's error for a response that is not stored.
    public static func unknown(_ id: String) -> OpenAIError {
        OpenAIError(status: 404, message: "Response with id '\(id)' not found.")
    }

    /// Items with what the service adds: a type, an id, and a message's text as a part.
    static func identified(_ items: [JSONValue], seed: ReplySeed) -> [JSONValue] {
        items.enumerated().map { index, item in
            guard var object = item.objectValue else { return item }
            let type = object["type"]?.stringValue ?? "message"
            object["type"] = .string(type)
            if object["id"]?.stringValue == nil {
                object["id"] = .string(seed.id(prefix(of: type), part: "input \(index)", length: 48))
            }
            if type == "message" {
                if object["status"]?.stringValue == nil { object["status"] = "completed" }
                if let text = object["content"]?.stringValue {
                    let isAnswer = object["role"]?.stringValue == "assistant"
                    object["content"] =
                        isAnswer
                        ? [["type": "output_text", "text": .string(text), "annotations": [], "logprobs": []]]
                        : [["type": "input_text", "text": .string(text)]]
                }
            }
            return .object(object)
        }
    }

    private static func prefix(of type: String) -> String {
        switch type {
        case "message": "msg_"
        case "function_call": "fc_"
        case "function_call_output": "fco_"
        case "reasoning": "rs_"
        default: "item_"
        }
    }
}
