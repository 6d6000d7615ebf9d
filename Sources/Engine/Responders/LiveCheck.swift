public import Cassettes
import Documents
public import HTTPMessages

/// Asks services again what was recorded, one question after another, until its budget is used up.
public struct LiveCheck: Sendable {
    /// What may be spent; nil is no limit.
    public struct Budget: Sendable {
        public var requests: Int?
        /// As the answers count them: the one that goes beyond it is the last.
        public var tokens: Int?

        public init(requests: Int? = nil, tokens: Int? = nil) {
            self.requests = requests
            self.tokens = tokens
        }
    }

    private let responders: [Service: any Responder]
    private let literals: LiteralSecrets
    private let budget: Budget
    private let redactor = Redactor()

    /// - Parameters:
    ///   - responders: Who is asked; `LiveService` puts the live key in the place of a session key.
    ///   - literals: Credentials that no report may show, the live keys among them.
    public init(_ responders: [Service: any Responder], literals: LiteralSecrets, budget: Budget) {
        self.responders = responders
        self.literals = literals
        self.budget = budget
    }

    /// Asks, and adds what comes of it to a report.
    ///
    /// A service that cannot be reached is not asked again.
    ///
    /// - Throws: `CancellationError`.
    public func ask(_ questions: [(file: String, interaction: Interaction)], into report: inout DriftReport)
        async throws
    {
        var unreachable: Set<Service> = []
        for (position, question) in questions.enumerated() {
            if let reason = exhaustion(report) {
                report.stop = reason
                report.unaskedCount += questions.count - position
                return
            }
            let interaction = question.interaction
            guard let responder = responders[interaction.service], !unreachable.contains(interaction.service) else {
                report.unaskedCount += 1
                continue
            }
            let drift: Drift
            do {
                drift = Drift(from: interaction.response, to: try await answer(to: interaction, of: responder))
            } catch let error as NoAnswer {
                if error.cause == .refused { unreachable.insert(interaction.service) }
                drift = Drift(.failed, clean("\(error)").split(separator: "\n").map(String.init))
            }
            report.lines.append(.init(interaction, file: question.file, drift: drift))
        }
        report.missedService = !unreachable.isEmpty
    }

    /// Why nothing more may be asked; nil while something may.
    private func exhaustion(_ report: DriftReport) -> String? {
        if let most = budget.requests, report.lines.count >= most { return "the budget of \(most) requests is used up" }
        if let most = budget.tokens, report.tokens >= most {
            return "the budget of \(most) tokens is used up (\(report.tokens))"
        }
        return nil
    }

    /// The answer as a recording would keep it.
    private func answer(to interaction: Interaction, of responder: any Responder) async throws -> RecordedResponse {
        let response = try await responder.respond(to: interaction.askedAgain(key: "us-verify"))
        var bytes: [UInt8] = []
        var end: RecordedResponse.Break?
        switch response.content {
        case .whole(let whole): bytes = whole
        case .socket: end = .reset
        case .stream(let stream):
            do {
                for try await part in stream {
                    switch part {
                    case .chunk(let chunk): bytes += chunk
                    case .pause: break
                    case .drop: end = .reset
                    }
                }
            } catch let error as NoAnswer {
                end = RecordedResponse.Break(error)
            }
        }
        try Task.checkCancellation()
        let clean = literals.redact(redactor.redact(bytes, service: interaction.service))
        return RecordedResponse(
            status: response.status, headers: response.headers, at: 0, content: .body(RecordedBody(bytes: clean)),
            end: end)
    }

    private func clean(_ text: String) -> String {
        String(decoding: literals.redact(Array(redactor.redact(text).utf8)), as: UTF8.self)
    }
}
