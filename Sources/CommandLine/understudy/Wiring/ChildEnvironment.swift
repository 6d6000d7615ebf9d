import Processes

/// What a program's environment becomes, so that its clients find the fakes and nothing else.
struct ChildEnvironment {
    /// New values by name; nil takes a variable away.
    let changes: [String: String?]

    /// - Parameters:
    ///   - parent: The environment that it is derived from.
    ///   - origin: Where the fakes are: `http://127.0.0.1:8080`.
    ///   - key: Selects the session; the only key that the program gets.
    ///   - shim: The folder of Python's start-up file.
    ///   - caches: The folder that takes the place of AutoGen's disk caches.
    ///   - elsewhere: The file that gets the addresses of other machines.
    init(parent: [String: String], origin: String, key: String, shim: String, caches: String, elsewhere: String) {
        var changes: [String: String?] = [:]
        for name in parent.keys where ChildEnvironment.leadsElsewhere(name) { changes[name] = .some(nil) }
        for (name, value) in ChildEnvironment.variables(origin: origin, key: key) { changes[name] = value }
        changes["NO_PROXY"] = "127.0.0.1,localhost"
        changes["PYTHONPATH"] = PythonShim.pythonPath(shim, before: parent["PYTHONPATH"])
        changes[PythonShim.cacheVariable] = caches
        changes[PythonShim.elsewhereVariable] = elsewhere
        self.changes = changes
    }

    /// What the services' clients read.
    static func variables(origin: String, key: String) -> [(name: String, value: String)] {
        [
            ("OPENAI_BASE_URL", "\(origin)/v1"), ("OPENAI_API_BASE", "\(origin)/v1"), ("OPENAI_API_KEY", key),
            ("AZURE_OPENAI_ENDPOINT", origin), ("AZURE_OPENAI_API_KEY", key),
            ("ANTHROPIC_BASE_URL", origin), ("ANTHROPIC_API_KEY", key),
            ("GOOGLE_GEMINI_BASE_URL", origin), ("GEMINI_API_BASE", "\(origin)/v1beta"), ("GEMINI_API_KEY", key),
            ("GOOGLE_API_KEY", key),
            ("HOPX_BASE_URL", origin), ("HOPX_API_KEY", key),
        ]
    }

    /// A proxy, or a credential or an address of a service that is stood in for.
    private static func leadsElsewhere(_ name: String) -> Bool {
        let name = name.uppercased()
        if name.hasSuffix("_PROXY") || alwaysRemoved.contains(name) { return true }
        guard let service = services.first(where: { name.hasPrefix($0) }) else { return false }
        return !words.isDisjoint(with: name.dropFirst(service.count).split(separator: "_").map(String.init))
    }

    private static let services = [
        "OPENAI_", "AZURE_OPENAI_", "AZURE_API_", "ANTHROPIC_", "CLAUDE_", "GEMINI_", "GOOGLE_GEMINI_", "GOOGLE_GENAI_",
        "GOOGLE_API_", "GOOGLE_VERTEX_", "HOPX_",
    ]

    private static let words: Set<String> = [
        "KEY", "KEYS", "TOKEN", "SECRET", "PASSWORD", "CREDENTIALS", "BASE", "URL", "ENDPOINT", "ORG", "ORGANIZATION",
        "PROJECT", "VERTEXAI", "ENTERPRISE", "HEADERS",
    ]

    private static let alwaysRemoved: Set<String> = ["AZURE_AD_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS"]
}
