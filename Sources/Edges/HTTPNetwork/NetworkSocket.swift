import HTTPMessages
import NIOCore
import NIOWebSocket

/// An open WebSocket on a connection of either side.
final class NetworkSocket: WebSocketPeer {
    private let channel: any Channel
    private let handler: NIOLoopBound<SocketHandler>
    private let inbox: SocketInbox

    private init(_ channel: any Channel, _ handler: NIOLoopBound<SocketHandler>, _ inbox: SocketInbox) {
        self.channel = channel
        self.handler = handler
        self.inbox = inbox
    }

    // A connection that nobody can use any more is of no use to the other side either.
    deinit { channel.close(promise: nil) }

    /// Ends HTTP on a server's connection: whatever comes from now on is frames.
    ///
    /// - Parameter head: The last that is written as HTTP.
    static func open(on channel: any Channel, after head: String, byteLimit: Int) async throws -> NetworkSocket {
        let inbox = SocketInbox()
        let handler = try await channel.eventLoop.submit {
            let decoder = ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: byteLimit))
            let handler = SocketHandler(isServer: true, inbox: inbox, byteLimit: byteLimit)
            // In front of all that has to do with HTTP, which sees nothing of it.
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandlers([decoder, WebSocketFrameEncoder(), handler], position: .first)
            try pipeline.context(handler: decoder).writeAndFlush(
                NIOAny(channel.allocator.buffer(string: head)), promise: nil)
            return NIOLoopBound(handler, eventLoop: channel.eventLoop)
        }.get()
        return NetworkSocket(channel, handler, inbox)
    }

    /// The last step of a client's handshake; on the event loop, behind the frames' coders.
    static func take(_ channel: any Channel, byteLimit: Int) throws -> NetworkSocket {
        let inbox = SocketInbox()
        let handler = SocketHandler(isServer: false, inbox: inbox, byteLimit: byteLimit)
        try channel.pipeline.syncOperations.addHandler(handler)
        return NetworkSocket(channel, NIOLoopBound(handler, eventLoop: channel.eventLoop), inbox)
    }

    func receive() async throws -> WebSocketMessage? { try await inbox.next() }

    func send(_ message: WebSocketMessage) async throws {
        let written = channel.eventLoop.makePromise(of: Void.self)
        channel.eventLoop.execute { [handler] in handler.value.send(message, promise: written) }
        try await written.futureResult.get()
    }

    func close(code: Int, reason: String) async throws {
        channel.eventLoop.execute { [handler] in
            handler.value.close(WebSocketClosing(code: code, reason: reason))
        }
        try await channel.closeFuture.get()
    }

    var closing: WebSocketClosing? { inbox.closing }
}
