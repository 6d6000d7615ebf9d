/// Tells whether the client of a request is still there; for those who keep it waiting on purpose.
///
/// A property of the request rather than a task-local value: Swift 6.3.1 with static linking and whole-module optimization crashed in
/// `swift_task_localValuePush` on each answer that was not ready.
public struct ClientPresence: Sendable, Equatable {
    /// Returns when the client has closed its side of the connection, or when the task is cancelled.
    public let departure: @Sendable () async -> Void

    public init(departure: @escaping @Sendable () async -> Void) { self.departure = departure }

    /// Who asks is no part of what is asked.
    public static func == (a: ClientPresence, b: ClientPresence) -> Bool { true }
}
