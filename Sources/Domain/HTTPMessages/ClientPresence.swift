/// Whether the client of the request that is being answered is still there; for those who keep it waiting on purpose.
public enum ClientPresence {
    /// Returns when the client has closed its side of the connection, or when it is cancelled; nil where nobody can tell.
    @TaskLocal public static var departure: (@Sendable () async -> Void)?
}
