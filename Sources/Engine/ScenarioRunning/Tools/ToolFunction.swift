public import AgentChats
public import Documents

/// What happens when a tool is called with arguments that fit it.
public struct ToolFunction: Sendable {
    private let body: @Sendable (JSONObject) async throws -> ToolOutcome

    /// - Parameter body: Gets all parameters, defaults filled in; throws what the program does not survive.
    public init(_ body: @escaping @Sendable (JSONObject) async throws -> ToolOutcome) { self.body = body }

    /// - Throws: `ChatError`, `CancellationError`.
    public func callAsFunction(_ arguments: JSONObject) async throws -> ToolOutcome { try await body(arguments) }
}
