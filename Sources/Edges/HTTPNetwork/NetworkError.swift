/// What the network refused, and to whom.
public enum NetworkError: Error, Sendable, CustomStringConvertible {
    case cannotListen(host: String, port: Int, cause: String)
    case bodyTooLarge
    /// A connection was dropped on purpose.
    case dropped
    case notReady
    /// A connection ends because its client wanted to go on with another protocol and was refused.
    case notUpgraded

    public var description: String {
        switch self {
        case .cannotListen(let host, let port, let cause):
            "cannot listen on \(host):\(port): \(cause)\n  fix: choose another port, or --port 0 for any free one"
        case .bodyTooLarge: "the request's body is too large"
        case .dropped: "the connection was dropped on purpose"
        case .notReady: "the server is not ready yet"
        case .notUpgraded: "the connection does not change its protocol"
        }
    }
}
