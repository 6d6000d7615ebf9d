public import HTTPMessages
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// A server that is answering, for as long as the scope that opened it.
public struct RunningServer: Sendable {
    public let host: String
    /// The port really bound, also when any free one was asked for.
    public let port: Int

    /// `http://127.0.0.1:8080`, without a slash at the end.
    public var origin: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}

/// What a server takes before it refuses.
public struct ServerLimits: Sendable {
    /// Bytes of a request's body; more is answered with 413.
    public var bodyBytes: Int
    /// Seconds after which a silent connection is closed.
    public var idleSeconds: Int64
    /// Bytes of one message over a WebSocket, below 4 GiB; more closes it with 1009.
    public var messageBytes: Int

    public init(bodyBytes: Int = 64 << 20, idleSeconds: Int64 = 120, messageBytes: Int = 16 << 20) {
        self.bodyBytes = bodyBytes
        self.idleSeconds = idleSeconds
        self.messageBytes = messageBytes
    }
}

/// Answers HTTP/1.1 on a port while `body` runs; open requests are finished before it returns.
///
/// - Parameters:
///   - port: 0 for any free one.
///   - makeResponder: Called once the address is known, before the first request is answered.
/// - Throws: `NetworkError` when the port cannot be had, and whatever `body` throws.
public func withServer<Result: Sendable>(
    host: String = "127.0.0.1", port: Int = 0, limits: ServerLimits = ServerLimits(),
    answering makeResponder: @escaping @Sendable (RunningServer) -> any Responder,
    _ body: @escaping @Sendable (RunningServer) async throws -> Result
) async throws -> Result {
    var logger = Logger(label: "understudy.server")
    logger.logLevel = .critical
    let slot = ResponderSlot()
    let (addresses, gotAddress) = AsyncStream<RunningServer>.makeStream()
    let exchange = Exchange(limits: limits)
    let memory = RequestMemory()
    let channel = HTTP1Channel(
        responder: { request, writer, channel in
            // The server starts to accept before it tells its port; such an early connection waits no longer than that.
            guard let responder = slot.responder.withLock({ $0 }) else { throw NetworkError.notReady }
            try await exchange.answer(request, writer, channel, by: responder)
        },
        configuration: .init(
            additionalChannelHandlers: [
                ReadyAnswers(limits: limits, memory: memory) { slot.responder.withLock { $0 } },
                // Behind it, as ready answers keep nobody waiting.
                DepartureWatch(),
            ]))
    let server = Server(
        childChannelSetup: channel, configuration: .init(address: .hostname(host, port: port), backlog: 1024),
        onServerRunning: { channel in
            let running = RunningServer(host: host, port: channel.localAddress?.port ?? port)
            slot.responder.withLock { $0 = makeResponder(running) }
            slot.channel.withLock { $0 = channel }
            gotAddress.yield(running)
        }, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
    let group = ServiceGroup(configuration: .init(services: [server], logger: logger))

    return try await withThrowingTaskGroup(of: Result?.self) { tasks in
        tasks.addTask {
            do {
                try await group.run()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                throw NetworkError.cannotListen(host: host, port: port, cause: UpstreamClient.plain("\(error)"))
            }
            return nil
        }
        tasks.addTask {
            for await running in addresses {
                do {
                    let result = try await body(running)
                    await group.triggerGracefulShutdown()
                    return result
                } catch {
                    await group.triggerGracefulShutdown()
                    throw error
                }
            }
            return nil
        }
        var result: Result?
        while let next = try await tasks.next() {
            if let next { result = next } else { gotAddress.finish() }
        }
        // The port is free when this returns.
        try? await slot.channel.withLock { $0 }?.closeFuture.get()
        guard let result else { throw CancellationError() }
        return result
    }
}

/// Holds the responder that is made once the address is known.
private final class ResponderSlot: Sendable {
    let responder = Mutex<(any Responder)?>(nil)
    let channel = Mutex<(any Channel)?>(nil)
}
