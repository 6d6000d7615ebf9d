import Foundation

/// A client that sends bytes, whatever they are, and sees how its connection ends.
final class RawClient: Sendable {
    /// How a connection ended.
    enum End: Equatable, Sendable { case closed, reset, silence }

    private let socket: Int32

    init(port: Int) throws { socket = try Loopback.connect(toPort: port) }

    deinit { close(socket) }

    func send(_ text: String) { Loopback.write(Array(text.utf8), to: socket) }

    /// Writes bytes; false when the other side takes no more.
    func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Whether something has come, or the connection has ended.
    var hasAnswer: Bool {
        var state = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 0) > 0
    }

    /// Ends what is sent; answers still come.
    func finish() { shutdown(socket, Int32(SHUT_WR)) }

    /// Waits for the next bytes; empty at the end.
    func next() -> String { String(decoding: Loopback.read(socket), as: UTF8.self) }

    /// Reads until `text` has come, or the end.
    func read(until text: String) -> String {
        var all = ""
        while !all.contains(text), case let more = next(), !more.isEmpty { all += more }
        return all
    }

    /// All that comes, and how the connection ended.
    func readToEnd() -> (bytes: [UInt8], end: End) {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count > 0 {
                all += buffer.prefix(count)
            } else if count == 0 {
                return (all, .closed)
            } else if errno != EINTR {
                return (all, errno == ECONNRESET ? .reset : .silence)
            }
        }
    }
}

extension RawClient {
    /// Reads one answer of a connection that stays open; not whole when the connection ends before it.
    func readAnswer() -> (text: String, isWhole: Bool) {
        var text = ""
        while case let more = next(), !more.isEmpty {
            text += more
            guard let end = text.range(of: "\r\n\r\n") else { continue }
            let head = text[..<end.lowerBound].lowercased()
            let isWhole =
                if let length = head.firstMatch(of: #/content-length: *(\d+)/#).flatMap({ Int($0.1) }) {
                    text[end.upperBound...].utf8.count >= length
                } else {
                    text.hasSuffix("\r\n0\r\n\r\n")
                }
            if isWhole { return (text, true) }
        }
        return (text, false)
    }
}
