/// One thing a HopX client can ask for, found in the table of operations by method and path.
public struct HopXOperation: Sendable, Hashable {
    /// The two addresses of the service: its public interface, and the agent inside each sandbox.
    public enum Plane: Sendable { case control, agent }

    /// Where a call's answer comes from, and whether it is kept.
    public enum CallClass: Sendable {
        /// Answered from simulated state; neither recorded nor matched.
        case chore
        /// Recorded, and counted into the sandbox's inputs; its success is simulated, its failure replayed.
        case change
        /// Recorded and replayed: what code did.
        case outcome
    }

    public enum Kind: Sendable, Hashable {
        case controlHealth, createSandbox, listSandboxes, getSandbox, deleteSandbox
        case pauseSandbox, resumeSandbox, stopSandbox, startSandbox, setTimeout, refreshToken
        case listTemplates, getTemplate, deleteTemplate
        case uploadLink, uploadBuildFiles, startBuild, buildStatus, buildLogs
        case agentRoot, agentHealth, agentPing, agentInfo, agentSystem
        case execute, executeRich, executeIPython, executeBackground, executeAsync, executionStream
        case runCommand, runCommandInBackground, killProcess
        case terminal, fileWatch, commandStream, ipythonStream
        case readFile, downloadFile, listFiles, fileExists, writeFile, uploadFile, makeDirectory, removeFile
        case getEnvironment, replaceEnvironment, mergeEnvironment, clearEnvironment, deleteVariable
        case listExecutions, listProcesses, metrics, metricsSnapshot, prometheusMetrics
        case cacheStatistics, clearCache, jupyterSessions, updateAgent, agentBackups, desktop
    }

    public let kind: Kind
    public let plane: Plane
    /// The sandbox named by a control path.
    public let sandbox: String?
    /// The canonical spelling: `POST /v1/sandboxes/{id}/pause`. Sandbox ids are replaced, other names are kept.
    public let text: String
    private let rule: Rule

    private enum Rule: Hashable {
        case always(CallClass)
        /// Looks at what code may have made: files, processes.
        case look

        func callClass(afterOutcome: Bool) -> CallClass {
            switch self {
            case .always(let callClass): callClass
            case .look: afterOutcome ? .outcome : .chore
            }
        }
    }

    /// Looks at files and processes are chores until code has run: until then there is only what the client made.
    public func callClass(afterOutcome: Bool) -> CallClass { rule.callClass(afterOutcome: afterOutcome) }

    /// True when the call itself can leave files behind that the client did not write.
    public var runsCode: Bool { rule == .always(.outcome) && plane == .agent && kind != .fileWatch }

    /// True for what is asked for as a WebSocket; its canonical method is `WS`.
    public var isSocket: Bool {
        switch kind {
        case .executionStream, .terminal, .fileWatch, .commandStream, .ipythonStream: true
        default: false
        }
    }

    /// These tell what the agent is before a client has shown its token.
    public var needsToken: Bool {
        switch kind {
        case .agentRoot, .agentHealth, .agentPing, .agentInfo, .agentSystem, .uploadBuildFiles: false
        default: true
        }
    }

    /// - Parameter path: Without address prefix and query; `/v1/…` is the control plane.
    ///   `/health` is the agent's; both planes answer it alike.
    /// - Returns: Nil when no published client asks for this.
    public init?(method: String, path: String) {
        let parts = path.split(separator: "/").map(String.init)
        for row in HopXOperation.table where row.methods.contains(method) {
            guard let names = row.match(parts) else { continue }
            kind = row.kind
            plane = row.pattern.first == "v1" ? .control : .agent
            sandbox = names["{id}"]
            rule = row.rule
            let spelled = zip(row.pattern, parts).map { pattern, part in pattern == "{id}" ? pattern : part }
            text =
                "\(row.methods.contains("WS") ? "WS" : method) /"
                + (spelled + parts.dropFirst(spelled.count)).joined(separator: "/")
            return
        }
        return nil
    }

    /// True when the path exists with another method.
    public static func isKnown(path: String) -> Bool {
        let parts = path.split(separator: "/").map(String.init)
        return table.contains { $0.match(parts) != nil }
    }

    /// A row of the table, for those who list it.
    public struct Entry: Sendable {
        public let method: String
        /// With `{…}` for a name, and a final `*` for the rest.
        public let pattern: String
        public let plane: Plane
        /// Before and after code has run in the sandbox; mostly the same.
        public let classes: (before: CallClass, after: CallClass)
    }

    /// All operations, one for each method and pattern, in the order of the table.
    public static var entries: [Entry] {
        table.flatMap { row in
            row.methods.map { method in
                Entry(
                    method: method, pattern: "/" + row.pattern.joined(separator: "/"),
                    plane: row.pattern.first == "v1" ? .control : .agent,
                    classes: (row.rule.callClass(afterOutcome: false), row.rule.callClass(afterOutcome: true)))
            }
        }
    }

    private struct Row {
        let methods: [String]
        /// Path segments; `{…}` takes any one, a final `*` the rest.
        let pattern: [String]
        let kind: Kind
        let rule: Rule

        init(_ methods: String, _ pattern: String, _ kind: Kind, _ rule: Rule) {
            self.methods = methods.split(separator: "|").map(String.init)
            self.pattern = pattern.split(separator: "/").map(String.init)
            self.kind = kind
            self.rule = rule
        }

        init(_ methods: String, _ pattern: String, _ kind: Kind, _ callClass: CallClass) {
            self.init(methods, pattern, kind, .always(callClass))
        }

        func match(_ parts: [String]) -> [String: String]? {
            let takesRest = pattern.last == "*"
            guard takesRest ? parts.count >= pattern.count - 1 : parts.count == pattern.count else { return nil }
            var names: [String: String] = [:]
            for (expected, part) in zip(pattern, parts) where expected != "*" {
                if expected.hasPrefix("{") {
                    names[expected] = part
                } else if expected != part {
                    return nil
                }
            }
            return names
        }
    }

    private static let table: [Row] = [
        Row("POST", "/v1/sandboxes", .createSandbox, .change),
        Row("GET", "/v1/sandboxes", .listSandboxes, .chore),
        Row("GET", "/v1/sandboxes/{id}", .getSandbox, .chore),
        Row("DELETE", "/v1/sandboxes/{id}", .deleteSandbox, .change),
        Row("POST", "/v1/sandboxes/{id}/pause", .pauseSandbox, .change),
        Row("POST", "/v1/sandboxes/{id}/resume", .resumeSandbox, .change),
        Row("POST", "/v1/sandboxes/{id}/stop", .stopSandbox, .change),
        Row("POST", "/v1/sandboxes/{id}/start", .startSandbox, .change),
        Row("PUT", "/v1/sandboxes/{id}/timeout", .setTimeout, .change),
        Row("POST", "/v1/sandboxes/{id}/token/refresh", .refreshToken, .chore),
        Row("GET", "/v1/health", .controlHealth, .chore),
        Row("POST", "/v1/templates/build", .startBuild, .outcome),
        Row("POST", "/v1/templates/files/upload-link", .uploadLink, .outcome),
        Row("GET", "/v1/templates/build/{build}/status", .buildStatus, .outcome),
        Row("GET", "/v1/templates/build/{build}/logs", .buildLogs, .outcome),
        Row("GET", "/v1/templates", .listTemplates, .chore),
        Row("GET", "/v1/templates/{name}", .getTemplate, .chore),
        Row("DELETE", "/v1/templates/{name}", .deleteTemplate, .change),
        Row("PUT", "/upload/{hash}", .uploadBuildFiles, .chore),

        Row("GET", "/", .agentRoot, .chore),
        Row("GET", "/health", .agentHealth, .chore),
        Row("GET", "/ping", .agentPing, .chore),
        Row("GET", "/info", .agentInfo, .chore),
        Row("GET", "/system", .agentSystem, .chore),

        Row("POST", "/execute", .execute, .outcome),
        Row("POST", "/execute/rich", .executeRich, .outcome),
        Row("POST", "/execute/ipython", .executeIPython, .outcome),
        Row("POST", "/execute/background", .executeBackground, .outcome),
        Row("POST", "/execute/async", .executeAsync, .outcome),
        Row("GET|WS", "/execute/stream", .executionStream, .outcome),
        Row("POST", "/commands/run", .runCommand, .outcome),
        Row("POST", "/commands/background", .runCommandInBackground, .outcome),
        Row("POST", "/execute/kill/{process}", .killProcess, .outcome),
        Row("DELETE", "/execute/kill", .killProcess, .outcome),
        Row("POST", "/processes/{process}/kill", .killProcess, .outcome),
        Row("GET|WS", "/terminal", .terminal, .outcome),
        Row("GET|WS", "/files/watch", .fileWatch, .outcome),
        Row("GET|WS", "/commands/stream", .commandStream, .outcome),
        Row("GET|WS", "/stream", .executionStream, .outcome),
        Row("GET|WS", "/stream/ipython", .ipythonStream, .outcome),

        Row("GET", "/files/read", .readFile, .look),
        Row("GET", "/files/download", .downloadFile, .look),
        Row("GET", "/files/list", .listFiles, .look),
        Row("GET", "/files/exists", .fileExists, .look),
        Row("POST", "/files/write", .writeFile, .change),
        Row("POST", "/files/upload", .uploadFile, .change),
        Row("POST", "/files/mkdir", .makeDirectory, .change),
        Row("DELETE", "/files/remove", .removeFile, .change),

        Row("GET", "/env", .getEnvironment, .chore),
        Row("PUT", "/env", .replaceEnvironment, .change),
        Row("PATCH", "/env", .mergeEnvironment, .change),
        Row("DELETE", "/env", .clearEnvironment, .change),
        Row("DELETE", "/env/{name}", .deleteVariable, .change),

        Row("GET", "/execute/processes", .listExecutions, .look),
        Row("GET", "/processes", .listProcesses, .look),
        Row("GET", "/metrics", .metrics, .chore),
        Row("GET", "/metrics/snapshot", .metricsSnapshot, .chore),
        Row("GET", "/metrics/prometheus", .prometheusMetrics, .chore),
        Row("GET", "/cache/stats", .cacheStatistics, .chore),
        Row("POST", "/cache/clear", .clearCache, .chore),
        Row("GET", "/jupyter/sessions", .jupyterSessions, .chore),
        Row("GET", "/update/backups", .agentBackups, .chore),
        Row("POST", "/update/{work}", .updateAgent, .chore),
        Row("GET|POST", "/desktop/*", .desktop, .chore),
    ]
}
