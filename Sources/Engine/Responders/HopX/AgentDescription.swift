import Documents
import HopXProtocol

/// What an agent says of itself.
struct AgentDescription {
    let sandbox: HopXSandbox
    let now: Double

    func body(_ kind: HopXOperation.Kind) -> JSONValue {
        switch kind {
        case .agentPing: ["message": "pong", "timestamp": .string(HopXTime.text(now))]
        case .agentRoot:
            ["agent": AgentDescription.name, "version": AgentDescription.version, "vm_id": .string(sandbox.id)]
        case .agentInfo:
            [
                "vm_id": .string(sandbox.id), "agent": AgentDescription.name, "agent_version": AgentDescription.version,
                "version": AgentDescription.version, "os": "linux", "arch": "amd64", "platform": "linux/amd64",
                "go_version": "go1.22", "vm_ip": "127.0.0.1", "ip": "127.0.0.1", "vm_port": "7777", "port": "7777",
                "start_time": .string(HopXTime.text(sandbox.createdAt)), "uptime": uptime,
                "endpoints": [
                    "health": "/health", "info": "/info", "execute": "/execute", "files": "/files", "env": "/env",
                ],
                "features": AgentDescription.features,
            ]
        case .agentSystem:
            [
                "os": "linux", "arch": "amd64", "hostname": .string(sandbox.id), "uptime": uptime,
                "resources": sandbox.fields["resources"] ?? .null, "timestamp": .string(HopXTime.text(now)),
            ]
        case .cacheStatistics:
            [
                "cache": ["size": 0, "max_size": 1000, "total_hits": 0, "ttl": 300],
                "timestamp": .string(HopXTime.text(now)),
            ]
        case .clearCache:
            [
                "message": "Cache cleared", "entries_removed": 0, "success": true,
                "timestamp": .string(HopXTime.text(now)),
            ]
        case .jupyterSessions: ["sessions": [], "count": 0, "timestamp": .string(HopXTime.text(now))]
        case .agentBackups: ["backups": [], "count": 0]
        // Only `healthy` ends a client's wait for the agent.
        default:
            [
                "status": "healthy", "agent": AgentDescription.name, "version": AgentDescription.version,
                "uptime": uptime, "go_version": "go1.22", "vm_id": .string(sandbox.id),
                "features": AgentDescription.features, "active_streams": 0,
            ]
        }
    }

    private var uptime: JSONValue { .number(Int(max(0, now - sandbox.createdAt))) }

    private static let name: JSONValue = "hopx-vm-agent"
    /// The agent interface that the answers follow.
    private static let version: JSONValue = "3.2.8"
    private static let features: JSONValue = [
        "code_execution": true, "file_operations": true, "environment": true, "desktop": false,
    ]
}
