import Foundation

/// HTTP/1.1 over a loopback socket, as plain as it gets: one request, one answer, one connection.
enum Loopback {
    struct Answer: Sendable {
        let status: Int
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        /// A value in the body, by member names and indexes: `choices.0.message.content`.
        func value(_ path: String) -> Any? {
            path.split(separator: ".").reduce(
                try? JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed)
            ) {
                value, step in
                if let index = Int(step), let array = value as? [Any] {
                    return array.indices.contains(index) ? array[index] : nil
                }
                return (value as? [String: Any])?[String(step)]
            }
        }

        func string(_ path: String) -> String? { value(path) as? String }
    }

    struct Failure: Error {
        let what: String
        let code = errno
    }

    /// Sends a request to an `http://127.0.0.1:PORT` address and reads the whole answer.
    static func send(
        _ method: String = "POST", _ address: String, headers: [String: String] = [:], body: String = ""
    ) async throws -> Answer {
        try await onThread {
            guard let url = URLComponents(string: address), let port = url.port else {
                throw Failure(what: "address \(address)")
            }
            let socket = try connect(toPort: port)
            defer { close(socket) }
            var fields = ["host": "127.0.0.1:\(port)", "content-type": "application/json", "connection": "close"]
            fields["content-length"] = "\(body.utf8.count)"
            fields.merge(headers) { _, new in new }
            let head = fields.map { "\($0): \($1)\r\n" }.joined()
            let target = url.percentEncodedPath + (url.percentEncodedQuery.map { "?" + $0 } ?? "")
            write(Array("\(method) \(target) HTTP/1.1\r\n\(head)\r\n\(body)".utf8), to: socket)
            return try answer(from: readToEnd(socket))
        }
    }

    static func answer(from bytes: [UInt8]) throws -> Answer {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { throw Failure(what: "no answer") }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
        guard let status = head.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Failure(what: head)
        }
        let body = Array(bytes[end.upperBound...])
        return Answer(status: status, body: head.contains("transfer-encoding: chunked") ? unchunked(body) : body)
    }

    private static func unchunked(_ bytes: [UInt8]) -> [UInt8] {
        var rest = bytes[...]
        var body: [UInt8] = []
        while let line = rest.firstRange(of: [13, 10]),
            let count = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16), count > 0
        {
            body += rest[line.upperBound...].prefix(count)
            rest = rest[line.upperBound...].dropFirst(count + 2)
        }
        return body
    }

    // MARK: Sockets

    /// A free port with a socket that holds it; until that listens, connections to it are refused.
    static func bindUnusedPort() throws -> (port: Int, socket: Int32) {
        let socket = makeSocket()
        var address = address(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let error = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 ? getsockname(socket, $0, &size) : -1
            }
        }
        guard error == 0 else {
            close(socket)
            throw Failure(what: "bind")
        }
        return (Int(in_port_t(bigEndian: address.sin_port)), socket)
    }

    /// Listens on a socket, and hands each connection to a thread of its own, until the socket is shut down.
    static func listen(on socket: Int32, _ serve: @escaping @Sendable (Int32) -> Void) throws {
        guard Foundation.listen(socket, 256) == 0 else { throw Failure(what: "listen") }
        Thread.detachNewThread {
            while case let connection = accept(socket, nil, nil), connection >= 0 {
                Thread.detachNewThread { serve(connection) }
            }
        }
    }

    private static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return address
    }

    private static func makeSocket() -> Int32 {
        Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    }

    static func connect(toPort port: Int) throws -> Int32 {
        let socket = makeSocket()
        var patience = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = address(port: port)
        let error = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard error == 0 else {
            close(socket)
            throw Failure(what: "connect to port \(port)")
        }
        return socket
    }

    /// Writes what the other side still takes.
    static func write(_ bytes: [UInt8], to socket: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// The next bytes; empty when the other side has closed.
    static func read(_ socket: Int32) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
            count = max(0, recv(socket, buffer.baseAddress, buffer.count, 0))
        }
    }

    static func readToEnd(_ socket: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        while case let more = read(socket), !more.isEmpty { bytes += more }
        return bytes
    }
}
