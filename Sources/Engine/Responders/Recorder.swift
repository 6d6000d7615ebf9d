public import Cassettes
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
        case secretInRequest(name: String, operation: Operation)

        public var description: String {
            switch self {
            case .secretInRequest(let name, let operation):
                "not recorded: the body of \(operation) contains the value of \(name)\n"
                    + "  fix: keep the credential out of the conversation, or unset the variable"
            }
        }
    }

    private let sink: any InteractionSink
    private let rules: MatchRules
    private let literals: LiteralSecrets
    private let clock: any Clock
    private let start: Double
    private let lastNumber = Mutex(0)
    private let failures = Mutex<[String]>([])
    let redactor = Redactor()

    public init(to sink: any InteractionSink, rules: MatchRules, literals: LiteralSecrets, clock: any Clock) {
        self.sink = sink
        self.rules = rules
        self.literals = literals
        self.clock = clock
        start = clock.now
    }

    /// What could not be recorded, in words; a recording with any is not complete.
    public var problems: [String] { failures.withLock { $0 } }

    /// Seconds since the recording began.
    var now: Double { clock.now - start }

    func begin() -> Exchange {
        Exchange(
            number: lastNumber.withLock { number in
                number += 1
                return number
            }, at: now)
    }

    /// Records an exchange; what goes wrong is kept in `problems` and does not reach the client.
    func finish(
        _ exchange: Exchange, service: Service, operation: Operation, sandbox: Int? = nil, inputs: String? = nil,
        request body: [UInt8], response: RecordedResponse
    ) async {
        do {
            if let secret = literals.first(in: body) { throw Failure.secretInRequest(name: secret.name, operation: operation) }
            let key = InteractionKey(service: service, operation: operation, inputs: inputs, body: body, rules: rules)
            try await sink.record(
                Interaction(
                    number: exchange.number, at: exchange.at, service: service, operation: operation, sandbox: sandbox,
                    inputs: inputs, key: key, request: RecordedBody(bytes: body),
                    response: redact(response, service: service, number: exchange.number)))
        } catch {
            failures.withLock { $0.append("\(error)") }
        }
    }

    private func redact(_ response: RecordedResponse, service: Service, number: Int) -> RecordedResponse {
        var response = response
        response.headers = redactor.redact(responseHeaders: response.headers, interaction: number)
        switch response.content {
        case .body(let body):
            response.content = .body(RecordedBody(bytes: literals.redact(redactor.redact(body.bytes, service: service))))
        case .chunks(let chunks):
            response.content = .chunks(literals.redact(redactor.redact(chunks, service: service)))
        case .socket: break
        }
        return response
    }
}
