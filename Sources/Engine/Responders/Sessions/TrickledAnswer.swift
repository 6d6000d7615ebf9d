import HTTPMessages

extension Response.Content {
    /// The same bytes, a few at a time.
    ///
    /// - Parameter onEnd: Called when the reader has taken the last piece (true), or has let go before (false).
    func trickled(
        bytes: Int, every pause: Duration, onEnd: @escaping @Sendable (_ isWhole: Bool) async -> Void
    ) async throws -> Response.Content {
        var parts: [ContentStream.Part] = []
        func add(_ chunk: [UInt8]) {
            for start in stride(from: 0, to: chunk.count, by: bytes) {
                if !parts.isEmpty { parts.append(.pause(pause)) }
                parts.append(.chunk(Array(chunk[start..<Swift.min(start + bytes, chunk.count)])))
            }
        }
        switch self {
        case .whole(let bytes): add(bytes)
        case .stream(let stream):
            for try await part in stream {
                switch part {
                case .chunk(let chunk): add(chunk)
                case .pause, .drop: parts.append(part)
                }
            }
        case .socket: return self
        }
        let all = parts
        return .stream(
            ContentStream {
                let reader = TrickleReader(all, onEnd: onEnd)
                return AsyncThrowingStream { await reader.next() }
            })
    }
}

/// One reader's place in an answer that trickles.
private actor TrickleReader {
    private var parts: ArraySlice<ContentStream.Part>
    private let onEnd: @Sendable (Bool) async -> Void
    private var isOver = false

    init(_ parts: [ContentStream.Part], onEnd: @escaping @Sendable (Bool) async -> Void) {
        self.parts = parts[...]
        self.onEnd = onEnd
    }

    deinit {
        guard !isOver else { return }
        let onEnd = onEnd
        Task { await onEnd(false) }
    }

    func next() async -> ContentStream.Part? {
        if let part = parts.popFirst() { return part }
        guard !isOver else { return nil }
        isOver = true
        await onEnd(true)
        return nil
    }
}
