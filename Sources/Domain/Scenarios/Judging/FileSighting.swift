/// What somebody learned of a file in a sandbox: it was written, read, listed or asked for.
public struct FileSighting: Sendable, Equatable {
    /// Absolute.
    public var path: String
    /// False when it was looked for and was not there.
    public var exists: Bool
    /// Nil when nobody looked into it, or when it is no text.
    public var text: String?

    public init(path: String, exists: Bool, text: String? = nil) {
        self.path = path
        self.exists = exists
        self.text = text
    }
}
