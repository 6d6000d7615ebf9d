import Testing

@testable import Documents

@Suite struct ByteSearchTests {
    @Test func findsWhatALookAtEachByteFinds() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            // Mostly plain, so that runs of many lengths come up; all bytes at times, so that the carries do.
            let wild = Bool.random(using: &random)
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                Int.random(in: 0..<9, using: &random) == 0 || wild
                    ? UInt8.random(in: 0...255, using: &random) : UInt8.random(in: 0x23...0x5B, using: &random)
            }
            let start = Int.random(in: 0...bytes.count, using: &random)
            bytes.withUnsafeBufferPointer { buffer in
                let quote = bytes[start...].firstIndex(of: 0x22) ?? bytes.count
                #expect(ByteSearch.quote(in: buffer, from: start) == quote, "\(bytes) from \(start)")
                let end = bytes[start...].firstIndex { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 || $0 >= 0x80 }
                #expect(
                    ByteSearch.endOfPlainText(in: buffer, from: start) == end ?? bytes.count, "\(bytes) from \(start)")
            }
        }
    }

    @Test(arguments: 0...255 as ClosedRange<UInt8>) func everyByteIsToldApart(byte: UInt8) {
        // Neighbours that borrow or carry must not hide it or be taken for it.
        for neighbour: UInt8 in [0x21, 0x23, 0x5B, 0x5D, 0x7F] {
            let bytes = [neighbour, neighbour, byte] + [UInt8](repeating: neighbour, count: 10)
            bytes.withUnsafeBufferPointer { buffer in
                #expect(ByteSearch.quote(in: buffer, from: 0) == (byte == 0x22 ? 2 : bytes.count))
                let isPlain = byte >= 0x20 && byte < 0x80 && byte != 0x22 && byte != 0x5C
                #expect(ByteSearch.endOfPlainText(in: buffer, from: 0) == (isPlain ? bytes.count : 2))
            }
        }
    }
}
