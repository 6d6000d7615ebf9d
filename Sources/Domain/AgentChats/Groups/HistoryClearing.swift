import Documents

extension Cast {
    /// AutoGen's `clear_agents_history`: what `clear history [MEMBER] [COUNT]` in a reply asks for, done.
    ///
    /// Only results and calls of tools are looked at; a reply that is a text alone is not.
    ///
    /// - Returns: The reply without these words, and with single spaces between all others.
    /// - Throws: What Python says when the words are there but no command, or there are fewer messages than are to stay.
    mutating func clearing(by reply: Message, in group: Group) throws(ChatError) -> Message {
        guard reply.fields.count > 1 else { return reply }
        guard let content = reply.content else { throw ChatError("KeyError", "'content'") }
        guard let text = content.stringValue, text.uppercased().unicodeScalars.contains("CLEAR HISTORY".unicodeScalars)
        else { return reply }
        let words = text.unicodeScalars.split(whereSeparator: PythonText.isSpace).map(String.init)
        guard let start = words.lastIndex(where: { $0.uppercased() == "CLEAR" }) else {
            throw ChatError("StopIteration", "")
        }
        let command = ClearingCommand(words[start...].dropFirst(2).prefix(2), members: group.members)
        // A result that nothing called would be refused by the service.
        let count = reply.fields["tool_responses"] != nil && command.count ?? 0 == 0 ? 1 : command.count ?? 0
        if let member = command.member {
            try forget(member, keeping: count)
        } else {
            keepLast(count, inGroupOf: group.manager)
            for member in group.members { try forget(member, keeping: count) }
        }
        let length = 2 + (command.member == nil ? 0 : 1) + (command.count == nil ? 0 : 1)
        var shortened = reply
        shortened.fields["content"] = .string(
            (words[..<start] + words[start...].dropFirst(length)).joined(separator: " "))
        return shortened
    }
}

/// What follows the words `clear history`.
private struct ClearingCommand {
    /// Whose history; nil for everybody's and the group's own.
    var member: String?
    /// How many messages stay; nil when nothing was said of it.
    var count: Int?

    /// Each word is a number or a name, with one more character behind it or not.
    init(_ words: some Sequence<String>, members: [String]) {
        for word in words {
            let shorter = String(word.unicodeScalars.dropLast())
            if let number = ClearingCommand.number(word) ?? ClearingCommand.number(shorter) {
                count = number
            } else if let found = members.first(where: { $0 == word || $0 == shorter }) {
                member = found
            }
        }
    }

    private static func number(_ word: String) -> Int? {
        word.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(word) : nil
    }
}
