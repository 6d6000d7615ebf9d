import Cassettes
import HTTPMessages

/// What is done with a request that was not recorded.
public enum OnMiss: String, Sendable, CaseIterable {
    /// It is refused.
    case error
    /// It gets the answer of the recording that comes closest, marked as stale.
    case nearest

    /// The stale answer to a request, noted; nil for a refusal, and when no recording is near.
    func answer(
        of cassette: Cassette, to asked: Interaction, nearest: Miss.Nearest?, at pace: ReplayPace?,
        _ notes: SessionNotes
    ) async throws -> Response? {
        guard self == .nearest, let nearest,
            let position = cassette.index.firstIndex(where: { $0.number == nearest.interaction })
        else { return nil }
        // What is near to one message says nothing of those that follow.
        guard try !cassette.interaction(at: position).response.isSocket else { return nil }
        var response = try await cassette.interaction(at: position).answer(at: pace)
        response.headers["x-understudy-stale"] = "\(nearest.interaction)"
        notes.noteStale(StaleAnswer(request: asked, answeredBy: nearest.interaction))
        return response
    }
}

extension Interaction {
    /// A request as it was asked, without an answer of its own.
    init(asked operation: Operation, of service: Service, key: InteractionKey, body: [UInt8], inputs: String? = nil) {
        self.init(
            number: 0, at: 0, service: service, operation: operation, inputs: inputs, key: key,
            request: RecordedBody(bytes: body), response: .none(at: 0))
    }
}
