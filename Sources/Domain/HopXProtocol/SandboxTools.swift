/// What code can use in a back end's sandboxes.
public struct SandboxTools: Sendable, Equatable {
    /// Versions by language, as `CodeRun.Language` spells it; a language that is not here cannot be run.
    public var languages: [String: String]
    /// Versions of Python's libraries by name.
    public var libraries: [String: String]

    public init(languages: [String: String] = [:], libraries: [String: String] = [:]) {
        self.languages = languages
        self.libraries = libraries
    }
}
