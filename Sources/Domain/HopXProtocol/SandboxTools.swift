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
    /// `python 3.11.7`, in order of names.
    public var languageVersions: [String] { SandboxTools.named(languages) }
    public var libraryVersions: [String] { SandboxTools.named(libraries) }

    private static func named(_ versions: [String: String]) -> [String] {
        versions.sorted { $0.key < $1.key }.map { $0.value.isEmpty ? $0.key : "\($0.key) \($0.value)" }
    }
}
