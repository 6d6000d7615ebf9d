import HTTPMessages
import NIOCore
import NIOWebSocket

/// One end of a WebSocket on its event loop: hands messages to an inbox, answers pings, keeps the closing handshake.
///
/// Nothing that comes in goes further down the pipeline: what stands behind belongs to the HTTP that was spoken before.
final class SocketHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketFrame
    typealias OutboundIn = Never
    typealias OutboundOut = WebSocketFrame

    private let isServer: Bool
    private let inbox: SocketInbox
    private var assembly: MessageAssembly
    private var context: ChannelHandlerContext?
    private var hasSentClosing = false
    private var hasEnded = false

    /// How long a peer has for its own good-bye.
    private static let patience = TimeAmount.seconds(5)

    /// - Parameter byteLimit: Of one message.
    init(isServer: Bool, inbox: SocketInbox, byteLimit: Int) {
        self.isServer = isServer
        self.inbox = inbox
        assembly = MessageAssembly(from: isServer ? .client : .server, byteLimit: byteLimit)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let own = NIOLoopBound(self, eventLoop: context.eventLoop)
        // Not through the channel: what stands behind may hold reads back for reasons of its own.
        inbox.onRoom { own.eventLoop.execute { own.value.context?.read() } }
        if context.channel.isActive { context.read() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        inbox.end(nil)
    }

    // MARK: Coming in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasEnded else { return }
        switch assembly.take(unwrapInboundIn(data)) {
        case .nothing: break
        case .message(let message): inbox.put(message)
        case .ping(let data): if !hasSentClosing { write(.pong, data, context, promise: nil) }
        case .closing(let closing):
            end(closing)
            finish(closing, context)
        case .failure(let code): fail(code, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if !inbox.isFull { context.read() }
    }

    func read(context: ChannelHandlerContext) {
        if !inbox.isFull { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: fail(.messageTooLarge, context)
        case is NIOWebSocketError: fail(.protocolError, context)
        default:
            end(nil)
            context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            end(nil)
            context.close(promise: nil)
        case is ChannelShouldQuiesceEvent:
            // The server is going: the other side is told, and does not keep it from going.
            end(nil)
            finish(WebSocketClosing(code: 1001), context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(nil)
        context.fireChannelInactive()
    }

    private func end(_ closing: WebSocketClosing?) {
        hasEnded = true
        inbox.end(closing)
    }

    private func fail(_ code: WebSocketErrorCode, _ context: ChannelHandlerContext) {
        guard !hasEnded else { return }
        end(nil)
        sendClosing(WebSocketClosing(code: Int(UInt16(webSocketErrorCode: code))), context)
        // What is still coming is read and dropped, as a reset could overtake the good-bye.
        context.close(mode: .output, promise: nil)
        closeLater(context)
    }

    // MARK: Going out

    /// - Parameter promise: Kept when the network has taken the message.
    func send(_ message: WebSocketMessage, promise: EventLoopPromise<Void>) {
        guard let context, !hasSentClosing else { return promise.fail(ChannelError.ioOnClosedChannel) }
        switch message {
        case .text(let text): write(.text, ByteBuffer(string: text), context, promise: promise)
        case .binary(let bytes): write(.binary, ByteBuffer(bytes: bytes), context, promise: promise)
        }
    }

    /// Says good-bye; the connection ends with the peer's, or when it has had time enough.
    func close(_ closing: WebSocketClosing) {
        guard let context, !hasSentClosing else { return }
        inbox.drop()
        sendClosing(closing, context)
        closeLater(context)
    }

    /// Says good-bye unless that has been said, and ends the connection.
    private func finish(_ closing: WebSocketClosing, _ context: ChannelHandlerContext) {
        let channel = context.channel
        guard !hasSentClosing else { return channel.close(promise: nil) }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
        sendClosing(closing, context, promise: promise)
        closeLater(context)
    }

    private func closeLater(_ context: ChannelHandlerContext) {
        let channel = context.channel
        let late = context.eventLoop.scheduleTask(in: SocketHandler.patience) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in late.cancel() }
    }

    private func sendClosing(
        _ closing: WebSocketClosing, _ context: ChannelHandlerContext, promise: EventLoopPromise<Void>? = nil
    ) {
        guard !hasSentClosing else { return }
        hasSentClosing = true
        write(.connectionClose, MessageAssembly.bytes(of: closing), context, promise: promise)
    }

    private func write(
        _ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext,
        promise: EventLoopPromise<Void>?
    ) {
        let mask = isServer ? nil : WebSocketMaskingKey.random()
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: mask, data: data)
        context.writeAndFlush(wrapOutboundOut(frame), promise: promise)
    }
}
