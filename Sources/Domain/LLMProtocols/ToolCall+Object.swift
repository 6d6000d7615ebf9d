import Conversations
import Documents

extension ToolCall {
    /// The arguments where a provider sends them as an object; nil for text that is not one.
    ///
    /// No text at all is an object without members: models write that for functions without parameters.
    var argumentsObject: JSONObject? {
        if arguments.unicodeScalars.allSatisfy({ $0.properties.isWhitespace }) { return JSONObject() }
        return (try? JSONValue(parsing: arguments))?.objectValue
    }
}
