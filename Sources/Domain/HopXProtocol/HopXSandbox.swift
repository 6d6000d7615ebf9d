public import Documents

/// A sandbox as the control plane describes it.
public struct HopXSandbox: Sendable {
    public enum Status: String, Sendable { case creating, running, paused, stopped }

    public let id: String
    public let creation: SandboxCreation
    public var status = Status.running
    /// Seconds since 1970.
    public let createdAt: Double
    /// The lifetime asked for; nil is no limit.
    public private(set) var timeoutSeconds: Int?
    /// Seconds since 1970; nil exactly when there is no limit.
    public private(set) var expiresAt: Double?

    private let template: HopXTemplate?

    /// - Parameter template: The one that the creation names; nil for one that only its client knows.
    public init(id: String, creation: SandboxCreation, template: HopXTemplate? = nil, createdAt: Double) {
        self.id = id
        self.template = template
        self.creation = creation
        self.createdAt = createdAt
        if let seconds = creation.timeoutSeconds { limit(to: seconds, from: createdAt) }
    }

    /// Sets the lifetime, counted from now.
    public mutating func limit(to seconds: Int, from now: Double) {
        timeoutSeconds = seconds
        expiresAt = now + Double(seconds)
    }

    public func isExpired(at now: Double) -> Bool { expiresAt.map { $0 <= now } ?? false }

    /// Where the agent answers; an address layer puts its own address here.
    public var publicHost: String { "https://7777-\(id).\(HopXSandbox.region).vms.hopx.dev" }

    /// The region of every simulated sandbox, and part of its address.
    public static let region = "local"

    private var resources: HopXResources {
        let given = template?.resources ?? .standard
        return HopXResources(
            processors: creation.processors ?? given.processors,
            memoryMegabytes: creation.memoryMegabytes ?? given.memoryMegabytes,
            diskGigabytes: creation.diskGigabytes ?? given.diskGigabytes)
    }

    /// All fields of the public interface but the token's two, which only creation and refresh show.
    public var fields: JSONObject {
        JSONObject([
            ("id", .string(id)),
            ("object", "sandbox"),
            ("template_id", (template?.id ?? creation.templateID).map(JSONValue.string) ?? .null),
            ("template_name", (template?.name ?? creation.templateName).map(JSONValue.string) ?? .null),
            ("organization_id", 1),
            ("node_id", "local"),
            ("region", .string(creation.region ?? HopXSandbox.region)),
            ("status", .string(status.rawValue)),
            ("public_host", .string(publicHost)),
            ("direct_url", .string(publicHost)),
            ("preview_url", .string(publicHost)),
            ("resources", resources.sandboxBody),
            ("internet_access", .bool(creation.internetAccess)),
            ("live_mode", false),
            ("timeout_seconds", timeoutSeconds.map { .number($0) } ?? .null),
            ("expires_at", expiresAt.map { .string(HopXTime.text($0)) } ?? .null),
            ("created_at", .string(HopXTime.text(createdAt))),
        ])
    }
}
