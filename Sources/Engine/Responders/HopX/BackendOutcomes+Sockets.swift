import Documents
import HTTPMessages
import HopXProtocol

extension BackendOutcomes {
    /// A WebSocket to what really runs.
    func socket(_ call: SandboxCall, in sandbox: String) throws -> Response {
        guard let backend = backend as? any SandboxStreaming else {
            throw HopXError.notImplemented(call.operation.text)
        }
        let stream = SandboxSocket(backend: backend, call: call, sandbox: sandbox)
        return Response(
            status: 101,
            content: .socket { peer in
                do {
                    switch call.operation.kind {
                    case .terminal: try await stream.serveTerminal(to: peer)
                    case .fileWatch: try await stream.serveChanges(to: peer)
                    default: try await stream.serveRun(to: peer)
                    }
                } catch let error as HopXError {
                    try await peer.send(.hopX(stream.body(of: error)))
                    if call.operation.kind != .terminal, call.operation.kind != .fileWatch {
                        try await peer.send(.hopX(["type": "complete", "success": false]))
                    }
                }
                try await peer.close(code: 1000, reason: "")
            })
    }
}

/// What one WebSocket of a sandbox says, in the agent's words.
private struct SandboxSocket: Sendable {
    let backend: any SandboxStreaming
    let call: SandboxCall
    let sandbox: String
    private let opened = ContinuousClock.now

    init(backend: any SandboxStreaming, call: SandboxCall, sandbox: String) {
        self.backend = backend
        self.call = call
        self.sandbox = sandbox
    }

    // MARK: Runs

    /// One run; what it prints is sent as it comes.
    func serveRun(to peer: any WebSocketPeer) async throws {
        guard let message = try await peer.receive() else { return }
        var run = try CodeRun(call.operation.kind, body: message.bytes)
        run.environment.merge(call.environment) { own, _ in own }
        let outcome = try await backend.run(run, in: sandbox) { piece in
            for text in piece.text.pieces(of: 1 << 16) {
                try await peer.send(
                    .hopX([
                        "type": piece.isError ? "stderr" : "stdout", "data": .string(text), "timestamp": timestamp,
                    ]))
            }
        }
        let time = outcome.body(of: run, now: call.now)["execution_time"] ?? 0
        try await peer.send(
            .hopX([
                "type": "result", "exit_code": .number(outcome.exitCode), "execution_time": time,
                "timestamp": timestamp,
            ]))
        try await peer.send(.hopX(["type": "complete", "success": .bool(outcome.exitCode == 0)]))
    }

    // MARK: Terminals

    func serveTerminal(to peer: any WebSocketPeer) async throws {
        let terminal = try await backend.openTerminal(in: sandbox, environment: call.environment)
        do {
            try await withThrowingTaskGroup(of: Bool.self) { tasks in
                tasks.addTask {
                    while let event = try await terminal.next() {
                        switch event {
                        case .output(let text):
                            for frame in TerminalFraming.frames(of: text) {
                                try await peer.send(.hopX(["type": "output", "data": .string(frame)]))
                            }
                        case .exit(let code): try await peer.send(.hopX(["type": "exit", "code": .number(code)]))
                        }
                    }
                    return true
                }
                tasks.addTask {
                    while let message = try await peer.receive() { try await take(message, terminal) }
                    return false
                }
                // Who has left needs no more of it; who has not is told when it is over.
                _ = try await tasks.next()
                tasks.cancelAll()
            }
        } catch {
            await terminal.end()
            throw error
        }
        await terminal.end()
    }

    /// Anything but the two messages that clients send is passed over.
    private func take(_ message: WebSocketMessage, _ terminal: any SandboxTerminal) async throws {
        guard let body = try? JSONValue(parsing: message.bytes) else { return }
        switch body["type"]?.stringValue {
        case "input": if let data = body["data"]?.stringValue { try await terminal.write(data) }
        case "resize":
            guard let columns = body["cols"]?.intValue, let rows = body["rows"]?.intValue,
                (1...10_000).contains(columns), (1...10_000).contains(rows)
            else { return }
            try await terminal.resize(columns: columns, rows: rows)
        default: break
        }
    }

    // MARK: Changes of files

    func serveChanges(to peer: any WebSocketPeer) async throws {
        guard let message = try await peer.receive() else { return }
        let body = try JSONObject(hopXBody: message.bytes)
        guard body["action"]?.stringValue == "watch" else {
            throw HopXError.invalidRequest("Expected an object with action watch")
        }
        let path = try SandboxPath.checked(body["path"]?.stringValue ?? SandboxPath.root)
        let watch = try await backend.watch(path, in: sandbox)
        do {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    while let change = try await watch.next() {
                        try await peer.send(
                            .hopX([
                                "type": "change", "path": .string(change.path),
                                "event": .string(change.event.rawValue), "timestamp": timestamp,
                            ]))
                    }
                }
                tasks.addTask { while try await peer.receive() != nil {} }
                try await tasks.next()
                tasks.cancelAll()
            }
        } catch {
            await watch.end()
            throw error
        }
        await watch.end()
    }

    // MARK: Words

    func body(of error: HopXError) -> JSONValue {
        [
            "type": "error", "error": .string(error.message), "code": .string(error.code), "timestamp": timestamp,
        ]
    }

    private var timestamp: JSONValue { .string(HopXTime.text(call.now + (ContinuousClock.now - opened) / .seconds(1))) }
}

extension WebSocketMessage {
    fileprivate static func hopX(_ body: JSONValue) -> WebSocketMessage { .text(body.text()) }
}

extension String {
    /// The text in parts of at most so many scalars.
    fileprivate func pieces(of count: Int) -> [String] {
        var rest = unicodeScalars[...]
        var pieces: [String] = []
        while !rest.isEmpty {
            pieces.append(String(String.UnicodeScalarView(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        return pieces
    }
}
