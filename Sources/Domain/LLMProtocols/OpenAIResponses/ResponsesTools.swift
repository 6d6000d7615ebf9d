import Conversations
import Documents

/// The tools of a Responses request, flat, and which of them the model may or must call.
struct ResponsesTools {
    var tools: [Conversation.Tool] = []
    /// Names of tools that take free text instead of JSON.
    var custom: Set<String> = []
    var choice = Conversation.ToolChoice.automatic
    /// The names that `allowed_tools` leaves; nil for all.
    var allowed: Set<String>?

    init(_ fields: OpenAIFields) throws(OpenAIError) {
        for tool in try fields.list("tools") {
            let type = try tool.requiredString("type")
            let description = try tool.string("description")
            switch type {
            case "function":
                tools.append(
                    Conversation.Tool(
                        name: try tool.requiredString("name"), description: description,
                        parameters: try tool.fields("parameters").map { .object($0.object) }))
            case "custom":
                let name = try tool.requiredString("name")
                tools.append(Conversation.Tool(name: name, description: description))
                custom.insert(name)
            default: tools.append(Conversation.Tool(name: type, description: description))
            }
        }
        switch fields["tool_choice"] {
        case nil: break
        case .string(let word): choice = try .init(openAI: word, param: fields.param("tool_choice"))
        case .object: try read(try fields.requiredFields("tool_choice"))
        case let other?:
            throw .wrongType(other, of: fields.param("tool_choice"), expected: "a string or an object")
        }
    }

    private mutating func read(_ fields: OpenAIFields) throws(OpenAIError) {
        let type = try fields.requiredString("type")
        switch type {
        case "function", "custom": choice = .named(try fields.requiredString("name"))
        case "allowed_tools":
            choice = try .init(openAI: try fields.requiredString("mode"), param: fields.param("mode"))
            var names: Set<String> = []
            for tool in try fields.list("tools") {
                if let name = try tool.string("name") ?? tool["type"]?.stringValue { names.insert(name) }
            }
            allowed = names
        default: choice = .named(type)
        }
    }
}
