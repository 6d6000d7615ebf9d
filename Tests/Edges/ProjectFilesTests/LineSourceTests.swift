import Foundation
import ProjectFiles
import Testing

@Suite struct LineSourceTests {
    let file = FileManager.default.temporaryDirectory.appending(path: "lines-\(UUID().uuidString)")

    private func lines(of bytes: [UInt8]) throws -> [[UInt8]] {
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let source = try LineSource(file.path)
        var lines: [[UInt8]] = []
        while let line = try source.next() { lines.append(line) }
        #expect(try source.next() == nil, "the end stays the end")
        try source.rewind()
        #expect(try source.next() == lines.first)
        return lines
    }

    @Test(arguments: [
        ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\n\nb\r\n\u{0}", ["a", "", "b\r", "\u{0}"]),
    ])
    func linesEndWithALineFeedOrTheFile(text: String, expected: [String]) throws {
        #expect(try lines(of: Array(text.utf8)) == expected.map { Array($0.utf8) })
    }

    /// Lines about as long as what is read at once, and much longer.
    @Test(arguments: [65_534, 65_535, 65_536, 65_537, 200_000])
    func aLineMayBeLongerThanWhatIsReadAtOnce(length: Int) throws {
        let long = [UInt8](repeating: 0x78, count: length)
        #expect(try lines(of: long + [0x0A] + long + [0x0A, 0x61]) == [long, long, [0x61]])
    }

    @Test func aPipeIsReadOnce() throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data("a\nb".utf8))
        try pipe.fileHandleForWriting.close()
        let source = try LineSource("/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)")
        #expect(try source.next() == Array("a".utf8))
        #expect(throws: FileError.self) { try source.rewind() }
    }

    @Test func whatIsReadAgainMayBeAPipe() throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data("a\nb".utf8))
        try pipe.fileHandleForWriting.close()
        let source = try LineSource("/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)", isReadAgain: true)
        for _ in 0..<2 {
            #expect(try source.next() == Array("a".utf8))
            #expect(try source.next() == Array("b".utf8))
            #expect(try source.next() == nil)
            try source.rewind()
        }
    }

    @Test(arguments: ["", "/none"])
    func whatIsNoFileIsSaid(name: String) {
        let path = FileManager.default.temporaryDirectory.path + name
        #expect(throws: FileError.self) { try LineSource(path) }
    }
}
