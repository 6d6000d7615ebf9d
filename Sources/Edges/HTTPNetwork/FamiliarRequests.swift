import HTTPMessages
import NIOCore
import NIOHTTP1

/// Answers requests whose bytes came before without having them parsed again; everything else goes on to the parser.
///
/// Stands before NIO's parser. A head of known bytes means what it meant when the parser read it; the rest is its body. Only
/// heads that the parser has read on some connection are known, so nothing of HTTP is understood here.
///
/// Measured with the release build for small replayed answers, CPU per request: 23.5 µs through NIO's parser and two kinds of
/// header fields, 10 µs this way; nginx 7.5.
final class FamiliarRequests: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Reading {
        /// The next byte is the first of a request.
        case boundary
        /// A request with a known head, whose body is not all there.
        case known(RequestMemory.Head, ByteBuffer)
        /// The parser has it.
        case parsing(Parsing)
    }

    /// What the parser was given since a request began.
    private struct Parsing {
        /// Up to the end of the head, and at most `RequestMemory.headBound` bytes.
        var start: ByteBuffer
        var byteCount: Int
    }

    private let memory: RequestMemory
    private let ready: ReadyAnswers
    private let responder: () -> (any Responder)?
    private var reading = Reading.boundary

    /// - Parameter ready: Of the same connection: what this hands on, and what is still being answered, are its.
    init(
        memory: RequestMemory, ready: ReadyAnswers, responder: @escaping @Sendable () -> (any Responder)?
    ) {
        self.memory = memory
        self.ready = ready
        self.responder = responder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        switch reading {
        case .boundary:
            // Answers are in the order of their requests: none may overtake one that is being made.
            guard ready.isIdle, let head = memory.head(at: buffer.readableBytesView) else {
                return parse(buffer, context)
            }
            answer(head, buffer, context)
        case .known(let head, var collected):
            collected.writeBuffer(&buffer)
            answer(head, collected, context)
        case .parsing(var parsing):
            parsing.byteCount += buffer.readableBytes
            if !RequestMemory.hasHead(parsing.start.readableBytesView) {
                parsing.start.writeImmutableBuffer(
                    buffer.getSlice(
                        at: buffer.readerIndex,
                        length: min(buffer.readableBytes, max(0, RequestMemory.headBound - parsing.start.readableBytes))
                    )
                        ?? ByteBuffer())
            }
            reading = .parsing(parsing)
            context.fireChannelRead(data)
        }
    }

    private func answer(_ head: RequestMemory.Head, _ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        guard buffer.readableBytes >= head.wholeCount else {
            reading = .known(head, buffer)
            return
        }
        reading = .boundary
        // What is sent before the answer came is the parser's, which keeps the order.
        guard buffer.readableBytes == head.wholeCount else { return parse(buffer, context) }
        let bytes = buffer.readableBytesView
        let sight = memory.look(for: bytes)
        if let response = sight.standing?.next() { return write(response, context) }
        guard let responder = responder() else { return parse(buffer, context) }
        let request = head.request(body: Array(bytes[(bytes.startIndex + head.count)...]))
        guard let response = responder.answerNow(request) else { return parse(buffer, context) }
        if sight.isKnown, let standing = responder.standingAnswer(to: request) { memory.keep(standing, for: bytes) }
        write(response, context)
    }

    private func parse(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        let start = buffer.getSlice(
            at: buffer.readerIndex, length: min(buffer.readableBytes, RequestMemory.headBound))
        reading = .parsing(Parsing(start: start ?? ByteBuffer(), byteCount: buffer.readableBytes))
        context.fireChannelRead(wrapInboundOut(buffer))
    }

    /// The parser has come to a request's end.
    ///
    /// - Parameter request: Nil for one that has to be treated in a way of its own each time.
    func parserEnded(_ request: HTTPMessages.Request?, bodyCount: Int) {
        guard case .parsing(let parsing) = reading,
            let count = RequestMemory.headCount(in: parsing.start.readableBytesView),
            count + bodyCount == parsing.byteCount
        else { return }
        reading = .boundary
        guard let request else { return }
        memory.learn(parsing.start.readableBytesView.prefix(count), of: request, bodyCount: bodyCount)
    }

    private func write(_ response: Response, _ context: ChannelHandlerContext) {
        guard let buffer = WireAnswer.bytes(of: response, allocator: context.channel.allocator) else {
            return ready.write(response)
        }
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }
}
