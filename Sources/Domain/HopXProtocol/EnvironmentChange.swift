import Documents
public import HTTPMessages

/// What a client does to a sandbox's environment variables.
public enum EnvironmentChange: Sendable, Equatable {
    case replace([String: String])
    case merge([String: String])
    case clear
    case delete(String)

    /// - Throws: `HopXError`, as the agent would refuse it.
    public init?(_ operation: HopXOperation, request: Request) throws {
        switch operation.kind {
        case .replaceEnvironment: self = try EnvironmentChange(body: request.body, merges: false)
        case .mergeEnvironment: self = try EnvironmentChange(body: request.body, merges: true)
        case .clearEnvironment: self = .clear
        case .deleteVariable:
            self = .delete(PercentEncoding.decode(request.path.split(separator: "/").last ?? "", plusIsSpace: false))
        default: return nil
        }
    }

    public func apply(to variables: inout [String: String]) {
        switch self {
        case .replace(let new): variables = new
        case .merge(let new): variables.merge(new) { _, new in new }
        case .clear: variables = [:]
        case .delete(let name): variables[name] = nil
        }
    }

    /// - Parameter merges: What the method means; the body's own `merge` wins, which one client sends and another leaves out.
    private init(body bytes: [UInt8], merges: Bool) throws {
        let body = try JSONObject(hopXBody: bytes)
        guard let variables = try body.textMap("env_vars") else { throw HopXError.missingParameter("env_vars") }
        self = body["merge"]?.boolValue ?? merges ? .merge(variables) : .replace(variables)
    }
}
