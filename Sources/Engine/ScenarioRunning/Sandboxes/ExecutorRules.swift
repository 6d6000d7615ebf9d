import AgentChats

/// How one of the tutorial's executors runs code: its times, languages, texts, and what it does about errors.
public struct ExecutorRules: Sendable {
    var template = "code-interpreter"
    /// Seconds until the service ends the sandbox.
    var ttl: Int
    /// Seconds that one block may take.
    var timeout: Int
    /// What the sandbox is told for a block's tag.
    var language: @Sendable (String) -> String
    /// Run once in each new sandbox, its result ignored.
    var firstCode: String?
    /// What a block's result looks like in the conversation.
    var text: @Sendable (RunResult) -> String
    /// What an error looks like, after the last attempt; nil when there was no attempt.
    var failureText: @Sendable (String?) -> String
    /// Tries of one block in all; a second passes between two.
    var attempts = 1
    /// Whether an error leaves the sandbox to its fate.
    var forgetsSandbox = false
    /// Whether a result without an exit code is an error of its block rather than of the whole call.
    var checksEachResult = false
    /// Between the texts of two blocks.
    var separator = "\n\n"
}

extension ExecutorRules {
    /// `HopXCodeExecutor`: four languages, standard error always shown.
    public static func hopx(timeout: Int = 60, template: String = "code-interpreter", ttl: Int = 300) -> ExecutorRules {
        ExecutorRules(
            template: template, ttl: ttl, timeout: timeout,
            language: { tag in
                switch tag.lowercased() {
                case "bash", "sh", "shell": "bash"
                case "javascript", "js": "javascript"
                case "typescript", "ts": "typescript"
                default: "python"
                }
            },
            text: { result in
                PythonText.trimming(result.stdout + (result.stderr.isEmpty ? "" : "\nSTDERR:\n\(result.stderr)"))
            },
            failureText: { "Execution error: \($0 ?? "")" })
    }

    /// `PersistentHopXExecutor`: Python only, with the usual libraries imported first.
    public static func persistent(timeout: Int = 60) -> ExecutorRules {
        ExecutorRules(
            ttl: 600, timeout: timeout, language: { _ in "python" }, firstCode: persistentFirstCode,
            text: { PythonText.trimming($0.stdout + ($0.failed ? "\nError: \($0.stderr)" : "")) },
            failureText: { "Error: \($0 ?? "")" })
    }

    /// `RobustHopXExecutor`: tries a block again in a new sandbox after an error.
    public static func robust(maxRetries: Int = 3) -> ExecutorRules {
        ExecutorRules(
            ttl: 300, timeout: 60, language: { _ in "python" }, text: { $0.stdout.isEmpty ? $0.stderr : $0.stdout },
            failureText: { "Failed after \(maxRetries) attempts: \($0 ?? "None")" }, attempts: maxRetries,
            forgetsSandbox: true, checksEachResult: true)
    }

    /// `HopXExecutor` of the complete example.
    ///
    /// - Parameter cut: Characters of standard output that are kept; nil for all.
    public static func production(timeout: Int = 60, persists: Bool = true, cut: Int? = nil) -> ExecutorRules {
        ExecutorRules(
            ttl: persists ? 600 : 60, timeout: timeout,
            language: { ["bash", "sh", "shell"].contains($0.lowercased()) ? "bash" : "python" },
            text: { result in
                let output = cut.map { PythonText.prefix(result.stdout, $0) } ?? result.stdout
                return PythonText.trimming(output + (result.failed ? "\n\(result.stderr)" : ""))
            },
            failureText: { "Error: \($0 ?? "")" }, forgetsSandbox: true, separator: "\n---\n")
    }

    private static let persistentFirstCode = """

        import pandas as pd
        import numpy as np
        import matplotlib.pyplot as plt
        import seaborn as sns
        import json
        from datetime import datetime
        print("Environment ready!")

        """
}

extension RunResult {
    /// Whether the exit code and standard error tell of a failure.
    fileprivate var failed: Bool { exitCode != 0 && !stderr.isEmpty }
}
