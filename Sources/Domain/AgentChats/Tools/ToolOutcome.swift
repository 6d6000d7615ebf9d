public import Documents

/// What came of entering a tool's function.
public enum ToolOutcome: Sendable, Equatable {
    case returned(JSONValue)
    /// It raised an error with this text.
    case raised(String)

    /// What the caller is told: texts as they are, everything else as Python's `json` writes it.
    var text: String {
        switch self {
        case .returned(.string(let text)): text
        case .returned(let value): PythonText.json(value)
        case .raised(let text): "Error: \(text)"
        }
    }
}
