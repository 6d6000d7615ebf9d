import Digests
import Documents
import HTTPMessages

/// How the messages of a WebSocket are written: one a line, in the order in which they passed.
enum SocketForm {
    static func members(for frames: [RecordedResponse.SocketFrame]) -> [(String, YAMLTree)] {
        let items = frames.map { frame -> YAMLTree in
            let side = frame.isFromClient ? "client" : "server"
            var item: [(String, YAMLTree)] = [("at", .bare(StreamForm.seconds(frame.at)))]
            switch frame.payload {
            case .message(.text(let text)) where BodyForm.isReadable(text): item.append((side, .text(text)))
            case .message(.text(let text)): item.append((side + "_text_base64", .text(Base64.encode(Array(text.utf8)))))
            case .message(.binary(let bytes)): item.append((side + "_base64", .text(Base64.encode(bytes))))
            case .close(let code): item += [("close", .text(side)), ("code", .bare("\(code)"))]
            }
            return .line(.mapping(item))
        }
        return [("messages", .list(items))]
    }

    static func read(_ items: [LocatedNode], file: String, problems: inout [Diagnostic]) -> [RecordedResponse
        .SocketFrame]
    {
        items.compactMap { item in
            var reader = MappingReader(item, file: file, what: "a message")
            let at = reader.number("at") ?? 0
            var frame: RecordedResponse.SocketFrame?
            for (side, isFromClient) in [("client", true), ("server", false)] {
                if let text = reader.text(side) {
                    frame = .init(at: at, isFromClient: isFromClient, payload: .message(.text(text)))
                }
                if let node = reader.optional(side + "_text_base64"), let bytes = node.text.flatMap(Base64.decode),
                    let text = String(validating: bytes, as: UTF8.self)
                {
                    frame = .init(at: at, isFromClient: isFromClient, payload: .message(.text(text)))
                }
                if let node = reader.optional(side + "_base64") {
                    guard let bytes = node.text.flatMap(Base64.decode) else {
                        reader.report(at: node.place, "not base64", expected: "padded standard base64")
                        continue
                    }
                    frame = .init(at: at, isFromClient: isFromClient, payload: .message(.binary(bytes)))
                }
            }
            if let side = reader.word("close", among: ["client", "server"]) {
                let code = reader.integer("code", in: 1000...4999) ?? 1000
                frame = .init(at: at, isFromClient: side == "client", payload: .close(code: code))
            }
            if frame == nil {
                reader.report(at: item.place, "a message without content", expected: "client, server or close")
            }
            problems += reader.finish()
            return frame
        }
    }

    /// What a socket is keyed by: its first client message.
    static func keyBytes(_ frames: [RecordedResponse.SocketFrame]) -> [UInt8] {
        for frame in frames where frame.isFromClient {
            switch frame.payload {
            case .message(.text(let text)): return Array(text.utf8)
            case .message(.binary(let bytes)): return bytes
            case .close: continue
            }
        }
        return []
    }
}
