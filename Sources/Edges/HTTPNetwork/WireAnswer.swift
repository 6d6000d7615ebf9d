import HTTPMessages
import NIOCore
import NIOHTTP1

/// A ready answer as HTTP/1.1 bytes, the same as NIO's encoder writes.
enum WireAnswer {
    /// Nil for an answer that the encoder has to write: one with fields that it would change, or without content.
    static func bytes(of response: Response, allocator: ByteBufferAllocator) -> ByteBuffer? {
        guard Exchange.mayHaveContent(response), let chunks = response.content.readyChunks,
            response.headers.fields.allSatisfy({ isPlain($0.name) && isPlain($0.value) })
        else { return nil }
        let size = chunks.reduce(0) { $0 + $1.count + 12 }
        var buffer = allocator.buffer(capacity: size + 512)
        let status = HTTPResponseStatus(statusCode: response.status)
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString("\(status.code) \(status.reasonPhrase)\r\n")
        for field in response.headers.fields where !Exchange.ownFields.contains(field.name) {
            buffer.writeString(field.name)
            buffer.writeStaticString(": ")
            buffer.writeString(field.value)
            buffer.writeStaticString("\r\n")
        }
        if case .whole(let bytes) = response.content {
            buffer.writeStaticString("Content-Length: ")
            buffer.writeString("\(bytes.count)\r\n\r\n")
            buffer.writeBytes(bytes)
            return buffer
        }
        buffer.writeStaticString("transfer-encoding: chunked\r\n\r\n")
        for chunk in chunks where !chunk.isEmpty {
            buffer.writeString(String(chunk.count, radix: 16))
            buffer.writeStaticString("\r\n")
            buffer.writeBytes(chunk)
            buffer.writeStaticString("\r\n")
        }
        buffer.writeStaticString("0\r\n\r\n")
        return buffer
    }

    /// True for text of ASCII without control characters, and without spaces at its ends.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && text.utf8.first != 0x20 && text.utf8.last != 0x20
    }
}
