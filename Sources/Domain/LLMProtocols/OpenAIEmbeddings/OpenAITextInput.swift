import Conversations
import Documents

/// A text that embeddings and completions take: as text, or as the numbers of its tokens.
struct OpenAITextInput: Sendable, Equatable {
    /// Numbers are written out with spaces between them: no vocabulary is at hand.
    var text: String
    /// Estimated for a text.
    var tokenCount: Int

    init(text: String) {
        self.text = text
        tokenCount = Usage.tokens(text)
    }

    private init(tokens: [Int]) {
        text = tokens.map(String.init).joined(separator: " ")
        tokenCount = tokens.count
    }

    /// One text, a list of texts, one list of token numbers, or a list of those; nil when the member is absent.
    static func list(_ fields: OpenAIFields, _ name: String) throws(OpenAIError) -> [OpenAITextInput]? {
        let param = fields.param(name)
        switch fields[name] {
        case nil: return nil
        case .string(let text): return [OpenAITextInput(text: text)]
        case .array(let items):
            guard let first = items.first else { throw .emptyArray(param) }
            if case .number = first { return [OpenAITextInput(tokens: try tokens(items, param))] }
            var inputs: [OpenAITextInput] = []
            for (index, item) in items.enumerated() {
                let place = "\(param)[\(index)]"
                switch item {
                case .string(let text): inputs.append(OpenAITextInput(text: text))
                case .array(let numbers):
                    guard !numbers.isEmpty else { throw .emptyArray(place) }
                    inputs.append(OpenAITextInput(tokens: try tokens(numbers, place)))
                default: throw .wrongType(item, of: place, expected: "a string or an array of integers")
                }
            }
            return inputs
        case let other?:
            throw .wrongType(other, of: param, expected: "a string, an array of strings or an array of integers")
        }
    }

    private static func tokens(_ items: [JSONValue], _ param: String) throws(OpenAIError) -> [Int] {
        var numbers: [Int] = []
        for (index, item) in items.enumerated() {
            guard let number = item.intValue else {
                throw .wrongType(item, of: "\(param)[\(index)]", expected: "an integer")
            }
            numbers.append(number)
        }
        return numbers
    }
}
