import Documents

/// The nested chat in which a manager's model chooses the next speaker, asked again as long as it is not clear.
struct SelectorChat: Sendable {
    enum Step {
        case ask([Message])
        case chosen(String)
        /// No attempt is left.
        case undecided
        case fail(ChatError)
    }

    /// The agent that asks the model, and the one that reads its answers.
    static let selector = "speaker_selection_agent"
    private static let checker = "checking_agent"

    let candidates: [String]
    private let prompts: SelectionPrompts
    private let system: Message
    private var messages: [Message]
    private let opening: Message
    private var attempt = 0

    /// - Parameters:
    ///   - candidates: Name and description of each.
    ///   - messages: The group's, at least one.
    /// - Throws: What Python says to a template that cannot be filled in.
    init(
        _ prompts: SelectionPrompts, candidates: [(name: String, description: String)], messages: [Message]
    ) throws(ChatError) {
        self.prompts = prompts
        self.candidates = candidates.map(\.name)
        self.messages = messages
        let list = PythonText.list(self.candidates)
        let text = try PythonText.format(
            prompts.message, ["roles": SelectorChat.roles(candidates), "agentlist": list])
        system = Message(JSONObject([("content", .string(text)), ("role", "system")]))
        // The service would refuse calls that nothing answers.
        if let last = messages.indices.last {
            for name in ["function_call", "tool_calls"] where messages[last].fields[name]?.isTruthy == true {
                self.messages[last].fields[name] = .null
            }
        }
        if let prompt = prompts.prompt {
            opening = SelectorChat.told(try PythonText.format(prompt, ["agentlist": list]), role: prompts.role)
        } else {
            opening = self.messages.last ?? Message(text: "")
        }
    }

    /// `NAME: DESCRIPTION` of each, one below the other.
    static func roles(_ members: [(name: String, description: String)]) -> String {
        members.map { PythonText.trimming("\($0.name): \($0.description)") }.joined(separator: "\n")
    }

    mutating func start() -> Step { tell(opening) }

    mutating func next(after answer: ModelAnswer) -> Step {
        do throws(ChatError) {
            return take(try answer.reply() ?? Message(text: ""))
        } catch {
            return .fail(error)
        }
    }

    private static func told(_ text: String, role: String) -> Message {
        Message(
            JSONObject([("content", .string(text)), ("name", .string(checker)), ("override_role", .string(role))]))
    }

    private mutating func tell(_ message: Message) -> Step {
        guard let heard = message.kept(as: "user", speaker: SelectorChat.checker) else { return .fail(.unsendable) }
        messages.append(heard)
        // The selector has the standard test, and then says nothing.
        if TerminationTest.standard.matches(heard) { return read(heard) }
        guard prompts.hasModel else { return take(Message(text: "")) }
        // As with every request of an agent, the last message's context is used up.
        messages[messages.count - 1].fields["context"] = nil
        return .ask(([system] + messages).flatMap(\.unrolledMessages))
    }

    private mutating func take(_ reply: Message) -> Step {
        guard let said = reply.kept(as: "assistant", speaker: SelectorChat.selector) else {
            return .fail(.unsendable)
        }
        messages.append(said)
        return read(said)
    }

    private mutating func read(_ message: Message) -> Step {
        attempt += 1
        guard let text = message.content?.stringValue else {
            let type = PythonText.typeName(of: message.content ?? .null)
            return .fail(ChatError("AttributeError", "'\(type)' object has no attribute 'strip'"))
        }
        let answer = PythonText.trimming(text)
        let mentioned = candidates.filter { SelectorChat.mentions($0, in: answer) }
        if mentioned.count == 1 { return .chosen(mentioned[0]) }
        guard attempt <= prompts.maxRetries else { return .undecided }
        do throws(ChatError) {
            let text = try PythonText.format(
                mentioned.isEmpty ? prompts.none : prompts.several, ["agentlist": PythonText.list(candidates)])
            return tell(SelectorChat.told(text, role: prompts.role))
        } catch {
            return .fail(error)
        }
    }

    /// Whether a text has the name as a word, or the name with its underscores as spaces or escaped.
    static func mentions(_ name: String, in text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        let spellings = [name, name.replacing("_", with: " "), name.replacing("_", with: "\\_")]
        return spellings.contains { spelling in
            let word = Array(spelling.unicodeScalars)
            guard word.count <= scalars.count else { return false }
            return (0...(scalars.count - word.count)).contains { start in
                let end = start + word.count
                return scalars[start..<end].elementsEqual(word)
                    && (start == 0 || !PythonText.isWord(scalars[start - 1]))
                    && (end == scalars.count || !PythonText.isWord(scalars[end]))
            }
        }
    }
}
