public import Conversations
import Documents
public import HTTPMessages

/// `POST /v1/messages/count_tokens`: what a request would cost, by the same estimate as answers' usage.
public struct AnthropicTokenCount: Sendable {
    public let conversation: Conversation

    /// - Throws: As the service would refuse the body.
    public init(body: [UInt8]) throws(AnthropicError) {
        conversation = try Conversation(try AnthropicError.fields(of: body).fields)
    }

    public var response: Response {
        let tokens = Usage(estimating: Answer([]), to: conversation).promptTokens
        return Response(
            headers: ["content-type": "application/json"],
            body: JSONValue.object(JSONObject([("input_tokens", .number(tokens))])).bytes())
    }
}
