import Documents
import Foundation
public import HTTPMessages

/// The models that Anthropic's services list, at `GET /v1/models` with an `anthropic-version` header.
public struct AnthropicModels: Sendable {
    public let ids: [String]
    /// Seconds since 1970, of each model.
    public let created: Int

    public init(ids: [String], created: Int) {
        self.ids = ids
        self.created = created
    }

    /// All of them on one page, whatever page size was asked for.
    public var list: Response {
        AnthropicModels.answer([
            "data": .array(ids.map(json)), "has_more": false, "first_id": ids.first.map(JSONValue.string) ?? .null,
            "last_id": ids.last.map(JSONValue.string) ?? .null,
        ])
    }

    /// One model, or the service's error for an unknown one.
    public func one(_ id: String) -> Response {
        guard ids.contains(where: { $0.hasSameScalars(as: id) }) else {
            return AnthropicError(status: 404, message: "model: \(id)").response
        }
        return AnthropicModels.answer(json(id))
    }

    private func json(_ id: String) -> JSONValue {
        [
            "type": "model", "id": .string(id), "display_name": .string(id),
            "created_at": .string(Date(timeIntervalSince1970: Double(created)).formatted(.iso8601)),
            "lifecycle": "active", "deprecated_at": nil, "retires_at": nil, "line": nil, "capabilities": nil,
            "max_input_tokens": nil, "max_tokens": nil,
        ]
    }

    private static func answer(_ json: JSONValue) -> Response {
        Response(headers: ["content-type": "application/json"], body: json.bytes())
    }
}
