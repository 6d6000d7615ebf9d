import Documents
import HopXProtocol

/// What an agent counts of its requests, for its metrics.
struct AgentUsage {
    struct Route {
        var succeeded = 0
        var failed = 0
    }

    /// By the route's path, in no order.
    private(set) var routes: [String: Route] = [:]
    private(set) var executions = 0
    /// Those that a client waits for now.
    var openExecutions = 0

    mutating func count(_ operation: HopXOperation, path: String, status: Int) {
        if status < 400 {
            routes[path, default: Route()].succeeded += 1
        } else {
            routes[path, default: Route()].failed += 1
        }
        if operation.isExecution { executions += 1 }
    }

    var requests: Int { routes.values.reduce(0) { $0 + $1.succeeded + $1.failed } }
    var errors: Int { routes.values.reduce(0) { $0 + $1.failed } }

    /// The snapshot, which a published client reads as maps by route.
    ///
    /// Times and the machine's load are zero: nothing here measures them.
    ///
    /// - Parameter background: How many processes nobody waits for.
    func body(of sandbox: HopXSandbox, background: Int, now: Double) -> JSONValue {
        let sorted = routes.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        let byRoute = sorted.map { route, counts -> (String, JSONValue) in
            (route, ["success": .number(counts.succeeded), "error": .number(counts.failed)])
        }
        let durations = JSONValue.object(JSONObject(sorted.map { ($0.key, 0) }))
        let fields = sandbox.fields["resources"]
        let memory = (fields?["memory_mb"]?.intValue ?? 0) << 20, disk = (fields?["disk_mb"]?.intValue ?? 0) << 20
        return [
            "uptime_seconds": .number(Int(max(0, now - sandbox.createdAt))), "total_requests": .number(requests),
            "total_errors": .number(errors), "active_executions": .number(openExecutions + background),
            "total_executions": .number(executions),
            "requests_total": .object(JSONObject(byRoute)), "error_count": .number(errors),
            "avg_duration_ms": durations, "p95_duration_ms": durations,
            "system": [
                "cpu": ["usage_percent": 0, "cores": fields?["vcpu"] ?? 0],
                "memory": ["total": .number(memory), "used": 0, "free": .number(memory), "usage_percent": 0],
                "disk": ["total": .number(disk), "used": 0, "free": .number(disk), "usage_percent": 0],
            ],
            "process": ["count": .number(1 + background), "running": .number(1 + background)],
            "cache": ["size": 0, "hits": 0, "misses": 0, "hit_rate": 0],
            "timestamp": .string(HopXTime.text(now)),
        ]
    }

    /// The same in Prometheus' text format.
    func page(of sandbox: HopXSandbox, now: Double) -> String {
        let uptime = Int(max(0, now - sandbox.createdAt))
        return [
            ("hopx_agent_uptime_seconds", "gauge", uptime), ("hopx_agent_requests_total", "counter", requests),
            ("hopx_agent_errors_total", "counter", errors), ("hopx_agent_executions_total", "counter", executions),
        ].map { name, kind, value in "# TYPE \(name) \(kind)\n\(name) \(value)\n" }.joined()
    }
}

extension HopXOperation {
    /// What metrics count: a kill may change what files there will be, but starts nothing.
    var isExecution: Bool { runsCode && kind != .killProcess }
}
