import Documents

/// The calls of one message, made one after another, and the reply that joins their results.
struct CallRound: Sendable {
    enum Step {
        /// A function is to be entered.
        case call(tool: String, arguments: JSONObject)
        case reply(Message)
        /// What AutoGen itself does not survive.
        case fail(ChatError)
    }

    /// Of the deprecated `function_call`, whose reply has another shape.
    private let isFunctionCall: Bool
    private var calls: ArraySlice<JSONValue>
    private var responses: [JSONObject] = []

    /// - Returns: Nil when the message calls nothing.
    init?(_ message: Message) {
        if let call = message.fields["function_call"], call.isTruthy {
            isFunctionCall = true
            calls = [["function": call]]
        } else {
            isFunctionCall = false
            calls = message.toolCalls[...]
        }
        if calls.isEmpty { return nil }
    }

    /// - Parameter tools: What the agent can execute.
    mutating func next(tools: [Tool]) -> Step {
        while let call = calls.first {
            let function = call["function"]
            let name = function?["name"]?.stringValue ?? ""
            guard let tool = tools.last(where: { $0.name == name }) else {
                take(.raised("Function \(name) not found."))
                continue
            }
            switch CallRound.bind(function, to: tool) {
            case .fits(let arguments): return .call(tool: name, arguments: arguments)
            case .rejected(let text): take(.raised(text))
            case .escapes(let error): return .fail(error)
            }
        }
        return .reply(reply)
    }

    /// Takes the outcome of the first call that is left.
    mutating func take(_ outcome: ToolOutcome) {
        guard let call = calls.popFirst() else { return }
        var response = JSONObject()
        if isFunctionCall {
            response["name"] = call["function"]?["name"] ?? ""
            response["role"] = "function"
        } else {
            if let id = call["id"], !id.isNull { response["tool_call_id"] = id }
            response["role"] = "tool"
        }
        response["content"] = .string(outcome.text)
        responses.append(response)
    }

    private var reply: Message {
        if isFunctionCall { return Message(responses.first ?? JSONObject()) }
        let joined = responses.compactMap { $0["content"]?.stringValue }.joined(separator: "\n\n")
        return Message(
            JSONObject([
                ("role", "tool"), ("tool_responses", .array(responses.map(JSONValue.object))),
                ("content", .string(joined)),
            ]))
    }

    /// What becomes of a call's arguments before the function is entered.
    private enum Binding {
        case fits(JSONObject)
        /// The caller is told.
        case rejected(String)
        /// Nothing in AutoGen catches it.
        case escapes(ChatError)
    }

    private static func bind(_ function: JSONValue?, to tool: Tool) -> Binding {
        let given = function?["arguments"] ?? "{}"
        let text: String
        do throws(ChatError) {
            text = try self.text(ofArguments: given)
        } catch {
            return .escapes(error)
        }
        let value: JSONValue
        do throws(PythonJSON.Failure) {
            value = try PythonJSON.parse(repaired(text))
        } catch {
            switch error {
            case .syntax(let text): return .rejected("\(text)\n The argument must be in JSON format.")
            case .depth(let text): return .escapes(ChatError("RecursionError", text))
            }
        }
        if value.isNull {
            return .escapes(
                ChatError(
                    "UnboundLocalError",
                    "cannot access local variable 'content' where it is not associated with a value"))
        }
        guard let arguments = value.objectValue else {
            return .rejected(
                "\(tool.name)() argument after ** must be a mapping, not \(typeName(of: value, from: text))")
        }
        do throws(ChatError) {
            return .fits(try tool.arguments(for: arguments))
        } catch {
            return .rejected(error.message)
        }
    }

    /// What is read as JSON; services ought to send a text. Python goes through anything else that has parts, and of an
    /// object sees the names alone.
    private static func text(ofArguments given: JSONValue) throws(ChatError) -> String {
        switch given {
        case .string(let text): return text
        case .object(let object): return object.members.map(\.name).joined()
        case .array(let items):
            for (index, item) in items.enumerated() where item.stringValue == nil {
                throw ChatError(
                    "TypeError",
                    "sequence item \(index): expected str instance, \(PythonText.typeName(of: item)) found")
            }
            return items.compactMap(\.stringValue).joined()
        default: throw ChatError("TypeError", "'\(PythonText.typeName(of: given))' object is not iterable")
        }
    }

    /// `NaN` and the infinities are read as texts, but are numbers to Python.
    private static func typeName(of value: JSONValue, from text: String) -> String {
        if case .string = value, !text.unicodeScalars.contains("\"") { return "float" }
        return PythonText.typeName(of: value)
    }

    /// AutoGen's repair: line breaks between values are dropped, line breaks and tabs inside of texts are escaped. It
    /// takes a quote for one unless a single backslash precedes it.
    static func repaired(_ text: String) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var isInside = false
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if previous != "\\", scalar == "\"" { isInside.toggle() }
            previous = scalar
            switch (scalar, isInside) {
            case ("\n", false): break
            case ("\n", true): result += ["\\", "n"]
            case ("\t", true): result += ["\\", "t"]
            default: result.append(scalar)
            }
        }
        return result
    }
}
