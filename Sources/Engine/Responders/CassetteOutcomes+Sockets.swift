import Cassettes
import HTTPMessages
import HopXProtocol
import Synchronization

extension CassetteOutcomes {
    /// A sandbox's WebSocket, which is chosen by its client's first message; or its handshake's recorded refusal.
    func socket(_ call: SandboxCall) async throws -> Response {
        let silent = key(of: call.saying([]))
        let refusals = try positions(of: silent).filter { try !cassette.interaction(at: $0).response.isSocket }
        if !refusals.isEmpty, case .play(let position) = try choose(for: call.saying([])) {
            let interaction = try cassette.interaction(at: position)
            if !interaction.response.isSocket {
                notePlayed(position, call)
                return try await interaction.answer(at: pace).accounted(.hit, key: silent.text)
            }
        }
        // A client that waits to be spoken to would wait for ever.
        guard try upcomingSocket(call) != nil else {
            let operation = operation(of: call)
            let recorded = try cassette.index.indices.filter {
                try cassette.index[$0].operation == operation && cassette.interaction(at: $0).inputs == call.inputs
            }
            let reason = recorded.isEmpty ? Miss.Reason.unknown : .usedUp(count: recorded.count)
            return try await miss(reason, call).accounted(.miss)
        }
        let player = SocketPlayer(
            cassette: cassette, notes: notes, pace: pace,
            upcoming: { [self] in try upcomingSocket(call) },
            choose: { [self] message in
                let call = call.saying(message)
                switch try choose(for: call) {
                case .play(let position):
                    notePlayed(position, call)
                    return .play(try cassette.interaction(at: position))
                case .miss(let reason): return .miss(noteMiss(reason, call))
                }
            },
            key: { [self] message in key(of: call.saying(message)) })
        return Response(status: 101, content: .socket { try await player.play(to: $0) }).accounted(.hit)
    }

    /// The recording that a WebSocket would play, as far as can be told before its client has said anything.
    func upcomingSocket(_ call: SandboxCall) throws -> Interaction? {
        let operation = operation(of: call)
        let (bound, uses, passed) = state.withLock { state in
            (state.bindings[call.label], state.uses, state.passed[call.label, default: []])
        }
        let labels = bound.map { [$0] } ?? sequences.keys.sorted()
        var played: [Interaction] = []
        for label in labels {
            for position in sequences[label] ?? [] where cassette.index[position].operation == operation {
                let interaction = try cassette.interaction(at: position)
                guard interaction.response.isSocket, interaction.inputs == call.inputs else { continue }
                if !passed.contains(position), bound != nil || uses[label] == nil { return interaction }
                played.append(interaction)
            }
        }
        return switch usedUp {
        case .error: nil
        case .last: played.last
        case .cycle: played.first
        }
    }
}

extension SandboxCall {
    /// The same call, known by a message.
    func saying(_ message: [UInt8]) -> SandboxCall {
        var request = request
        request.body = message
        return SandboxCall(
            request: request, operation: operation, callClass: callClass, sandbox: sandbox, label: label,
            inputs: inputs, environment: environment, requestID: requestID, now: now)
    }
}
