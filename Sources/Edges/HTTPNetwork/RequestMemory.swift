import Glibc
import HTTPMessages
import NIOCore
import Synchronization

/// What a server remembers of requests by their bytes: heads that were parsed, and what answers whole ones.
///
/// Bounded; when it is full it begins anew. Bytes are compared in full, so that a hash decides nothing.
final class RequestMemory: Sendable {
    /// The head of a request, as it was parsed.
    final class Head: Sendable {
        fileprivate let bytes: [UInt8]
        private let parsed: HTTPMessages.Request
        private let bodyCount: Int

        fileprivate init(_ bytes: [UInt8], _ parsed: HTTPMessages.Request, bodyCount: Int) {
            self.bytes = bytes
            self.parsed = parsed
            self.bodyCount = bodyCount
        }

        /// Bytes, with the empty line.
        var count: Int { bytes.count }
        /// Bytes of the head and its body.
        var wholeCount: Int { bytes.count + bodyCount }

        func request(body: [UInt8]) -> HTTPMessages.Request {
            var request = parsed
            request.body = body
            return request
        }
    }

    private struct Whole {
        let bytes: [UInt8]
        let standing: StandingAnswer
    }

    private struct State {
        var heads: [UInt64: Head] = [:]
        var wholes: [UInt64: Whole] = [:]
        /// Bytes of all in `wholes`.
        var byteCount = 0
        /// Hashes of the requests seen last, each at the place that it says itself.
        var seen = [UInt64](repeating: 0, count: 1 << 15)
    }

    /// Longer heads are not remembered.
    static let headBound = 1 << 14
    private static let headLimit = 1_024
    private static let wholeLimit = 1 << 14
    /// Longer requests are looked at anew each time, so that one does not drive out all others.
    private static let wholeBound = 1 << 20
    private static let byteLimit = 8 << 20

    private let state = Mutex(State())

    /// A known head that some bytes begin with.
    func head(at bytes: ByteBufferView) -> Head? {
        guard let count = RequestMemory.headCount(in: bytes) else { return nil }
        let head = bytes.prefix(count)
        let hash = RequestMemory.hash(head)
        guard let known = state.withLock({ $0.heads[hash] }), RequestMemory.equal(head, known.bytes) else { return nil }
        return known
    }

    /// Remembers what the parser made of a head.
    func learn(_ bytes: ByteBufferView, of request: HTTPMessages.Request, bodyCount: Int) {
        guard RequestMemory.isOrdinary(bytes, request, bodyCount) else { return }
        var parsed = request
        parsed.body = []
        let head = Head(Array(bytes), parsed, bodyCount: bodyCount)
        let hash = RequestMemory.hash(bytes)
        state.withLock { state in
            if state.heads.count >= RequestMemory.headLimit { state.heads = [:] }
            state.heads[hash] = head
        }
    }

    /// What answers these bytes, if anything is remembered; and whether they came before.
    func look(for bytes: ByteBufferView) -> (standing: StandingAnswer?, isKnown: Bool) {
        guard bytes.count <= RequestMemory.wholeBound else { return (nil, false) }
        let hash = RequestMemory.hash(bytes)
        let (whole, isKnown) = state.withLock { state -> (Whole?, Bool) in
            if let whole = state.wholes[hash] { return (whole, true) }
            let place = Int(hash % UInt64(state.seen.count))
            defer { state.seen[place] = hash }
            return (nil, state.seen[place] == hash)
        }
        guard let whole, RequestMemory.equal(bytes, whole.bytes) else { return (nil, isKnown) }
        return (whole.standing, true)
    }

    func keep(_ standing: StandingAnswer, for bytes: ByteBufferView) {
        let whole = Whole(bytes: Array(bytes), standing: standing)
        let hash = RequestMemory.hash(bytes)
        state.withLock { state in
            if state.wholes.count >= RequestMemory.wholeLimit || state.byteCount > RequestMemory.byteLimit {
                state.wholes = [:]
                state.byteCount = 0
            }
            state.byteCount += whole.bytes.count - (state.wholes[hash]?.bytes.count ?? 0)
            state.wholes[hash] = whole
        }
    }

    // MARK: Heads

    static func hasHead(_ bytes: ByteBufferView) -> Bool { headCount(in: bytes) != nil }

    /// Bytes up to the first empty line and with it.
    static func headCount(in bytes: ByteBufferView) -> Int? {
        bytes.withUnsafeBytes { bytes in
            var position = 3
            let end = min(bytes.count, headBound)
            while position < end {
                switch bytes[position] {
                case 0x0A:
                    if bytes[position - 1] == 0x0D, bytes[position - 2] == 0x0A, bytes[position - 3] == 0x0D {
                        return position + 1
                    }
                    position += 2
                case 0x0D: position += 1
                // An empty line that ends here or on one of the next three bytes would have this one in it.
                default: position += 4
                }
            }
            return nil
        }
    }

    /// True for a head that alone says where its request ends, and after which the connection goes on.
    private static func isOrdinary(_ bytes: ByteBufferView, _ request: HTTPMessages.Request, _ bodyCount: Int) -> Bool {
        guard let end = bytes.firstIndex(of: 0x0D), bytes[..<end].suffix(9).elementsEqual(" HTTP/1.1".utf8) else {
            return false
        }
        let headers = request.headers
        guard headers["transfer-encoding"] == nil, headers["upgrade"] == nil, headers["trailer"] == nil else {
            return false
        }
        let lengths = headers.fields.filter { $0.name == "content-length" }
        return lengths.isEmpty ? bodyCount == 0 : lengths.count == 1 && Int(lengths[0].value) == bodyCount
    }

    // MARK: Bytes

    private static func equal(_ view: ByteBufferView, _ bytes: [UInt8]) -> Bool {
        guard view.count == bytes.count else { return false }
        guard !bytes.isEmpty else { return true }
        // Not `elementsEqual`, which goes byte by byte: 7 µs for 20 KB.
        return view.withUnsafeBytes { a in
            bytes.withUnsafeBytes { b in
                guard let a = a.baseAddress, let b = b.baseAddress else { return false }
                return memcmp(a, b, bytes.count) == 0
            }
        }
    }

    /// Folded products of 128 bits over 16 bytes at a time; the standard library's hash takes five times as long.
    private static func hash(_ bytes: ByteBufferView) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
                let product = a.multipliedFullWidth(by: b)
                return product.high ^ product.low
            }
            var hash = UInt64(bytes.count) ^ 0x9E37_79B9_7F4A_7C15
            var position = 0
            while position + 16 <= bytes.count {
                let a = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                let b = bytes.loadUnaligned(fromByteOffset: position + 8, as: UInt64.self)
                hash = fold(a ^ 0xA076_1D64_78BD_642F ^ hash, b ^ 0xE703_7ED1_A0B4_28DB)
                position += 16
            }
            var rest: (UInt64, UInt64) = (0, 0)
            withUnsafeMutableBytes(of: &rest) { rest in
                for (index, byte) in bytes[position...].enumerated() { rest[index] = byte }
            }
            return fold(rest.0 ^ 0x8EBC_6AF0_9C88_C6E3 ^ hash, rest.1 ^ 0x5899_65CC_7537_4CC3)
        }
    }
}
