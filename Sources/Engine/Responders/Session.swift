public import Cassettes
public import HTTPMessages

/// One client's own play position, sandboxes and misses.
public struct Session: Sendable {
    public let name: String
    public let misses: MissLog
    private let llm: any Responder
    private let hopx: any Responder

    public init(name: String, misses: MissLog, llm: any Responder, hopx: any Responder) {
        self.name = name
        self.misses = misses
        self.llm = llm
        self.hopx = hopx
    }

    func responder(for service: Service) -> any Responder { service == .hopx ? hopx : llm }
}
