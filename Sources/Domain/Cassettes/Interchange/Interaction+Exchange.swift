public import HTTPMessages

extension Interaction {
    /// The exchange as it went over the wire, for those who read transcripts off it; times are those of the recording.
    public var exchange: ObservedExchange {
        let isSocket = operation.method == "WS"
        let request = Request(
            method: isSocket ? "GET" : operation.method,
            target: operation.path + (operation.query.isEmpty ? "" : "?" + operation.query), body: request.bytes)
        let content: ObservedExchange.Content =
            switch response.content {
            case .socket(let frames):
                .messages(
                    frames.compactMap { frame in
                        guard case .message(let message) = frame.payload else { return nil }
                        return .init(isFromClient: frame.isFromClient, message)
                    })
            case .body, .chunks: .bytes(response.bytes)
            }
        return ObservedExchange(
            request: request, status: response.status, headers: response.headers, content: content,
            isCut: response.end != nil,
            start: at, end: max(at, response.lastAt))
    }
}
