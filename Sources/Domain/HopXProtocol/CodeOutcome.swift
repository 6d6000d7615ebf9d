public import Documents

/// What code or a command did.
public struct CodeOutcome: Sendable, Equatable {
    public var stdout: String
    public var stderr: String
    public var exitCode: Int
    /// Seconds.
    public var executionTime: Double
    /// The process that ran a command; nil for code.
    public var processID: Int?
    /// What code showed besides text, in order.
    public var richOutputs: [RichOutput]

    public init(
        stdout: String, stderr: String, exitCode: Int, executionTime: Double, processID: Int? = nil,
        richOutputs: [RichOutput] = []
    ) {
        self.stdout = stdout
        self.stderr = stderr
        self.exitCode = exitCode
        self.executionTime = executionTime
        self.processID = processID
        self.richOutputs = richOutputs
    }

    /// The body of the answer; a failing program is a success of the service.
    ///
    /// Every field is always there: clients take a missing `success` for true and a missing `exit_code` for 0.
    public func body(of run: CodeRun, now: Double) -> JSONValue {
        var body = JSONObject([
            ("success", .bool(exitCode == 0)), ("stdout", .string(stdout)), ("stderr", .string(stderr)),
            ("exit_code", .number(exitCode)),
            // Microseconds are as fine as any client shows.
            ("execution_time", JSONNumber((executionTime * 1e6).rounded() / 1e6).map(JSONValue.number) ?? 0),
        ])
        switch run.work {
        case .code(_, let language): body["language"] = .string(language.rawValue)
        case .command(let words):
            let isShellLine = words.count == 3 && words.starts(with: ["bash", "-c"])
            body["command"] = .string(isShellLine ? words[2] : words.joined(separator: " "))
            body["pid"] = .number(processID ?? 0)
        }
        let timestamp = JSONValue.string(HopXTime.text(now))
        // Some clients read the first of each kind from a field of its own, others read the list.
        for output in richOutputs where body[output.kind.rawValue] == nil {
            body[output.kind.rawValue] = output.value
        }
        let listed = richOutputs.compactMap { $0.body(timestamp: timestamp) }
        if !listed.isEmpty { body["rich_outputs"] = .array(listed) }
        body["timestamp"] = timestamp
        return .object(body)
    }
}
