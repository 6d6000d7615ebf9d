/// A model's wish to have a function run.
public struct ToolCall: Sendable, Equatable {
    /// Nil when the provider gave none.
    public var id: String?
    public var name: String
    /// JSON text, as the model wrote it, valid or not.
    public var arguments: String

    public init(id: String?, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}
