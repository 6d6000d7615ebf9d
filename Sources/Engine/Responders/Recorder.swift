public import Cassettes
import Documents
public import HTTPMessages
import Synchronization

/// Numbers, redacts and keys what passes, and hands it to a sink; one object records one cassette.
public final class Recorder: Sendable {
    /// An exchange that has begun.
    struct Exchange: Sendable {
        let number: Int
        /// Seconds since the recording began.
        let at: Double
    }

    /// Why an exchange was not recorded.
    public enum Failure: Error, Sendable, CustomStringConvertible {
        /// A credential's own text would have to be cut out of a request, which would change its key.
        ///
        /// `place` is a JSON path of the body, or words for another part of the request.
        case secretInRequest(name: String, operation: String, place: String)

        public var description: String {
            switch self {
            case .secretInRequest(let name, let operation, let place):
                "not recorded: \(operation) contains the value of \(name), at \(place)\n"
                    + "  fix: keep the credential out of the conversation, or unset the variable"
            }
        }
    }

    private let sink: any InteractionSink
    private let rules: MatchRules
    private let clock: any Clock
    private let start: Double
    private let state: Mutex<State>
    let redactor = Redactor()

    private struct State {
        var lastNumber: Int
        var literals: LiteralSecrets
        var services: Set<Service> = []
        var problems: [String] = []
    }

    /// - Parameters:
    ///   - number: The last one that is taken; a cassette that is extended has some already.
    ///   - elapsed: Seconds of recording that are in the cassette already.
    public init(
        to sink: any InteractionSink, rules: MatchRules, literals: LiteralSecrets, clock: any Clock,
        after number: Int = 0,
        elapsed: Double = 0
    ) {
        self.sink = sink
        self.rules = rules
        self.clock = clock
        start = clock.now - elapsed
        state = Mutex(State(lastNumber: number, literals: literals))
    }

    /// What could not be recorded, in words; a recording with any is not complete.
    public var problems: [String] { state.withLock { $0.problems } }

    /// The services of which something was recorded.
    public var services: Set<Service> { state.withLock { $0.services } }

    /// Seconds since the recording began.
    var now: Double { clock.now - start }

    /// Takes an exchange's number, and remembers the credential it came with: that text is never written.
    func begin(_ request: Request) -> Exchange {
        let credentials = ["authorization", "x-api-key", "api-key", "x-goog-api-key"].compactMap { name in
            request.headers[name].map { (name, String($0.trimmingPrefix("Bearer "))) }
        }
        return state.withLock { state in
            state.lastNumber += 1
            state.literals.add(credentials)
            return Exchange(number: state.lastNumber, at: now)
        }
    }

    /// What an exchange will be known by.
    ///
    /// - Parameter body: Already redacted.
    func key(_ service: Service, _ operation: Operation, inputs: String? = nil, body: [UInt8]) -> InteractionKey {
        InteractionKey(service: service, operation: operation, inputs: inputs, body: body, rules: rules)
    }

    /// Records an exchange; what goes wrong is kept in `problems` and does not reach the client.
    func finish(
        _ exchange: Exchange, service: Service, operation: Operation, sandbox: Int? = nil, inputs: String? = nil,
        request body: [UInt8], response: RecordedResponse
    ) async {
        let literals = state.withLock { $0.literals }
        do {
            if case .socket(let frames) = response.content { try check(frames, literals, of: operation) }
            if let (secret, place) = literals.first(in: body, of: operation) {
                throw Failure(secret.name, of: operation, at: place, literals)
            }
            let key = key(service, operation, inputs: inputs, body: body)
            try await sink.record(
                Interaction(
                    number: exchange.number, at: exchange.at, service: service, operation: operation, sandbox: sandbox,
                    inputs: inputs, key: key, request: RecordedBody(bytes: response.isSocket ? [] : body),
                    response: redact(response, literals, service: service, number: exchange.number)))
            state.withLock { _ = $0.services.insert(service) }
        } catch {
            state.withLock { $0.problems.append("\(error)") }
        }
    }

    private func redact(
        _ response: RecordedResponse, _ literals: LiteralSecrets, service: Service, number: Int
    ) -> RecordedResponse {
        var response = response
        let headers = redactor.redact(responseHeaders: response.headers, interaction: number)
        response.headers = Headers(
            headers.fields.map { ($0.name, String(decoding: literals.redact(Array($0.value.utf8)), as: UTF8.self)) })
        switch response.content {
        case .body(let body):
            response.content = .body(
                RecordedBody(bytes: literals.redact(redactor.redact(body.bytes, service: service))))
        case .chunks(let chunks):
            response.content = .chunks(literals.redact(redactor.redact(chunks, service: service)))
        case .socket(let frames): response.content = .socket(redact(frames, literals, service: service))
        }
        return response
    }
}

extension Recorder.Failure {
    init(_ name: String, of operation: Operation, at place: String, _ literals: LiteralSecrets) {
        // Neither spelling of it may be told.
        let written = String(decoding: literals.redact(Array(operation.description.utf8)), as: UTF8.self)
        let plain = literals.redact(Array(PercentEncoding.decode(written, plusIsSpace: false).utf8))
        self = .secretInRequest(name: name, operation: String(decoding: plain, as: UTF8.self), place: place)
    }
}

extension LiteralSecrets {
    /// The first credential whose very text stands in a request, and where: a JSON path, or words for another part.
    fileprivate func first(in body: [UInt8], of operation: Operation) -> (Secret, place: String)? {
        if let tree = try? JSONValue(parsing: body), let found = first(in: tree, at: JSONPointer()) { return found }
        if let secret = first(in: body) { return (secret, "the body") }
        let spellings = [operation.description, PercentEncoding.decode(operation.description, plusIsSpace: false)]
        return spellings.lazy.compactMap { first(in: Array($0.utf8)) }.first.map { ($0, "the path or query") }
    }

    private func first(in tree: JSONValue, at place: JSONPointer) -> (Secret, place: String)? {
        switch tree {
        case .string(let text): first(in: Array(text.utf8)).map { ($0, place.path) }
        case .array(let items):
            items.enumerated().lazy.compactMap { first(in: $1, at: place.appending("\($0)")) }.first
        case .object(let object):
            object.members.lazy.compactMap { first(in: $0.value, at: place.appending($0.name)) }.first
        case .null, .bool, .number: nil
        }
    }
}
