import Cassettes
public import HTTPMessages

/// One client's own play position, sandboxes and misses.
public struct Session: Sendable {
    public let name: String
    public let notes: SessionNotes
    private let llm: any Responder
    private let hopx: any Responder

    public init(name: String, notes: SessionNotes, llm: any Responder, hopx: any Responder) {
        self.name = name
        self.notes = notes
        self.llm = llm
        self.hopx = hopx
    }

    func responder(for service: Service) -> any Responder { service == .hopx ? hopx : llm }
}
