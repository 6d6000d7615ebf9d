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
        case .replaceEnvironment: self = .replace(try EnvironmentChange.variables(request.body))
        case .mergeEnvironment: self = .merge(try EnvironmentChange.variables(request.body))
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

    private static func variables(_ body: [UInt8]) throws -> [String: String] {
        guard let variables = try JSONObject(hopXBody: body).textMap("env_vars") else {
            throw HopXError.missingParameter("env_vars")
        }
        return variables
    }
}
