import Documents
import Processes

/// The variables that point a program at a server.
struct Exports {
    /// In the order in which they are printed.
    let variables: [(name: String, value: String)]
    /// The folder of Python's start-up file; it comes before what `PYTHONPATH` has where the program is started.
    let shim: String?

    enum Format: String, CaseIterable { case sh, json }

    /// - Parameters:
    ///   - llmKey: Nil for a server without language models.
    ///   - shim: Nil when it could not be written.
    init(origin: String, llmKey: String?, hopxKey: String, shim: String?) {
        self.shim = shim
        let services = ChildEnvironment.variables(origin: origin, key: llmKey ?? hopxKey)
        variables =
            services.filter { llmKey != nil || $0.name.hasPrefix("HOPX_") } + [("NO_PROXY", "127.0.0.1,localhost")]
    }

    /// Lines a shell can `eval`, or one line of JSON: `{"exports": {NAME: VALUE}}`.
    ///
    /// - Parameter pythonPath: What `PYTHONPATH` is here. A shell that evaluates the lines puts its own instead.
    func text(_ format: Format, pythonPath: String?) -> String {
        switch format {
        case .sh:
            let path = shim.map { "export PYTHONPATH=\(Exports.quoted($0))\"${PYTHONPATH:+:$PYTHONPATH}\"" }
            let lines = variables.map { "export \($0.name)=\(Exports.quoted($0.value))" }
            return ((path.map { [$0] } ?? []) + lines).joined(separator: "\n")
        case .json:
            var object = JSONObject(variables.map { ($0.name, .string($0.value)) })
            if let shim { object["PYTHONPATH"] = .string(PythonShim.pythonPath(shim, before: pythonPath)) }
            return JSONValue.object(JSONObject([("exports", .object(object))])).text()
        }
    }

    /// Between single quotes nothing is expanded; only they themselves have to be outside.
    private static func quoted(_ value: String) -> String {
        // Scalars: with a combining mark behind it, a quote would be another character.
        let parts = value.unicodeScalars.split(separator: "'", omittingEmptySubsequences: false).map { String($0) }
        return "'" + parts.joined(separator: #"'\''"#) + "'"
    }
}
