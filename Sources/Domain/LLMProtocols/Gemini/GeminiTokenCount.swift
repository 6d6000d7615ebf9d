public import Conversations
import Documents
public import HTTPMessages

/// `countTokens`: what a request would cost, by the same estimate as answers' usage.
public struct GeminiTokenCount: Sendable {
    public let conversation: Conversation

    /// - Parameters:
    ///   - body: With `contents`, or with a whole request as `generateContentRequest`.
    ///   - model: From the path, without `models/`.
    /// - Throws: As the service would refuse the body.
    public init(body: [UInt8], model: String) throws(GeminiError) {
        let fields = try GeminiFields(try GeminiError.json(of: body))
        let request = try fields.fields("generateContentRequest")
        conversation = try Conversation(request.map { GeminiFields($0.object) } ?? fields, model: model)
    }

    public var response: Response {
        let tokens = Usage(estimating: Answer([]), to: conversation).promptTokens
        let json: JSONValue = [
            "totalTokens": .number(tokens),
            "promptTokensDetails": [["modality": "TEXT", "tokenCount": .number(tokens)]],
        ]
        return Response(headers: ["content-type": "application/json; charset=UTF-8"], body: json.bytes())
    }
}
