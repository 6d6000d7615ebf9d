import Documents
public import HTTPMessages
import HopXProtocol
import Synchronization

/// The HopX service of one session: both planes, with sandboxes that live in memory.
///
/// What a sandbox *is* (its life, tokens, variables, files before code ran) is simulated here on the session's clock.
/// What code *did* comes from the source of outcomes.
public final class FakeHopX: Responder {
    /// Set by whoever takes the sandbox's address apart, never by clients: the sandbox that was addressed.
    public static let sandboxHeader = "x-understudy-sandbox"

    let clock: any Clock
    let outcomes: any OutcomeSource
    let digested: @Sendable (Request) -> Request
    let fleet: Mutex<SandboxFleet>
    let templates: Mutex<TemplateShelf>
    let masksVariables: Bool

    /// - Parameters:
    ///   - seed: Ids, request ids and tokens are the same for the same seed and order of calls.
    ///   - secret: Goes into tokens only; give a random one where they protect something.
    ///   - masksVariables: Variables whose names speak of secrets read back as stars, as the service may do it.
    ///   - digested: The request as it counts into `inputs`: redacted the way recordings are.
    public init(
        seed: String, secret: String? = nil, clock: any Clock, outcomes: any OutcomeSource,
        masksVariables: Bool = false,
        digested: @escaping @Sendable (Request) -> Request = { $0 }
    ) {
        self.clock = clock
        self.outcomes = outcomes
        self.digested = digested
        self.masksVariables = masksVariables
        templates = Mutex(TemplateShelf(seed: seed, tools: outcomes.tools))
        fleet = Mutex(SandboxFleet(seed: seed, secret: secret ?? seed))
    }

    public func respond(to request: Request) async throws -> Response {
        let now = clock.now
        let requestID = fleet.withLock { $0.nextRequestID() }
        for sandbox in fleet.withLock({ $0.removeExpired(now: now) }) { await outcomes.expired(sandbox) }

        let isControl = request.path.split(separator: "/").first == "v1"
        var plane = isControl ? HopXOperation.Plane.control : .agent
        do {
            guard let operation = HopXOperation(method: request.method, path: request.path) else {
                throw HopXOperation.isKnown(path: request.path)
                    ? HopXError(405, "METHOD_NOT_ALLOWED", "\(request.method) is not allowed for \(request.path)")
                    : HopXError(404, "NOT_FOUND", "There is no \(request.method) \(request.path)")
            }
            plane = operation.plane
            let exchange = Exchange(request: request, operation: operation, requestID: requestID, now: now)
            switch plane {
            case .control: return try await answerControl(exchange)
            case .agent: return try await answerAgent(exchange)
            }
        } catch let error as HopXError {
            return error.response(on: plane, requestID: requestID, now: now)
        }
    }

    /// A request on its way, with what its answer will carry.
    struct Exchange {
        let request: Request
        let operation: HopXOperation
        let requestID: String
        let now: Double

        func json(_ body: JSONValue, status: Int = 200) -> Response {
            .hopX(body, status: status, requestID: requestID)
        }

        /// The call on a sandbox as it is now.
        func call(on member: SandboxFleet.Member) -> SandboxCall {
            SandboxCall(
                request: request, operation: operation,
                callClass: operation.callClass(afterOutcome: member.files == nil), sandbox: member.sandbox.id,
                label: member.label, inputs: member.inputs.digest, environment: member.environment,
                requestID: requestID, now: now)
        }
    }
}
