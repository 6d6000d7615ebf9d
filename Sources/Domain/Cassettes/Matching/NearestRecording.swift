import Documents

extension Cassette {
    /// At most this many recordings are parsed and compared; of more, those whose text has most in common are.
    private static let comparedRecordings = 64

    /// The recording that comes closest to a request: the longest shared conversation, then the fewest differences.
    ///
    /// - Returns: Nil when nothing was recorded for the method and path.
    public func nearest(to body: [UInt8], service: Service, operation: Operation, inputs: String?) -> Miss.Nearest? {
        // Both values of a difference are shown: no secret may be in either.
        let now = header.rules.comparable(
            Redactor().redact(body, service: service), service: service, operation: operation)
        let candidates = mostPromising(for: now, service: service, operation: operation).compactMap { position in
            (try? interaction(at: position)).map { interaction in
                let recorded = header.rules.comparable(
                    interaction.keyedBody, service: service, operation: interaction.operation)
                return (interaction: interaction, body: recorded, shared: Cassette.sharedMessages(recorded, now))
            }
        }
        let longest = candidates.map(\.shared).max()
        let found = candidates.filter { $0.shared == longest }.map { candidate in
            Miss.Nearest(
                interaction: candidate.interaction.number, operation: candidate.interaction.operation,
                sharedMessages: candidate.shared, differences: Difference.between(recorded: candidate.body, now: now),
                differsInInputs: candidate.interaction.inputs != inputs)
        }
        return found.min { a, b in
            func rank(_ nearest: Miss.Nearest) -> [Int] {
                [
                    nearest.differences.count, nearest.operation == operation ? 0 : 1, nearest.differsInInputs ? 1 : 0,
                    nearest.interaction,
                ]
            }
            return rank(a).lexicographicallyPrecedes(rank(b))
        }
    }

    /// A recorded WebSocket at which a client has sent another message than it did then.
    ///
    /// - Parameters:
    ///   - recorded: What the client sent then; empty when it sent nothing more.
    ///   - count: How many messages before it were equal.
    public func nearest(
        to message: [UInt8], insteadOf recorded: [UInt8], in interaction: Interaction, after count: Int
    ) -> Miss.Nearest {
        func comparable(_ bytes: [UInt8]) -> JSONValue {
            header.rules.comparable(bytes, service: interaction.service, operation: interaction.operation)
        }
        let now = comparable(Redactor().redact(message, service: interaction.service))
        return Miss.Nearest(
            interaction: interaction.number, operation: interaction.operation, sharedMessages: count,
            differences: Difference.between(recorded: comparable(recorded), now: now), differsInInputs: false)
    }

    /// Positions of recordings of the same method and path: all of them, or those that share most rare texts.
    private func mostPromising(for now: JSONValue, service: Service, operation: Operation) -> [Int] {
        let positions = index.indices.filter { position in
            let entry = index[position]
            return entry.service == service && entry.operation.method == operation.method
                && entry.operation.path == operation.path
        }
        guard positions.count > Cassette.comparedRecordings else { return positions }
        let probes = TextProbes(now)
        let found = positions.map { probes.found(in: text(at: $0)) }
        let weights = probes.weights(of: found)
        let ranked = positions.indices.sorted { a, b in
            let one = probes.score(of: found[a], weights), other = probes.score(of: found[b], weights)
            return one == other ? a < b : one > other
        }
        return ranked.prefix(Cassette.comparedRecordings).map { positions[$0] }.sorted()
    }

    private static func sharedMessages(_ a: JSONValue, _ b: JSONValue) -> Int {
        guard let a = a.conversation, let b = b.conversation else { return 0 }
        return zip(a, b).prefix { $0 == $1 }.count
    }
}

extension JSONValue {
    /// The list of messages of an LLM's request; nil for any other body.
    var conversation: [JSONValue]? {
        for name in ["messages", "input", "contents"] {
            if let items = self[name]?.arrayValue { return items }
        }
        return nil
    }
}

extension Interaction {
    /// What the key is over, apart from the operation: the request's body, or the first message that a client sent.
    var keyedBody: [UInt8] {
        if case .socket(let frames) = response.content { SocketForm.keyBytes(frames) } else { request.bytes }
    }
}
