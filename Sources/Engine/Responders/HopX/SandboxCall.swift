public import HTTPMessages
public import HopXProtocol

/// A request to a fake HopX service, with all that decides its answer.
public struct SandboxCall: Sendable {
    public let request: Request
    public let operation: HopXOperation
    public let callClass: HopXOperation.CallClass
    /// The sandbox's id; nil while a new sandbox has none.
    public internal(set) var sandbox: String?
    /// 1, 2, … in the order of creation; 0 for a call that is about no sandbox.
    public let label: Int
    /// Digest of what the client gave the sandbox before this call; nil for a creation.
    public let inputs: String?
    /// The sandbox's own variables, which a program sees unless its request says otherwise.
    public let environment: [String: String]
    /// For an answer that is made up now; a recorded one has its own.
    public let requestID: String
    /// Seconds since 1970, on the session's clock.
    public let now: Double
}

/// Where a fake sandbox's results come from: a cassette, or a back end that really runs code.
///
/// `FakeHopX` keeps the state (tokens, variables, what the client wrote) and answers chores. It asks here for the rest.
public protocol OutcomeSource: Sendable {
    /// The id to give the sandbox that this call creates.
    ///
    /// - Returns: Nil lets the fake invent one; so does an id that it has given before.
    func identity(for creation: SandboxCall) async throws -> String?

    /// A refusal of a change that would otherwise succeed; nil lets it succeed.
    ///
    /// A live back end makes the change here. The fake's state changes only after nil.
    func failure(of change: SandboxCall) async throws -> Response?

    /// The answer to an outcome, complete.
    func outcome(of call: SandboxCall) async throws -> Response

    /// True where nobody can tell how a build went: the fake then pretends that it went well.
    var simulatesBuilds: Bool { get }

    /// What code can use in the sandboxes; empty where only a recording knows.
    var tools: SandboxTools { get }

    /// How many processes in a sandbox nobody waits for.
    func backgroundCount(in sandbox: String) async -> Int

    /// Told once that a sandbox has reached its time limit; a deleted one has been a change before.
    func expired(_ sandbox: String) async
}

extension OutcomeSource {
    public func identity(for creation: SandboxCall) async throws -> String? { nil }
    public func failure(of change: SandboxCall) async throws -> Response? { nil }
    public func expired(_ sandbox: String) async {}
    public func backgroundCount(in sandbox: String) async -> Int { 0 }
    public var simulatesBuilds: Bool { false }
    public var tools: SandboxTools { SandboxTools() }
}
