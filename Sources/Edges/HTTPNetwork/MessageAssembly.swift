import HTTPMessages
import NIOCore
import NIOWebSocket

/// Frames in, whole messages out, by the rules of RFC 6455; no extensions are spoken.
struct MessageAssembly {
    enum Step: Equatable {
        case message(WebSocketMessage)
        /// To be answered with the same bytes.
        case ping(ByteBuffer)
        case closing(WebSocketClosing)
        /// The connection is to be closed with this code.
        case failure(WebSocketErrorCode)
        /// Nothing to do yet.
        case nothing
    }

    /// The ends of a connection; only a client masks what it sends (section 5.1).
    enum Sender { case client, server }

    private let sender: Sender
    private let byteLimit: Int
    private var isText = false
    /// Of the message that is not complete.
    private var collected: ByteBuffer?

    /// - Parameters:
    ///   - sender: Whose frames these are.
    ///   - byteLimit: Of one message.
    init(from sender: Sender, byteLimit: Int) {
        self.sender = sender
        self.byteLimit = byteLimit
    }

    mutating func take(_ frame: WebSocketFrame) -> Step {
        guard !frame.rsv1, !frame.rsv2, !frame.rsv3, (frame.maskKey != nil) == (sender == .client) else {
            return .failure(.protocolError)
        }
        let data = frame.unmaskedData
        switch frame.opcode {
        case .ping: return .ping(data)
        case .pong: return .nothing
        case .connectionClose: return closing(data)
        case .text, .binary:
            guard collected == nil else { return .failure(.protocolError) }
            isText = frame.opcode == .text
            return add(data, isLast: frame.fin)
        case .continuation:
            guard collected != nil else { return .failure(.protocolError) }
            return add(data, isLast: frame.fin)
        default: return .failure(.protocolError)
        }
    }

    private mutating func add(_ data: ByteBuffer, isLast: Bool) -> Step {
        var message = collected ?? ByteBuffer()
        collected = nil
        guard message.readableBytes + data.readableBytes <= byteLimit else { return .failure(.messageTooLarge) }
        message.writeImmutableBuffer(data)
        guard isLast else {
            collected = message
            return .nothing
        }
        guard isText else { return .message(.binary(Array(message.readableBytesView))) }
        guard let text = String(validating: message.readableBytesView, as: UTF8.self) else {
            return .failure(.dataInconsistentWithMessage)
        }
        return .message(.text(text))
    }

    /// Section 5.5.1: nothing, or a code and a reason.
    private func closing(_ data: ByteBuffer) -> Step {
        guard data.readableBytes > 0 else { return .closing(WebSocketClosing(code: WebSocketClosing.noCode)) }
        guard let code = data.getInteger(at: data.readerIndex, as: UInt16.self),
            MessageAssembly.mayBeSent(Int(code))
        else { return .failure(.protocolError) }
        guard let reason = String(validating: data.readableBytesView.dropFirst(2), as: UTF8.self) else {
            return .failure(.dataInconsistentWithMessage)
        }
        return .closing(WebSocketClosing(code: Int(code), reason: reason))
    }

    /// Section 7.4: some codes only say what happened, and are never sent.
    static func mayBeSent(_ code: Int) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    /// The bytes of a good-bye; empty for a code that is not to be sent.
    static func bytes(of closing: WebSocketClosing) -> ByteBuffer {
        var data = ByteBuffer()
        guard mayBeSent(closing.code) else { return data }
        data.writeInteger(UInt16(closing.code))
        // A control frame has at most 125 bytes (section 5.5); no character is cut.
        var room = 123
        for scalar in closing.reason.unicodeScalars {
            let bytes = UTF8.encode(scalar)
            guard let bytes, bytes.count <= room else { break }
            room -= bytes.count
            data.writeBytes(bytes)
        }
        return data
    }
}
