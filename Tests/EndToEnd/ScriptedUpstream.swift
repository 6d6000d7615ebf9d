import Foundation
import Synchronization

/// A service of one test that is told of each request and writes its answer itself, byte by byte if it likes.
final class ScriptedUpstream: Sendable {
    /// A request as it came.
    struct Asked: Sendable {
        /// From 1, in order of arrival.
        let number: Int
        /// The request line and the fields.
        let head: String
        let body: [UInt8]

        var line: String { String(head.prefix { $0 != "\r\n" }) }

        func field(_ name: String) -> String? {
            head.split(separator: "\r\n").dropFirst().lazy.map { $0.split(separator: ":", maxSplits: 1) }
                .first { $0.first?.lowercased() == name }
                .flatMap { $0.last?.trimmingCharacters(in: .whitespaces) }
        }

        /// The text of the last message.
        var question: String {
            let tree = (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any]
            return ((tree?["messages"] as? [[String: Any]])?.last?["content"] as? String) ?? ""
        }
    }

    /// Where an answer is written.
    struct Connection {
        fileprivate let socket: Int32

        func write(_ text: String) { write(Array(text.utf8)) }

        func write(_ bytes: [UInt8]) { Loopback.write(bytes, to: socket) }
    }

    let port: Int
    private let listener: Int32
    private let seen = Mutex<[Asked]>([])
    private let answer: @Sendable (Asked, Connection) -> Bool

    /// - Parameter answer: Called on a thread of the connection; false closes it.
    init(_ answer: @escaping @Sendable (Asked, Connection) -> Bool) throws {
        self.answer = answer
        (port, listener) = try Loopback.bindUnusedPort()
        try Loopback.listen(on: listener) { [weak self] connection in
            guard let self else {
                close(connection)
                return
            }
            self.serve(connection)
        }
    }

    /// Answers each question with `answer to QUESTION`.
    static func echo() throws -> ScriptedUpstream {
        try ScriptedUpstream { asked, client in
            client.write(ScriptedUpstream.message("answer to \(asked.question)"))
            return true
        }
    }

    deinit {
        // Wakes `accept`, too.
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    var origin: String { "http://127.0.0.1:\(port)" }
    var asked: [Asked] { seen.withLock { $0 } }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        var bytes: [UInt8] = []
        while case let more = Loopback.read(connection), !more.isEmpty {
            bytes += more
            while let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
                let length = Asked(number: 0, head: head, body: []).field("content-length").flatMap { Int($0) } ?? 0
                guard bytes.count >= end.upperBound + length else { break }
                let body = Array(bytes[end.upperBound..<end.upperBound + length])
                bytes.removeFirst(end.upperBound + length)
                let asked = seen.withLock { seen in
                    seen.append(Asked(number: seen.count + 1, head: head, body: body))
                    return seen[seen.count - 1]
                }
                guard answer(asked, Connection(socket: connection)) else { return }
            }
        }
    }

    // MARK: Answers

    /// An assistant's message.
    static func message(_ text: String) -> String {
        json(
            #"{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"\#(text)"}}]}"#
        )
    }

    static func json(_ body: String) -> String {
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    static let eventStream = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"

    static func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }
}
