public import Cassettes
public import HTTPMessages

/// One client's own play position, sandboxes and misses.
public struct Session: Sendable {
    public let name: String
    public let notes: SessionNotes
    private let responders: [Service: any Responder]

    /// - Parameter responders: Who answers for each service; one that is not there is refused.
    public init(name: String, notes: SessionNotes, responders: [Service: any Responder]) {
        self.name = name
        self.notes = notes
        self.responders = responders
    }

    func responder(for service: Service) -> any Responder { responders[service] ?? AbsentService(service: service) }
}

/// Says that nobody here speaks for a service.
private struct AbsentService: Responder {
    let service: Service

    func respond(to request: Request) async throws -> Response {
        service.refusal(
            code: "unknown_url", message: "nothing here answers for \(service.rawValue): \(request.method) \(request.path)",
            status: 404)
    }
}
