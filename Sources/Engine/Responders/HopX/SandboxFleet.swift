import Digests
import Documents
import HopXProtocol

/// The sandboxes of one session, with their tokens: a value that only `FakeHopX` changes.
struct SandboxFleet {
    struct Member {
        var sandbox: HopXSandbox
        /// Of redacted requests; `environment` has the values themselves.
        var inputs: SandboxInputs
        var environment: [String: String]
        let label: Int
        var tokenCount = 0
        var usage = AgentUsage()
        /// Nil once code has run: what is there is then for the source of outcomes to say.
        var files: SimulatedFiles?
    }

    private struct Token {
        let sandbox: String
        let expiresAt: Double
    }

    private let seed: String
    private let secret: String
    private var members: [String: Member] = [:]
    /// By the digest of the token, so that no comparison tells how much of a guess is right.
    private var tokens: [String: Token] = [:]
    private var everUsed: Set<String> = []
    private var labelCount = 0
    private var requestCount = 0

    init(seed: String, secret: String) {
        self.seed = seed
        self.secret = secret
    }

    mutating func nextRequestID() -> String {
        requestCount += 1
        return "req_" + Digest.sha256Hex("\(seed)\nrequest\n\(requestCount)").prefix(24)
    }

    mutating func nextLabel() -> Int {
        labelCount += 1
        return labelCount
    }

    /// The wanted id, or an invented one when there is none or it was given before.
    mutating func reserveID(wanted: String?, label: Int) -> String {
        if let wanted, everUsed.insert(wanted).inserted { return wanted }
        let id = String(Digest.sha256Hex("\(seed)\nsandbox\n\(label)").prefix(18))
        everUsed.insert(id)
        return id
    }

    mutating func add(
        _ id: String, creation: SandboxCreation, template: HopXTemplate?, counted: SandboxCreation, label: Int,
        now: Double
    ) {
        let environment = (template?.environment ?? [:]).merging(creation.environment) { _, own in own }
        members[id] = Member(
            sandbox: HopXSandbox(id: id, creation: creation, template: template, createdAt: now),
            inputs: SandboxInputs(creation: counted), environment: environment, label: label,
            files: SimulatedFiles(now: now))
    }

    mutating func issueToken(for id: String, now: Double) -> (token: String, expiresAt: Double) {
        members[id]?.tokenCount += 1
        let expiresAt = now + HopXToken.lifetime
        let token = HopXToken.issue(
            sandbox: id, number: members[id]?.tokenCount ?? 0, expiresAt: expiresAt, secret: secret)
        tokens[Digest.sha256Hex(token)] = Token(sandbox: id, expiresAt: expiresAt)
        return (token, expiresAt)
    }

    /// - Returns: The sandbox a token was issued for, alive or not.
    func owner(of token: String, now: Double) throws -> String {
        guard let known = tokens[Digest.sha256Hex(token)] else {
            throw HopXError(401, "INVALID_TOKEN", "The access token is not valid")
        }
        guard known.expiresAt > now else { throw HopXError(401, "TOKEN_EXPIRED", "The access token has expired") }
        return known.sandbox
    }

    func member(_ id: String) throws -> Member {
        guard let member = members[id] else { throw HopXError.sandboxNotFound(id) }
        return member
    }

    mutating func update<Result>(_ id: String, _ change: (inout Member) throws -> Result) throws -> Result {
        guard var member = members[id] else { throw HopXError.sandboxNotFound(id) }
        let result = try change(&member)
        members[id] = member
        return result
    }

    mutating func remove(_ id: String) { members[id] = nil }

    /// The living sandboxes, in order of creation.
    var all: [Member] { members.values.sorted { $0.label < $1.label } }

    /// Makes every token of a sandbox invalid; those that are issued later are not concerned.
    mutating func revokeTokens(of id: String) { tokens = tokens.filter { $0.value.sandbox != id } }

    /// Takes out the sandboxes whose time is over.
    mutating func removeExpired(now: Double) -> [String] {
        let expired = members.values.filter { $0.sandbox.isExpired(at: now) }.sorted { $0.label < $1.label }
        for member in expired { members[member.sandbox.id] = nil }
        return expired.map(\.sandbox.id)
    }

    /// One page of the sandboxes in order of creation, and the label to go on after.
    func page(after label: Int, limit: Int, status: String?, region: String?) -> (page: [Member], next: Int?) {
        let matching = members.values.filter { member in
            member.label > label && (status.map { $0 == member.sandbox.status.rawValue } ?? true)
                && (region.map { $0 == member.sandbox.fields["region"]?.stringValue } ?? true)
        }.sorted { $0.label < $1.label }
        let page = Array(matching.prefix(limit))
        return (page, matching.count > limit ? page.last?.label : nil)
    }
}
