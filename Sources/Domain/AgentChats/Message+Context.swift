import Documents

// A message's `context`, which AutoGen fills the contents of a request in from: `OpenAIWrapper.instantiate`.
extension Message {
    /// - Parameter fillsTemplates: Whether texts are templates; otherwise they stay as they are.
    /// - Throws: What Python says to a template that cannot be filled in, or to a content of several parts, which
    ///   AutoGen takes for a function of the context.
    mutating func fill(in context: JSONValue, fillsTemplates: Bool) throws(ChatError) {
        guard let content, content.isTruthy, context.isTruthy else { return }
        guard let text = content.stringValue else {
            throw ChatError("TypeError", "'\(PythonText.typeName(of: content))' object is not callable")
        }
        guard fillsTemplates else { return }
        var values: [String: String] = [:]
        for member in context.objectValue?.members ?? [] { values[member.name] = PythonText.plain(member.value) }
        fields["content"] = .string(try PythonText.format(text, values))
    }

    /// What printing a message that was heard looks at.
    ///
    /// - Throws: What Python says when it cannot be printed.
    func checkPrinting(fillsTemplates: Bool) throws(ChatError) {
        if role == "tool" || role == "function" { return }
        guard let context = fields["context"] else { return }
        var copy = self
        try copy.fill(in: context, fillsTemplates: fillsTemplates)
    }
}
