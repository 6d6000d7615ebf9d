import Documents
public import HTTPMessages

/// The models a service has: the answers of `GET …/models` and `GET …/models/{model}`.
public struct OpenAIModels: Sendable, Equatable {
    /// In the order of the list.
    public var ids: [String]
    /// Seconds since 1970, the same for all.
    public var created: Int

    public init(ids: [String], created: Int) {
        self.ids = ids
        self.created = created
    }

    public var list: Response { OpenAIModels.answer(["object": "list", "data": .array(ids.map(json))]) }

    /// One model, or the service's error for an unknown one.
    public func one(_ id: String) -> Response {
        guard ids.contains(where: { $0.hasSameScalars(as: id) }) else { return OpenAIError.unknownModel(id).response }
        return OpenAIModels.answer(json(id))
    }

    private func json(_ id: String) -> JSONValue {
        ["id": .string(id), "object": "model", "created": .number(created), "owned_by": "understudy"]
    }

    private static func answer(_ json: JSONValue) -> Response {
        Response(headers: ["content-type": "application/json"], body: json.bytes())
    }
}
