public import Documents

/// A view on the body of an embeddings request.
public struct OpenAIEmbeddingsRequest: Sendable {
    public enum Encoding: String, Sendable, CaseIterable {
        case float
        /// The vector's numbers as little-endian 32-bit floats; Python clients ask for it by themselves.
        case base64
    }

    public let json: JSONValue
    public let model: String
    /// Numbers in each vector, from 1 to 4096.
    public let dimensions: Int
    public let encoding: Encoding
    let inputs: [OpenAITextInput]

    /// - Parameter pathModel: The model that the path names; used when the body names none.
    /// - Throws: `OpenAIError`, as the service would refuse the body.
    public init(body: [UInt8], pathModel: String? = nil) throws(OpenAIError) {
        let fields = try OpenAIFields(body: body)
        json = .object(fields.object)
        guard let model = try fields.string("model") ?? pathModel else { throw .missing("model") }
        self.model = model
        guard let inputs = try OpenAITextInput.list(fields, "input") else { throw .missing("input") }
        guard inputs.count <= 2048 else {
            throw OpenAIError(
                status: 400,
                message: "Invalid 'input': array too long. Expected at most 2048 items, "
                    + "but got \(inputs.count) instead.", param: "input", code: "array_above_max_length")
        }
        self.inputs = inputs
        dimensions = try fields.int("dimensions", in: 1...4096) ?? 1536
        let word = try fields.string("encoding_format") ?? Encoding.float.rawValue
        guard let encoding = Encoding(rawValue: word) else {
            throw .unknownValue(word, of: "encoding_format", accepted: Encoding.allCases.map(\.rawValue))
        }
        self.encoding = encoding
    }
}
