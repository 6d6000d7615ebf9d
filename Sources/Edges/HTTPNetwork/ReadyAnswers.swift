import HTTPMessages
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Answers on the event loop what a responder has ready; everything else goes on to the ordinary, asynchronous path.
///
/// The ordinary path hops from the event loop to a task and back: measured with small fixed answers, 35 µs of CPU a request,
/// where a handler needs 14 to 16 and nginx 20. Replayed answers are ready, and they are what a test-suite waits for.
final class ReadyAnswers: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ServerLimits
    private let responder: @Sendable () -> (any Responder)?
    /// The request that is being read, unless it goes on.
    private var head: HTTPRequest?
    private var body = ByteBuffer()
    /// Requests that went on and are not answered yet: whatever comes behind them must go on, too.
    private var waiting = 0
    private var isReading = false
    /// Bytes of the body so far, also of a request that went on.
    private var bodyCount = 0
    private let memory: RequestMemory
    private var familiar: FamiliarRequests?
    private var context: ChannelHandlerContext?

    /// - Parameter memory: The server's, for all connections.
    init(
        limits: ServerLimits, memory: RequestMemory, responder: @escaping @Sendable () -> (any Responder)?
    ) {
        self.limits = limits
        self.memory = memory
        self.responder = responder
    }

    /// No request is being read or answered.
    var isIdle: Bool { waiting == 0 && !isReading }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let familiar = FamiliarRequests(memory: memory, ready: self, responder: responder)
        self.familiar = familiar
        // Silence is what the socket does not say, so the one who watches for it stands first.
        let idle = IdleStateHandler(readTimeout: .seconds(limits.idleSeconds))
        do {
            try context.pipeline.syncOperations.addHandlers([idle, familiar], position: .first)
        } catch {
            preconditionFailure("a pipeline takes handlers on its own event loop: \(error)")
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        familiar = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            isReading = true
            bodyCount = 0
            if waiting > 0 || !mayBeReady(head) {
                waiting += 1
                context.fireChannelRead(data)
            } else {
                self.head = head
                body.clear()
            }
        case .body(var part):
            bodyCount += part.readableBytes
            guard let head else { return context.fireChannelRead(data) }
            body.writeBuffer(&part)
            if body.readableBytes > limits.bodyBytes { passOn(head, context) }
        case .end:
            isReading = false
            guard let head else {
                familiar?.parserEnded(nil, bodyCount: bodyCount)
                return context.fireChannelRead(data)
            }
            let request = Request(head, body: Array(body.readableBytesView))
            familiar?.parserEnded(request, bodyCount: bodyCount)
            if let response = responder()?.answerNow(request) {
                self.head = nil
                write(response, context)
            } else {
                passOn(head, context)
                context.fireChannelRead(data)
            }
        }
    }

    /// False for what the ordinary path treats in a way of its own.
    private func mayBeReady(_ head: HTTPRequest) -> Bool {
        head.method != .head && head.headerFields[.connection]?.lowercased() != "close"
            && head.headerFields[.expect] == nil && head.headerFields[.upgrade] == nil
    }

    private func passOn(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        self.head = nil
        waiting += 1
        context.fireChannelRead(wrapInboundOut(.head(head)))
        if body.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(.body(body))) }
        body = ByteBuffer()
    }

    /// Writes an answer to a request that did not come this way.
    func write(_ response: Response) {
        guard let context else { return }
        write(response, context)
    }

    private func write(_ response: Response, _ context: ChannelHandlerContext) {
        // A responder that gives here what is not ready breaks its promise; one connection pays for it.
        guard let parts = response.content.readyChunks else { return context.close(promise: nil) }
        var fields = Exchange.fields(of: response)
        let hasContent = Exchange.mayHaveContent(response)
        if hasContent, case .whole(let bytes) = response.content { fields[.contentLength] = "\(bytes.count)" }
        let head = HTTPResponse(status: .init(code: response.status), headerFields: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        for part in parts where hasContent && !part.isEmpty {
            context.write(wrapOutboundOut(.body(context.channel.allocator.buffer(bytes: part))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { waiting -= 1 }
        context.write(data, promise: promise)
    }

    /// Fields without end are told what they are (RFC 6585, section 5); everything else that is no HTTP gets a 400.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard waiting == 0, error as? HTTPParserError == .headerOverflow else { return context.fireErrorCaught(error) }
        let fields: HTTPFields = [.connection: "close", .contentLength: "0"]
        let head = HTTPResponse(status: .init(code: 431), headerFields: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        // What the client still sends is read and dropped, as a reset could overtake the answer.
        context.close(mode: .output, promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Silence while an answer is being made is none of the client's.
        if event is IdleStateHandler.IdleStateEvent, isReading || waiting == 0 { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
