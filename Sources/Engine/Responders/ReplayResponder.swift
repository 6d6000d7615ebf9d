public import Cassettes
import Documents
public import HTTPMessages
import Synchronization

/// Answers a service's requests from a cassette; one object is one play position.
public final class ReplayResponder: Responder {
    let cassette: Cassette
    let service: Service
    let notes: SessionNotes
    let pace: ReplayPace?
    private let onMiss: OnMiss
    let redactor = Redactor()
    let position: Mutex<PlayPosition>

    /// - Parameter pace: How fast recorded time passes; nil answers at once.
    public init(
        cassette: Cassette, service: Service, usedUp: UsedUp, notes: SessionNotes, pace: ReplayPace? = nil,
        onMiss: OnMiss = .error
    ) {
        self.onMiss = onMiss
        self.cassette = cassette
        self.pace = pace
        self.service = service
        self.notes = notes
        position = Mutex(PlayPosition(usedUp: usedUp))
    }

    public func answerNow(_ request: Request) -> Response? {
        guard pace == nil, !request.opensSocket else { return nil }
        let (key, _, _) = identify(request)
        return answerNow(to: key, among: cassette.positions(of: key))
    }

    public func standingAnswer(to request: Request) -> StandingAnswer? {
        guard pace == nil, !request.opensSocket else { return nil }
        let (key, _, _) = identify(request)
        let positions = cassette.positions(of: key)
        guard !positions.isEmpty else { return nil }
        return StandingAnswer { [self] in answerNow(to: key, among: positions) }
    }

    private func answerNow(to key: InteractionKey, among positions: [Int]) -> Response? {
        // Looks before it takes: what cannot be answered at once must not use a recording up.
        while let choice = position.withLock({ $0.upcoming(of: key, among: positions) }) {
            guard let response = (try? cassette.interaction(at: choice.position))?.response.replayed,
                response.content.readyChunks != nil
            else { return nil }
            guard position.withLock({ $0.take(choice, of: key) }) else { continue }
            notes.notePlayed(choice.position)
            if choice.startsOver { notes.noteStartedOver() }
            return response.accounted(.hit, key: key.text)
        }
        return nil
    }

    public func preview(of request: Request) -> Response? {
        if let socket = socketPreview(of: request) { return socket }
        let (key, _, _) = identify(request)
        let choice = position.withLock { $0.upcoming(of: key, among: cassette.positions(of: key)) }
        return choice.flatMap { try? cassette.interaction(at: $0.position) }?.response.replayed
    }

    public func respond(to request: Request) async throws -> Response {
        let (key, operation, body) = identify(request)
        let positions = cassette.positions(of: key)
        if request.opensSocket, !refusesHandshake(positions), hasSocket(for: request) { return socket(operation) }
        if let choice = position.withLock({ $0.next(of: key, among: positions) }) {
            notes.notePlayed(choice.position)
            if choice.startsOver { notes.noteStartedOver() }
            do {
                let response = try await cassette.interaction(at: choice.position).answer(at: pace)
                return response.accounted(.hit, key: key.text)
            } catch let error as Diagnostics {
                notes.noteBroken(error.description)
                return service.refusal(code: "cassette_error", message: error.description)
            }
        }
        let miss = Miss(
            reason: positions.isEmpty ? .unknown : .usedUp(count: positions.count), service: service,
            operation: operation,
            cassette: cassette.header.name,
            nearest: positions.isEmpty
                ? cassette.nearest(to: body, service: service, operation: operation, inputs: nil) : nil)
        notes.note(miss)
        let asked = Interaction(asked: operation, of: service, key: key, body: body)
        if let answer = try await onMiss.answer(of: cassette, to: asked, nearest: miss.nearest, at: pace, notes) {
            return answer.accounted(.miss, key: key.text)
        }
        return service.refusal(code: "cassette_miss", message: miss.message).accounted(.miss, key: key.text)
    }

    private func identify(_ request: Request) -> (InteractionKey, Operation, [UInt8]) {
        let request = redactor.redact(request, service: service)
        let operation = Operation(handshakeOf: request)
        let key = InteractionKey(
            service: service, operation: operation, inputs: nil, body: request.body, rules: cassette.header.rules)
        return (key, operation, request.body)
    }
}
