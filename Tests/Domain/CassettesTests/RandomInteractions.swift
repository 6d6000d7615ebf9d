import Cassettes
import Documents
import HTTPMessages
import TestSupport

/// Random interactions with all kinds of bodies, streams and sockets.
struct RandomInteractions {
    private var json: RandomJSON

    init(seed: UInt64) { json = RandomJSON(seed: seed) }

    mutating func next(_ number: Int) -> Interaction {
        let at = time()
        if json.random.once(in: 8) {
            let frames = self.frames()
            let key =
                frames.lazy.filter(\.isFromClient).compactMap { frame -> [UInt8]? in
                    switch frame.payload {
                    case .message(.text(let text)): Array(text.utf8)
                    case .message(.binary(let bytes)): bytes
                    case .close: nil
                    }
                }.first ?? []
            let operation = Operation(method: "WS", path: "/execute/stream")
            return Interaction(
                number: number, at: at, service: .hopx, operation: operation, sandbox: 1, inputs: "5b1e77aa",
                key: InteractionKey(
                    service: .hopx, operation: operation, inputs: "5b1e77aa", body: key, rules: MatchRules()),
                request: RecordedBody(bytes: []),
                response: RecordedResponse(status: 101, at: at, content: .socket(frames)))
        }
        let service = json.random.pick(Service.allCases)
        let operation = json.random.pick([
            Operation.chat, Operation(Request(method: "GET", target: "/v1/models?b=2&a=%20x&c")),
            Operation(method: "POST", path: "/x y/ä:1"),
        ])
        return Interaction(
            number, at: at, service: service, operation, sandbox: service == .hopx ? json.random.int(1...9) : nil,
            inputs: json.random.once(in: 2)
                ? json.random.pick(["5b1e77aa", "00000012", "1234567890", "1e5", "0x10", "null"]) : nil,
            request: RecordedBody(bytes: body()), response: response())
    }

    /// Milliseconds, as cassettes keep them.
    private mutating func time() -> Double { Double(json.random.int(0...2_000_000)) / 1000 }

    mutating func body() -> [UInt8] {
        switch json.random.int(0...9) {
        case 0: []
        case 1: Array(json.random.pick(NastyText.all).utf8)
        case 2: (0..<json.random.int(1...40)).map { _ in UInt8(json.random.int(0...255)) }
        case 3: json.respelled(json.value())
        case 4: Array(json.random.pick(RandomInteractions.awkward).utf8)
        default: json.value(depth: 5).bytes(in: json.random.pick(JSONLayout.all))
        }
    }

    /// JSON that a YAML tree would not give back.
    private static let awkward = [
        "{\"a\":1e99999999999999999999}", "{\"a\": 1e99999999999999999999, \"b\":2 }", "{\"<<\":{\"a\":1}}",
        "[\"\u{FEFF}x\"]", "\u{FEFF}{}",
        "{\"\u{E9}\":1,\"e\u{301}\":2}", "{\"a\":1,\"a\":2}", "[1,]", "\"\\ud800\"", "{\"\":\"\"}", "null", "\"text\"",
        " 5 ", "{\"\u{FEFF}\":1}",
        String(repeating: "[", count: 505) + String(repeating: "]", count: 505),
        String(repeating: "{\"a\":[", count: 256) + String(repeating: "]}", count: 256),
        String(repeating: "[", count: 600),
        "{\"messages\":[{\"role\":\"user\",\"content\":\"\u{FEFF}\"}]}",
    ]

    private mutating func response() -> RecordedResponse {
        let end = json.random.once(in: 6) ? json.random.pick(RecordedResponse.Break.allCases) : nil
        if json.random.once(in: 10) {
            return RecordedResponse(status: nil, at: time(), content: .body(RecordedBody(bytes: [])), end: end)
        }
        var headers = Headers()
        headers.add("x-request-id", "req_1")
        for _ in 0..<json.random.int(0...2) { headers.add("x-many", json.random.pick(["a", "1", "", "yes", "é: b"])) }
        let status = json.random.pick([200, 201, 404, 429, 500])
        let content: RecordedResponse.Content
        switch json.random.int(0...3) {
        case 0:
            headers.add("content-type", "text/event-stream")
            content = .chunks(chunks(of: stream()))
        case 1: content = .chunks(chunks(of: (0..<json.random.int(1...4)).flatMap { _ in body() }))
        default: content = .body(RecordedBody(bytes: body()))
        }
        return RecordedResponse(status: status, headers: headers, at: time(), content: content, end: end)
    }

    mutating func stream() -> [UInt8] {
        let lineEnd = json.random.pick(["\n", "\n", "\r\n", "\r"])
        return (0..<json.random.int(0...8)).flatMap { _ -> [UInt8] in
            let ends = json.random.once(in: 10) ? json.random.pick(["\n", "\r\n", "\r"]) : lineEnd
            return switch json.random.int(0...12) {
            case 0: Array(": ping\(ends)\(ends)".utf8)
            case 1: Array(ends.utf8)
            case 2: Array("id: 7\(ends)data: x\(ends)\(ends)".utf8)
            case 3: Array("data:no space\(ends)\(ends)".utf8)
            case 4: Array("data: ".utf8) + [0xFF, 0xC3] + Array("\(ends)\(ends)".utf8)
            case 5: Array("data: \u{FEFF}bom\(ends)\(ends)".utf8)
            case 6: Array("event: \u{FEFF}\(ends)data: x\(ends)\(ends)".utf8)
            case 7: Array("data: one\(ends)data: two\(ends)data: \(ends)\(ends)".utf8)
            case 8: Array("data: not ended".utf8)
            case 9: Array("event: ping\(ends)data: {}\(ends)\(ends)".utf8)
            default: Array("data: ".utf8) + json.value(depth: 2).bytes() + Array("\(ends)\(ends)".utf8)
            }
        }
    }

    /// Cuts bytes into chunks, none of them empty, at places that have nothing to do with events.
    mutating func chunks(of bytes: [UInt8]) -> [RecordedResponse.Chunk] {
        var rest = bytes[...]
        var chunks: [RecordedResponse.Chunk] = []
        let most = json.random.pick([1, 3, 20, 400])
        while !rest.isEmpty {
            let count = min(rest.count, json.random.int(1...most))
            chunks.append(.init(at: time(), bytes: Array(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        return chunks
    }

    private mutating func frames() -> [RecordedResponse.SocketFrame] {
        (0..<json.random.int(1...5)).map { _ in
            let payload: RecordedResponse.SocketFrame.Payload =
                switch json.random.int(0...5) {
                case 0: .message(.binary((0..<json.random.int(0...9)).map { _ in UInt8(json.random.int(0...255)) }))
                case 1: .message(.text("\u{FEFF}" + json.text()))
                case 2: .close(code: json.random.int(1000...4999))
                default: .message(.text(json.text()))
                }
            return .init(at: time(), isFromClient: json.random.once(in: 2), payload: payload)
        }
    }
}
