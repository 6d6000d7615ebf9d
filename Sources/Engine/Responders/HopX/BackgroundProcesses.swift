import HopXProtocol

/// What clients have started in their sandboxes without waiting for it.
actor BackgroundProcesses {
    private struct Entry {
        var process: BackgroundProcess
        /// Awaited by `end`, which every sandbox comes to, and by `settle`.
        let task: Task<Void, Never>
    }

    /// By sandbox, in order of their starts.
    private var entries: [String: [Entry]] = [:]

    /// Starts it and returns.
    ///
    /// - Parameter run: Handed what is to be told of the process's number.
    func start(
        _ process: BackgroundProcess, in sandbox: String,
        run: @escaping @Sendable (_ started: @escaping @Sendable (Int) -> Void) async throws -> CodeOutcome
    ) {
        let task = Task {
            let end: Result<CodeOutcome, any Error>
            let (numbers, told) = AsyncStream<Int>.makeStream()
            // Ends with the run.
            async let _ = note(numbers, of: process.processID, in: sandbox)
            do { end = .success(try await run { told.yield($0) }) } catch { end = .failure(error) }
            told.finish()
            finish(process.processID, in: sandbox, end)
        }
        entries[sandbox, default: []].append(Entry(process: process, task: task))
    }

    private func note(_ numbers: AsyncStream<Int>, of id: String, in sandbox: String) async {
        for await number in numbers {
            if let index = index(of: id, in: sandbox) { entries[sandbox]?[index].process.pid = number }
        }
    }

    /// How many have not ended.
    func runningCount(in sandbox: String) -> Int {
        entries[sandbox, default: []].count { $0.process.status == .running }
    }

    func list(in sandbox: String) -> [BackgroundProcess] { entries[sandbox, default: []].map(\.process) }

    /// Notes that a process is being killed.
    ///
    /// - Returns: Nil when there is none with this id; false when it had ended before.
    func markKilled(_ id: String, in sandbox: String) -> Bool? {
        guard let index = index(of: id, in: sandbox) else { return nil }
        guard entries[sandbox]?[index].process.status == .running else { return false }
        entries[sandbox]?[index].process.status = .killed
        return true
    }

    /// Forgets a sandbox's processes, and returns when nobody waits for them any more.
    func end(_ sandbox: String) async {
        let ended = entries.removeValue(forKey: sandbox) ?? []
        for entry in ended { entry.task.cancel() }
        for entry in ended { await entry.task.value }
    }

    /// Returns when all that has been started has ended.
    func settle() async {
        for entry in entries.values.flatMap(\.self) { await entry.task.value }
    }

    private func index(of id: String, in sandbox: String) -> Int? {
        entries[sandbox]?.firstIndex { $0.process.processID == id || $0.process.executionID == id }
    }

    private func finish(_ id: String, in sandbox: String, _ end: Result<CodeOutcome, any Error>) {
        guard let index = index(of: id, in: sandbox), var process = entries[sandbox]?[index].process else { return }
        switch end {
        case .success(let outcome):
            process.exitCode = outcome.exitCode
            process.pid = outcome.processID ?? process.pid
            process.endedAt = process.startedAt + outcome.executionTime
            if process.status == .running { process.status = outcome.exitCode == 0 ? .completed : .failed }
        case .failure(let error):
            process.exitCode = 1
            process.endedAt = process.startedAt
            let isTimeout = (error as? HopXError)?.code == "EXECUTION_TIMEOUT"
            if process.status == .running { process.status = isTimeout ? .timeout : .failed }
        }
        entries[sandbox]?[index].process = process
    }
}
