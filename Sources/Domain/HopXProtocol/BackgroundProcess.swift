public import Documents

/// Something a client had started without waiting for its end.
public struct BackgroundProcess: Sendable, Equatable {
    public enum Status: String, Sendable { case running, completed, failed, killed, timeout }

    public let processID: String
    public let executionID: String
    /// Never empty: clients search in it.
    public let name: String
    /// Nil for a command.
    public let language: CodeRun.Language?
    /// Seconds since 1970.
    public let startedAt: Double
    public var status = Status.running
    public var endedAt: Double?
    public var exitCode: Int?
    /// Of the operating system; 0 until it is known.
    public var pid = 0

    public init(
        processID: String, executionID: String, name: String, language: CodeRun.Language?, startedAt: Double
    ) {
        self.processID = processID
        self.executionID = executionID
        self.name = name
        self.language = language
        self.startedAt = startedAt
    }

    /// The answer to the call that started it.
    public var startBody: JSONValue {
        [
            "process_id": .string(processID), "execution_id": .string(executionID), "status": "running",
            "start_time": .string(HopXTime.text(startedAt)), "message": "Execution started in background",
            "name": .string(name), "timestamp": .string(HopXTime.text(startedAt)),
        ]
    }

    /// An item of a list of processes; clients differ in which of the two start times they read.
    public func body(now: Double) -> JSONValue {
        let started = JSONValue.string(HopXTime.text(startedAt))
        var body = JSONObject([
            ("process_id", .string(processID)), ("execution_id", .string(executionID)), ("name", .string(name)),
            ("status", .string(status.rawValue)), ("language", .string(language?.rawValue ?? "bash")),
            ("start_time", started), ("started_at", started),
            ("duration", .number(Int(max(0, (endedAt ?? now) - startedAt)))), ("pid", .number(pid)),
        ])
        if let endedAt { body["end_time"] = .string(HopXTime.text(endedAt)) }
        if let exitCode { body["exit_code"] = .number(exitCode) }
        return .object(body)
    }

    public static func list(_ processes: [BackgroundProcess], now: Double) -> JSONValue {
        [
            "processes": .array(processes.map { $0.body(now: now) }), "count": .number(processes.count),
            "timestamp": .string(HopXTime.text(now)),
        ]
    }
}
