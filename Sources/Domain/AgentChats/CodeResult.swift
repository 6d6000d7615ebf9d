/// What came of the code blocks of one message, run together.
public struct CodeResult: Sendable, Equatable {
    public var exitCode: Int
    public var output: String

    public init(exitCode: Int, output: String) {
        self.exitCode = exitCode
        self.output = output
    }

    /// The message that tells the peer.
    public var reply: Message {
        Message(
            text: "exitcode: \(exitCode) (\(exitCode == 0 ? "execution succeeded" : "execution failed"))"
                + "\nCode output: \(output)")
    }
}
