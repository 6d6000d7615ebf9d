import Foundation
import Testing

extension Tag {
    @Tag static var sockets: Self
}

/// A TCP connection of which every byte is seen; blocking calls run on threads of their own.
struct RawConnection: Sendable {
    enum Failure: Error, Equatable {
        case refused
        case reset
        /// `errno`.
        case other(Int32)
    }

    private let descriptor: Int32

    /// A port that is taken, so that nobody else gets it, and on which nobody listens.
    static func unansweredPort() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 ? getsockname(descriptor, address, &length) : -1
            }
        }
        guard result == 0 else { throw Failure.other(errno) }
        return (descriptor, Int(in_port_t(bigEndian: address.sin_port)))
    }

    /// - Parameter host: An IPv4 address.
    init(host: String = "127.0.0.1", port: Int) async throws {
        descriptor = try await RawConnection.onThread {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var timeout = timeval(tv_sec: 120, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = inet_addr(host)
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard result == 0 else {
                let code = errno
                Glibc.close(descriptor)
                throw code == ECONNREFUSED ? Failure.refused : .other(code)
            }
            return descriptor
        }
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws {
        try await RawConnection.onThread { [descriptor] in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { throw Failure(errno) }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// What comes next; empty once the other side has ended well.
    func receive() async throws -> [UInt8] {
        try await RawConnection.onThread { [descriptor] in
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { throw Failure(errno) }
            return Array(buffer[..<count])
        }
    }

    /// All that comes until the other side ends.
    func receiveAll() async throws -> String {
        var bytes: [UInt8] = []
        while true {
            let more = try await receive()
            if more.isEmpty { return String(decoding: bytes, as: UTF8.self) }
            bytes += more
        }
    }

    func close() { Glibc.close(descriptor) }

    private static func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws
        -> Result
    {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
        }
    }
}

extension RawConnection.Failure {
    init(_ code: Int32) { self = code == ECONNRESET || code == EPIPE ? .reset : .other(code) }
}

/// Reads answers off a connection as RFC 9112 frames them, each chunk by itself.
struct AnswerReader {
    struct Answer {
        var status = 0
        var fields: [String: String] = [:]
        /// One for each HTTP chunk; a body of known length is one.
        var chunks: [String] = []
        var isChunked = false
        var body: String { chunks.joined() }
    }

    let connection: RawConnection
    private var buffer: [UInt8] = []

    init(_ connection: RawConnection) { self.connection = connection }

    /// - Parameter hasBody: False after HEAD.
    mutating func next(hasBody: Bool = true) async throws -> Answer {
        var answer = Answer()
        answer.status = Int(try await line().split(separator: " ")[1]) ?? 0
        while true {
            let line = try await line()
            if line.isEmpty { break }
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count > 1 ? parts[1].trimmingPrefix(" ") : ""
            answer.fields[parts[0].lowercased()] = String(value)
        }
        answer.isChunked = answer.fields["transfer-encoding"] == "chunked"
        guard hasBody, answer.status >= 200, answer.status != 204 else { return answer }
        if answer.isChunked {
            while let count = Int(try await line(), radix: 16), count > 0 {
                answer.chunks.append(try await take(count))
                _ = try await line()
            }
            _ = try await line()
        } else if let count = answer.fields["content-length"].flatMap({ Int($0) }), count > 0 {
            answer.chunks = [try await take(count)]
        }
        return answer
    }

    mutating func line() async throws -> String {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                let line = buffer[..<end].filter { $0 != 13 }
                buffer.removeFirst(end + 1)
                return String(decoding: line, as: UTF8.self)
            }
            try await fill()
        }
    }

    private mutating func take(_ count: Int) async throws -> String {
        while buffer.count < count { try await fill() }
        defer { buffer.removeFirst(count) }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    private mutating func fill() async throws {
        let more = try await connection.receive()
        try #require(!more.isEmpty, "the connection ended in the middle of an answer")
        buffer += more
    }
}
