import HTTPMessages
import LLMProtocols
import Scripts

extension Script.Delivery {
    /// A streamed answer as it is to be sent: each event a chunk, pauses between, broken off where the script says so.
    func response(_ stream: ReplyStream) -> Response {
        var parts: [ContentStream.Part] = []
        let delays = pace?.delays(tokens: stream.events.map(\.tokens)) ?? []
        for (index, event) in stream.events.prefix(cutAfter ?? Int.max).enumerated() {
            if delays.indices.contains(index), delays[index] > .zero { parts.append(.pause(delays[index])) }
            parts.append(.chunk(event.bytes))
        }
        if cutAfter != nil { parts.append(.drop) }
        return Response(status: 200, headers: stream.headers, content: .stream(ContentStream(parts)))
    }

    /// A whole answer: after the time that its tokens take, and not at all where it is to break off.
    func response(_ response: Response, tokens: Int) -> Response {
        guard case .whole(let bytes) = response.content else { return response }
        var parts: [ContentStream.Part] = []
        if let pace { parts.append(.pause(pace.delay(tokens: tokens))) }
        guard cutAfter == nil else {
            return Response(
                status: response.status, headers: response.headers,
                content: .stream(ContentStream(parts + [.drop])))
        }
        guard !parts.isEmpty else { return response }
        return Response(
            status: response.status, headers: response.headers,
            content: .stream(ContentStream(parts + [.chunk(bytes)])))
    }
}
