import Cassettes
import HTTPMessages
import Synchronization

extension ReplayResponder {
    /// True when what is recorded for a silent handshake is an answer, and no WebSocket.
    func refusesHandshake(_ positions: [Int]) -> Bool {
        positions.contains { (try? cassette.interaction(at: $0))?.response.isSocket == false }
    }

    /// A WebSocket, which is chosen by its client's first message.
    func socket(_ operation: Operation, usesUp: Bool = true) -> Response {
        let player = SocketPlayer(
            cassette: cassette, notes: notes, pace: pace,
            upcoming: { [self] in try upcomingSocket(operation) },
            choose: { [self] message in try choose(message, operation, usesUp: usesUp) },
            key: { [self] in key(of: $0, operation) })
        return Response(status: 101, content: .socket { try await player.play(to: $0) }).accounted(.hit)
    }

    func socketPreview(of request: Request) -> Response? {
        guard request.opensSocket, hasSocket(for: request) else { return nil }
        return socket(Operation(handshakeOf: redactor.redact(request, service: service)), usesUp: false)
    }

    /// True when there is a WebSocket's recording for this handshake that has not been played.
    func hasSocket(for request: Request) -> Bool {
        let operation = Operation(handshakeOf: redactor.redact(request, service: service))
        return (try? upcomingSocket(operation)) != nil
    }

    /// The recording that a WebSocket would play, as far as can be told before its client has said anything.
    private func upcomingSocket(_ operation: Operation) throws -> Interaction? {
        let keys = cassette.index.filter { $0.service == service && $0.operation == operation }.map(\.key)
        let next = position.withLock { position in
            keys.compactMap { position.upcoming(of: $0, among: cassette.positions(of: $0))?.position }.min()
        }
        guard let next else { return nil }
        let interaction = try cassette.interaction(at: next)
        return interaction.response.isSocket ? interaction : nil
    }

    private func choose(_ message: [UInt8], _ operation: Operation, usesUp: Bool) throws -> SocketPlayer.Choice {
        let key = key(of: message, operation)
        let positions = cassette.positions(of: key)
        let choice = position.withLock { position in
            usesUp ? position.next(of: key, among: positions) : position.upcoming(of: key, among: positions)
        }
        if let choice {
            if usesUp {
                notes.notePlayed(choice.position)
                if choice.startsOver { notes.noteStartedOver() }
            }
            return .play(try cassette.interaction(at: choice.position))
        }
        let miss = Miss(
            reason: positions.isEmpty ? .unknown : .usedUp(count: positions.count), service: service,
            operation: operation, cassette: cassette.header.name,
            nearest: positions.isEmpty
                ? cassette.nearest(to: message, service: service, operation: operation, inputs: nil) : nil)
        if usesUp { notes.note(miss) }
        return .miss(miss)
    }

    private func key(of message: [UInt8], _ operation: Operation) -> InteractionKey {
        InteractionKey(
            service: service, operation: operation, inputs: nil, body: redactor.redact(message, service: service),
            rules: cassette.header.rules)
    }
}
