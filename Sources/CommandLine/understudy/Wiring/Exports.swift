import Documents

/// The variables that point a program at a server.
struct Exports {
    /// In the order in which they are printed.
    let variables: [(name: String, value: String)]

    enum Format: String, CaseIterable { case sh, json }

    /// - Parameter llmKey: Nil for a server without language models.
    init(origin: String, llmKey: String?, hopxKey: String) {
        let services = ChildEnvironment.variables(origin: origin, key: llmKey ?? hopxKey)
        variables =
            services.filter { llmKey != nil || $0.name.hasPrefix("HOPX_") } + [("NO_PROXY", "127.0.0.1,localhost")]
    }

    /// Lines a shell can `eval`, or one line of JSON: `{"exports": {NAME: VALUE}}`.
    func text(_ format: Format) -> String {
        switch format {
        case .sh:
            // Single quotes: no value can hold one, and nothing inside is expanded.
            return variables.map { "export \($0.name)='\($0.value)'" }.joined(separator: "\n")
        case .json:
            let object = JSONObject(variables.map { ($0.name, .string($0.value)) })
            return JSONValue.object(JSONObject([("exports", .object(object))])).text()
        }
    }
}
