/// Who is stood in for; the word that names an interaction's operation in a cassette.
public enum Service: String, Sendable, CaseIterable, Hashable {
    case openai, azure, anthropic, gemini, hopx, http

    /// True for the four that `llm` names.
    public var isLLM: Bool { [.openai, .azure, .anthropic, .gemini].contains(self) }
}
