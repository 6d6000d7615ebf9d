import HTTPMessages

/// The beginning of an answer, cut in a way that its client may not see.
struct CutAnswer {
    enum Cut: Equatable {
        /// Behind this many events; the rest is missing, and the end is in order.
        case afterEvents(Int)
        /// In a character, after this many events.
        case inCharacter(afterEvents: Int, drops: Bool)
    }

    let response: Response
    /// What the client got of the answer's text.
    let text: String

    /// - Parameters:
    ///   - answer: The real one, where it can be looked at.
    ///   - isStream: What to make up where it cannot.
    init(_ answer: Response?, isStream: Bool, _ cut: Cut) async throws {
        var response = answer ?? CutAnswer.madeUp(isStream: isStream)
        // An error, or a socket, has nothing to cut.
        if response.status != 200 { response = CutAnswer.madeUp(isStream: isStream) }
        var bytes: [UInt8] = []
        var parts: [ContentStream.Part] = []
        var cutsEvents = false
        switch response.content {
        case .socket: bytes = Array(CutAnswer.wholeText.utf8)
        case .whole(let whole): bytes = whole
        case .stream(let stream):
            cutsEvents = response.headers["content-type"]?.lowercased().hasPrefix("text/event-stream") ?? false
            for try await part in stream { if case .chunk(let chunk) = part { bytes += chunk } }
        }
        let kept = CutAnswer.kept(of: bytes, cut, asEvents: cutsEvents)
        parts.append(.chunk(kept))
        if case .inCharacter(_, drops: true) = cut { parts.append(.drop) }
        if cutsEvents || parts.count > 1 {
            response.content = .stream(ContentStream(parts.filter { $0 != .chunk([]) }))
        } else {
            response.content = .whole(kept)
        }
        self.response = response
        text = PartialAnswer(kept).text
    }

    private static func kept(of bytes: [UInt8], _ cut: Cut, asEvents: Bool) -> [UInt8] {
        var start = 0
        func skip(_ count: Int) {
            var left = count
            for event in EventStream.split(bytes).events where left > 0 {
                start = event.endIndex
                if EventStream.parse(event) != nil { left -= 1 }
            }
        }
        switch cut {
        case .afterEvents(let count):
            guard asEvents else { return Array(bytes.prefix(bytes.count / 2)) }
            skip(count)
            return Array(bytes[..<start])
        case .inCharacter(let count, _):
            if asEvents { skip(count) }
            // The first byte of a character of several.
            if let lead = bytes[start...].firstIndex(where: { $0 >= 0xC2 }) { return Array(bytes[...lead]) }
            let next = asEvents ? EventStream.split(Array(bytes[start...])).events.first?.count : nil
            return Array(bytes[..<(start + (next ?? bytes.count - start) / 2)]) + [0xC3]
        }
    }

    private static let wholeText = "{\"id\": \"caf\u{E9}\"}"

    private static func madeUp(isStream: Bool) -> Response {
        guard isStream else {
            return Response(headers: ["content-type": "application/json"], body: Array(wholeText.utf8))
        }
        let event = "data: {\"choices\": [{\"index\": 0, \"delta\": {\"content\": \"caf\u{E9}\"}}]}\n\n"
        return Response(
            status: 200, headers: ["content-type": "text/event-stream; charset=utf-8"],
            content: .stream(ContentStream([.chunk(Array(event.utf8))])))
    }
}
