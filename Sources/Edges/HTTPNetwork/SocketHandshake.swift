import Digests
import HTTPMessages

/// How a connection becomes a WebSocket (RFC 6455, section 4).
enum SocketHandshake {
    /// What a client is told that may not have its WebSocket; nil when it may.
    static func refusal(of request: Request) -> Response? {
        guard request.opensSocket, hasToken("upgrade", in: request.headers["connection"]) else {
            return refusal(
                426, "this is a WebSocket: ask for it with 'Connection: Upgrade' and 'Upgrade: websocket'",
                ["connection": "close", "upgrade": "websocket"])
        }
        guard request.headers["sec-websocket-version"] == "13" else {
            return refusal(426, "only version 13 of the protocol is spoken here", ["sec-websocket-version": "13"])
        }
        guard request.method == "GET" else { return refusal(400, "a WebSocket is asked for with GET", [:]) }
        guard let key = request.headers["sec-websocket-key"], Base64.decode(key)?.count == 16 else {
            return refusal(400, "Sec-WebSocket-Key has to be 16 bytes in base64", [:])
        }
        return nil
    }

    private static func refusal(_ status: Int, _ text: String, _ fields: Headers) -> Response {
        var fields = fields
        fields.add("content-type", "text/plain; charset=utf-8")
        return Response(status: status, headers: fields, body: Array((text + "\n").utf8))
    }

    /// The head that ends HTTP on a connection.
    ///
    /// - Parameter fields: Of the answer; those of a handshake are written anew.
    static func acceptance(of request: Request, fields: Headers) -> String {
        var head = "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n"
        head += "sec-websocket-accept: \(accept(request.headers["sec-websocket-key"] ?? ""))\r\n"
        for field in fields.fields
        where !ownFields.contains(field.name) && !field.value.unicodeScalars.contains(where: { $0.value < 0x20 }) {
            head += "\(field.name): \(field.value)\r\n"
        }
        return head + "\r\n"
    }

    /// Section 4.2.2, item 5.
    static func accept(_ key: String) -> String {
        Base64.encode(Digest.sha1(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
    }

    /// True when a list of words, as fields have it, has this one in any case.
    static func hasToken(_ token: String, in list: String?) -> Bool {
        list?.lowercased().split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\t" }).contains { $0 == token }
            ?? false
    }

    /// Those of one connection; no extension is spoken.
    static let ownFields: Set<String> = [
        "connection", "upgrade", "sec-websocket-accept", "sec-websocket-extensions", "sec-websocket-key",
        "sec-websocket-version", "content-length", "transfer-encoding", "keep-alive", "content-type",
        "content-encoding",
    ]
}
