import Foundation
import Testing

/// The client's end of a WebSocket of which every byte is seen (RFC 6455, section 5.2).
actor RawSocket {
    struct Frame: Equatable {
        var opcode: UInt8
        var isFinal = true
        var payload: [UInt8] = []

        static func text(_ text: String) -> Frame { Frame(opcode: 1, payload: Array(text.utf8)) }
        static func close(_ code: Int, _ reason: String = "") -> Frame {
            Frame(opcode: 8, payload: [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8))
        }

        /// What a client has to send: masked.
        var bytes: [UInt8] { bytes(mask: [1, 2, 3, 4]) }

        func bytes(mask: [UInt8]?, reserved: UInt8 = 0) -> [UInt8] {
            var out: [UInt8] = [(isFinal ? 0x80 : 0) | reserved | opcode]
            let bit: UInt8 = mask == nil ? 0 : 0x80
            switch payload.count {
            case ..<126: out.append(bit | UInt8(payload.count))
            case ..<65536: out += [bit | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
            default: out += [bit | 127] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
            }
            guard let mask else { return out + payload }
            return out + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
        }
    }

    static let key = "dGhlIHNhbXBsZSBub25jZQ=="

    let connection: RawConnection
    private(set) var head = ""
    private var buffer: [UInt8] = []

    init(_ connection: RawConnection) { self.connection = connection }

    /// Shakes hands on a new connection.
    static func open(port: Int, path: String = "/", fields: String = "") async throws -> RawSocket {
        let socket = RawSocket(try await RawConnection(port: port))
        try await socket.ask(path: path, fields: fields)
        let head = await socket.head
        try #require(head.hasPrefix("HTTP/1.1 101 "), "\(head)")
        return socket
    }

    static func handshake(path: String = "/", fields: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(key)\r\n\(fields)\r\n"
    }

    private func ask(path: String, fields: String) async throws {
        try await connection.send(RawSocket.handshake(path: path, fields: fields))
        try await readHead()
    }

    private func readHead() async throws {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = buffer.firstRange(of: end) {
                head = String(decoding: buffer[..<range.upperBound], as: UTF8.self)
                buffer.removeFirst(range.upperBound)
                return
            }
            try await fill()
        }
    }

    func send(_ frames: Frame...) async throws { try await connection.send(frames.flatMap(\.bytes)) }

    /// The next frame of the server; nil when the connection has ended, well or not.
    func next() async throws -> Frame? {
        do {
            let start = try await take(2)
            var count = Int(start[1] & 0x7F)
            try #require(start[1] & 0x80 == 0, "a server masks nothing")
            if count == 126 { count = try await take(2).reduce(0) { $0 << 8 | Int($1) } }
            if count == 127 { count = try await take(8).reduce(0) { $0 << 8 | Int($1) } }
            return Frame(opcode: start[0] & 0x0F, isFinal: start[0] & 0x80 != 0, payload: try await take(count))
        } catch is Ended {
            return nil
        } catch RawConnection.Failure.reset {
            return nil
        }
    }

    private struct Ended: Error {}

    private func take(_ count: Int) async throws -> [UInt8] {
        while buffer.count < count { try await fill() }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    private func fill() async throws {
        let more = try await connection.receive()
        if more.isEmpty { throw Ended() }
        buffer += more
    }
}
