import Documents

/// Code or a command that a client wants run, with everything it is run with.
public struct CodeRun: Sendable, Equatable {
    public enum Work: Sendable, Equatable {
        case code(String, language: Language)
        /// A program and its arguments.
        case command([String])
    }

    /// A language by its runner; clients spell some in several ways.
    public enum Language: String, Sendable, CaseIterable {
        case python, javascript, typescript, bash, sh, go

        /// Nil for a language that no client's list has.
        public init?(spelling: String) {
            switch spelling.lowercased() {
            case "python", "python3": self = .python
            case "javascript", "js", "node", "nodejs": self = .javascript
            case "typescript", "ts": self = .typescript
            case "bash", "shell": self = .bash
            case "sh": self = .sh
            case "go": self = .go
            default: return nil
            }
        }
    }

    public var work: Work
    public var timeoutSeconds: Int
    public var directory: String
    /// The request's own variables; those of the sandbox are added by whoever knows them.
    public var environment: [String: String]
    /// Set for a run that nobody waits for: what `SandboxBackend.kill` knows it by.
    public var process: String?

    public init(
        _ work: Work, timeoutSeconds: Int = 30, directory: String = SandboxPath.root,
        environment: [String: String] = [:]
    ) {
        self.work = work
        self.timeoutSeconds = timeoutSeconds
        self.directory = directory
        self.environment = environment
    }

    /// Reads a request of one of the operations that run something and wait for its end.
    ///
    /// - Throws: `HopXError`, as the agent would refuse it.
    public init(_ kind: HopXOperation.Kind, body bytes: [UInt8]) throws {
        let body = try JSONObject(hopXBody: bytes)
        switch kind {
        case .runCommand, .runCommandInBackground, .commandStream: work = .command(try CodeRun.command(body))
        case .executeIPython, .ipythonStream: work = .code(try body.text("code"), language: .python)
        default:
            let spelling = try body.optionalText("language") ?? "python"
            guard let language = Language(spelling: spelling) else {
                throw HopXError.invalidRequest("Unsupported language: \(spelling)")
            }
            work = .code(try body.text("code"), language: language)
        }
        timeoutSeconds = try body.optionalPositive("timeout") ?? 30
        directory = SandboxPath.absolute(
            try body.optionalText("workdir") ?? body.optionalText("working_dir") ?? SandboxPath.root)
        environment = try body.textMap("env") ?? [:]
    }

    /// A command with `args` is a program; one without is a line for the shell.
    private static func command(_ body: JSONObject) throws -> [String] {
        let command = try body.text("command")
        switch body["args"] {
        case nil, .null?: return ["bash", "-c", command]
        case .array(let items)?:
            let arguments = items.compactMap(\.stringValue)
            guard arguments.count == items.count else {
                throw HopXError.invalidRequest("args must be a list of texts")
            }
            return arguments.isEmpty ? ["bash", "-c", command] : [command] + arguments
        default: throw HopXError.invalidRequest("args must be a list of texts")
        }
    }
}
