import Foundation
import Synchronization

/// An LLM service of one test: its `answer` decides what becomes of each request, and may do other things first.
final class StubUpstream: Sendable {
    /// What becomes of a request.
    enum Reaction: Sendable {
        /// An assistant's message with this text.
        case text(String)
        /// The first bytes of such an answer, at the most all of it; then `afterCut`, then the connection is closed.
        case cut(String, afterBytes: Int)
        /// Nothing is sent, and the connection stays open until the client goes.
        case silence
    }

    let port: Int
    private let listener: Int32
    private let count = Mutex(0)
    private let answer: @Sendable (Int) -> Reaction
    private let afterCut: @Sendable () -> Void

    /// - Parameter answer: Called with the request's number, from 1, before anything is sent.
    init(answering answer: @escaping @Sendable (Int) -> Reaction, afterCut: @escaping @Sendable () -> Void = {}) throws
    {
        self.answer = answer
        self.afterCut = afterCut
        (port, listener) = try Loopback.bindUnusedPort()
        try Loopback.listen(on: listener) { [weak self] connection in
            guard let self else {
                close(connection)
                return
            }
            self.serve(connection)
        }
    }

    deinit {
        // Wakes `accept`, too.
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    var baseURL: String { "http://127.0.0.1:\(port)/v1" }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        var bytes: [UInt8] = []
        while case let more = Loopback.read(connection), !more.isEmpty {
            bytes += more
            while let length = wholeRequest(bytes) {
                bytes.removeFirst(length)
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                switch answer(number) {
                case .text(let text): Loopback.write(message(text, number), to: connection)
                case .cut(let text, let count):
                    Loopback.write(Array(message(text, number).prefix(count)), to: connection)
                    afterCut()
                    return
                case .silence:
                    while !Loopback.read(connection).isEmpty {}
                    return
                }
            }
        }
    }

    /// The number of bytes of the first request; nil while it is not all there.
    private func wholeRequest(_ bytes: [UInt8]) -> Int? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
        let length =
            head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
        let total = end.upperBound + length
        return bytes.count >= total ? total : nil
    }

    private func message(_ text: String, _ number: Int) -> [UInt8] {
        let body =
            #"{"id":"c\#(number)","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"#
            + #""message":{"role":"assistant","content":"\#(text)"},"finish_reason":"stop"}],"#
            + #""usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"#
        return Array(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
                .utf8)
    }
}
