import Cassettes
import Documents
import HTTPMessages

/// A recorded WebSocket as what the server said after each client message.
struct SocketStory {
    struct Step {
        let client: WebSocketMessage
        /// When it came.
        let at: Double
        let server: [RecordedResponse.SocketFrame]
    }

    /// Said before the client said anything.
    let greeting: [RecordedResponse.SocketFrame]
    let steps: [Step]
    /// The server closed it, with the last of its frames.
    let isClosedByServer: Bool

    init(_ response: RecordedResponse) {
        var greeting: [RecordedResponse.SocketFrame] = []
        var steps: [(client: WebSocketMessage, at: Double, server: [RecordedResponse.SocketFrame])] = []
        var isClosedByServer = false
        if case .socket(let frames) = response.content {
            frames: for frame in frames {
                switch (frame.isFromClient, frame.payload) {
                case (true, .message(let message)): steps.append((message, frame.at, []))
                case (true, .close): break frames
                case (false, let payload):
                    if steps.isEmpty { greeting.append(frame) } else { steps[steps.count - 1].server.append(frame) }
                    if case .close = payload {
                        isClosedByServer = true
                        break frames
                    }
                }
            }
        }
        self.greeting = greeting
        self.steps = steps.map { Step(client: $0.client, at: $0.at, server: $0.server) }
        self.isClosedByServer = isClosedByServer
    }
}

/// A client has sent on a WebSocket what was not recorded; it has been told, and so have the session's notes.
struct SocketMiss: Error {
    /// Of what its first message asked for.
    let key: String?
}

/// Plays recorded WebSockets in lockstep: what followed a client's n-th message is sent once it has sent an equal n-th.
struct SocketPlayer: Sendable {
    enum Choice: Sendable {
        case play(Interaction)
        case miss(Miss)
    }

    let cassette: Cassette
    let notes: SessionNotes
    let pace: ReplayPace?
    /// The next recording that may be meant, while nothing has been asked; nothing is used up by this.
    let upcoming: @Sendable () throws -> Interaction?
    /// The recording that begins with a client message, used up by this, or a miss that has been noted; empty for a client
    /// that says nothing.
    let choose: @Sendable (_ first: [UInt8]) throws -> Choice
    /// What a client message is known by; equal ones have equal keys.
    let key: @Sendable (_ message: [UInt8]) -> InteractionKey

    /// - Throws: `SocketMiss`; whatever breaks the connection off, where it broke off when it was recorded.
    func play(to peer: any WebSocketPeer) async throws {
        do {
            try await perform(to: peer)
        } catch let error as Diagnostics {
            notes.noteBroken(error.description)
            try await peer.close(code: 1011, reason: "cassette_error: \(error.description)")
        }
    }

    private func perform(to peer: any WebSocketPeer) async throws {
        var time = RecordedTime()
        let begun = try upcoming()
        if let begun {
            let story = SocketStory(begun.response)
            time.last = begun.at
            if story.steps.isEmpty { return try await playMonologue(begun, story, to: peer, &time) }
            try await release(story.greeting, to: peer, &time)
        }
        guard let first = try await peer.receive() else { return }
        let interaction: Interaction
        switch try choose(first.bytes) {
        case .miss(let miss): return try await refuse(miss, key(first.bytes), peer)
        case .play(let found): interaction = found
        }
        let story = SocketStory(interaction.response)
        var message: WebSocketMessage? = first
        for (count, step) in story.steps.enumerated() {
            if count > 0 { message = try await peer.receive() }
            // A client may leave when it likes.
            guard let now = message else { return }
            guard now.isText == step.client.isText, key(now.bytes) == key(step.client.bytes) else {
                return try await refuse(now, insteadOf: step.client.bytes, in: interaction, after: count, peer)
            }
            // The time that a client takes is its own.
            time.last = step.at
            try await release(step.server, to: peer, &time)
        }
        try await end(interaction, story, peer)
    }

    /// A recording in which the client said nothing.
    private func playMonologue(
        _ upcoming: Interaction, _ story: SocketStory, to peer: any WebSocketPeer, _ time: inout RecordedTime
    ) async throws {
        guard case .play(let interaction) = try choose([]) else { return }
        try await release(story.greeting, to: peer, &time)
        try await end(interaction, story, peer)
    }

    private func end(_ interaction: Interaction, _ story: SocketStory, _ peer: any WebSocketPeer) async throws {
        if story.isClosedByServer { return }
        switch interaction.response.end {
        case .reset, .timeout, .refused: throw NoAnswerRecorded()
        case .clientLeft, nil: break
        }
        if let more = try await peer.receive() {
            try await refuse(more, insteadOf: [], in: interaction, after: story.steps.count, peer)
        }
    }

    private func release(
        _ frames: [RecordedResponse.SocketFrame], to peer: any WebSocketPeer, _ time: inout RecordedTime
    ) async throws {
        for frame in frames {
            try await pace?.wait(frame.at - (time.last ?? frame.at))
            time.last = frame.at
            switch frame.payload {
            case .message(let message): try await peer.send(message)
            case .close(let code): try await peer.close(code: code, reason: "")
            }
        }
    }

    private struct RecordedTime {
        /// Of what passed last.
        var last: Double?
    }

    // MARK: Misses

    private func refuse(
        _ message: WebSocketMessage, insteadOf recorded: [UInt8], in interaction: Interaction, after count: Int,
        _ peer: any WebSocketPeer
    ) async throws {
        let miss = Miss(
            reason: .unknown, service: interaction.service, operation: interaction.operation,
            cassette: cassette.header.name,
            nearest: cassette.nearest(to: message.bytes, insteadOf: recorded, in: interaction, after: count))
        notes.note(miss)
        try await refuse(miss, interaction.key, peer)
    }

    private func refuse(_ miss: Miss, _ key: InteractionKey, _ peer: any WebSocketPeer) async throws {
        try await peer.close(code: 1008, reason: "cassette_miss: \(miss.headline)")
        throw SocketMiss(key: key.text)
    }
}
