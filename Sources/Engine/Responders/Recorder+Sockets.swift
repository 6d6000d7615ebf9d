import Cassettes
import Documents
import HTTPMessages
import Synchronization

extension Recorder {
    /// A WebSocket whose messages pass as they come, and are recorded once it is over.
    ///
    /// - Parameter finish: Given what the recording is keyed by, the first client message, redacted.
    func recording(
        _ serve: @escaping @Sendable (any WebSocketPeer) async throws -> Void, service: Service,
        then finish: @escaping @Sendable (_ key: [UInt8], _ response: RecordedResponse) async -> Void
    ) -> Response.Content {
        let start = now
        return .socket { [self] peer in
            let recorded = RecordedPeer(peer, recorder: self)
            @Sendable func tell(_ frames: [RecordedResponse.SocketFrame], _ end: RecordedResponse.Break?) async {
                let key = redactor.redact(frames.firstClientMessage, service: service)
                await finish(key, RecordedResponse(status: 101, at: start, content: .socket(frames), end: end))
            }
            do {
                try await serve(recorded)
            } catch {
                let (frames, hasLeft) = await recorded.taken()
                await tell(frames, hasLeft ? .clientLeft : .init(error))
                throw error
            }
            let (frames, hasLeft) = await recorded.taken(closedByServer: true)
            await tell(frames, hasLeft ? .clientLeft : nil)
        }
    }

    /// - Throws: `Failure` when a client has sent a credential: what it sends is compared, and so cannot be changed.
    func check(
        _ frames: [RecordedResponse.SocketFrame], _ literals: LiteralSecrets, of operation: Operation
    ) throws {
        for (number, frame) in frames.enumerated() where frame.isFromClient {
            if let secret = literals.first(in: frame.payload.bytes) {
                throw Failure(secret.name, of: operation, at: "message \(number + 1)", literals)
            }
        }
    }

    func redact(
        _ frames: [RecordedResponse.SocketFrame], _ literals: LiteralSecrets, service: Service
    ) -> [RecordedResponse.SocketFrame] {
        let whole = service == .hopx ? joinedAndRedacted(frames, literals) : frames
        return whole.map { frame in
            func redacted(_ bytes: [UInt8]) -> [UInt8] {
                let bytes = redactor.redact(bytes, service: service)
                return frame.isFromClient ? bytes : literals.redact(bytes)
            }
            var frame = frame
            switch frame.payload {
            case .message(.text(let text)):
                frame.payload = .message(.text(String(decoding: redacted(Array(text.utf8)), as: UTF8.self)))
            case .message(.binary(let bytes)): frame.payload = .message(.binary(redacted(bytes)))
            case .close: break
            }
            return frame
        }
    }

    /// A program's output comes in pieces, and so may a secret in it: each kind of output is looked at as one text.
    private func joinedAndRedacted(
        _ frames: [RecordedResponse.SocketFrame], _ literals: LiteralSecrets
    ) -> [RecordedResponse.SocketFrame] {
        var frames = frames
        var pieces: [String: [RecordedResponse.Chunk]] = [:]
        var messages: [Int: JSONValue] = [:]
        for (position, frame) in frames.enumerated() where !frame.isFromClient {
            guard case .message(.text(let text)) = frame.payload,
                let message = try? JSONValue(parsing: Array(text.utf8)),
                let type = message["type"]?.stringValue, let data = message["data"]?.stringValue
            else { continue }
            messages[position] = message
            // The position goes where the time stands, so that it is there afterwards.
            pieces[type, default: []].append(.init(at: Double(position), bytes: Array(data.utf8)))
        }
        var emptied: Set<Int> = []
        for before in pieces.values {
            let after = literals.redact(redactor.redact(before, service: .hopx))
            guard after != before else { continue }
            emptied.formUnion(before.map { Int($0.at) })
            for piece in after {
                let position = Int(piece.at)
                emptied.remove(position)
                guard var message = messages[position] else { continue }
                message.set(.string(String(decoding: piece.bytes, as: UTF8.self)), at: JSONPointer(["data"]))
                frames[position].payload = .message(.text(message.text()))
            }
        }
        return frames.enumerated().filter { !emptied.contains($0.offset) }.map(\.element)
    }
}

/// A WebSocket's client whose messages, and those to it, are noted with their times.
private final class RecordedPeer: WebSocketPeer {
    private struct State {
        var frames: [RecordedResponse.SocketFrame] = []
        var isClosed = false
        /// The client was found gone.
        var isOver = false
    }

    private let peer: any WebSocketPeer
    private let recorder: Recorder
    private let state = Mutex(State())

    init(_ peer: any WebSocketPeer, recorder: Recorder) {
        self.peer = peer
        self.recorder = recorder
    }

    func receive() async throws -> WebSocketMessage? {
        if let message = try await peer.receive() {
            note(.message(message), isFromClient: true)
            return message
        }
        await noteEnd()
        return nil
    }

    func send(_ message: WebSocketMessage) async throws {
        // What a service has said is recorded, whether its client was still there or not.
        note(.message(message), isFromClient: false)
        do {
            try await peer.send(message)
        } catch {
            await noteEnd()
            throw error
        }
    }

    func close(code: Int, reason: String) async throws {
        if await peer.closing == nil { note(.close(code: code), isFromClient: false) }
        try await peer.close(code: code, reason: reason)
    }

    var closing: WebSocketClosing? { get async { await peer.closing } }

    /// All that passed, and whether the client left without a good-bye.
    ///
    /// - Parameter closedByServer: A WebSocket that nobody has closed is about to be closed.
    func taken(closedByServer: Bool = false) async -> ([RecordedResponse.SocketFrame], hasLeft: Bool) {
        if await peer.closing != nil { await noteEnd() }
        let now = recorder.now
        return state.withLock { state in
            let hasLeft = state.isOver && !state.isClosed
            if closedByServer, !hasLeft, !state.isClosed {
                state.frames.append(.init(at: now, isFromClient: false, payload: .close(code: 1000)))
            }
            return (state.frames, hasLeft)
        }
    }

    private func noteEnd() async {
        if let closing = await peer.closing { note(.close(code: closing.code), isFromClient: true) }
        state.withLock { $0.isOver = true }
    }

    private func note(_ payload: RecordedResponse.SocketFrame.Payload, isFromClient: Bool) {
        let frame = RecordedResponse.SocketFrame(at: recorder.now, isFromClient: isFromClient, payload: payload)
        state.withLock { state in
            // After the first good-bye nothing counts, and its answer is none of its own.
            guard !state.isClosed else { return }
            if case .close = payload { state.isClosed = true }
            state.frames.append(frame)
        }
    }
}

extension RecordedResponse.SocketFrame.Payload {
    /// Empty for a good-bye.
    var bytes: [UInt8] {
        switch self {
        case .message(let message): message.bytes
        case .close: []
        }
    }
}

extension WebSocketMessage {
    var bytes: [UInt8] {
        switch self {
        case .text(let text): Array(text.utf8)
        case .binary(let bytes): bytes
        }
    }

    var isText: Bool { if case .text = self { true } else { false } }
}

extension [RecordedResponse.SocketFrame] {
    /// What a WebSocket is keyed by; empty when its client said nothing.
    fileprivate var firstClientMessage: [UInt8] {
        for frame in self where frame.isFromClient {
            if case .message(let message) = frame.payload { return message.bytes }
        }
        return []
    }
}

extension Operation {
    /// The operation of a request; that of a handshake is the WebSocket's.
    init(handshakeOf request: Request) {
        self.init(request)
        if request.opensSocket { method = "WS" }
    }
}
