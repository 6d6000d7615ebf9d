import Cassettes
import Documents
import TestSupport
import Testing

@Suite struct BesideFormTests {
    private let files = MemoryFiles()
    private let long = String(repeating: "long ", count: 8000)

    private func write(_ interactions: [Interaction]) throws -> String {
        var writer = CassetteWriter()
        return writer.document(for: RandomStory.header)
            + (try interactions.map { try writer.document(for: $0, beside: files) }.joined())
    }

    private func expectSame(_ written: [Interaction], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let read = try opened(try write(written).bytes, beside: files, sourceLocation: sourceLocation).interactions()
        #expect(read.map(\.statement) == written.map(\.statement), sourceLocation: sourceLocation)
        #expect(read.map(\.key) == written.map(\.key), sourceLocation: sourceLocation)
    }

    @Test func aLongTextIsPutBesideTheFile() throws {
        let message: JSONValue = ["role": "user", "content": .string(long)]
        let written = [
            Interaction.chat(1, [message], answer: long),
            .chat(2, [message, user, ["role": "user", "content": .string(long + "!")]]),
        ]
        try expectSame(written)
        let text = try write(written)
        #expect(text.utf8.count < 3000)
        #expect(text.ranges(of: "!beside ").count == 3)
        #expect(files.all.count == 2)
        #expect(text.contains("like: 1"))
        // Read without the files, each place is told.
        let problems = try Cassette(text.bytes, file: "c.yaml").check()
        #expect(problems.count >= 2 && problems.allSatisfy { $0.message.contains("beside the cassette") })
    }

    @Test(arguments: [0, 1])
    func theLimitIsKept(more: Int) throws {
        let text = try write([.chat(1, [], answer: String(repeating: "x", count: 32 * 1024 + more))])
        #expect(text.contains("!beside") == (more == 1))
    }

    @Test func aLargeBodyIsPutBesideTheFile() throws {
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
        let numbers = JSONValue.array((0..<60_000).map { .number($0) })
        let operation = Operation(method: "POST", path: "/x")
        func response(_ content: RecordedResponse.Content) -> RecordedResponse {
            RecordedResponse(status: 200, at: 1, content: content)
        }
        let written = [
            Interaction.make(
                1, .http, operation, RecordedBody(bytes: bytes), response(.body(RecordedBody(bytes: bytes)))),
            .make(
                2, .http, operation, RecordedBody(tree: numbers),
                response(.body(RecordedBody(tree: numbers, layout: JSONLayout(.indent2))))),
            .make(
                3, .http, operation, RecordedBody(bytes: []),
                response(.chunks([.init(at: 1, bytes: [1]), .init(at: 2, bytes: bytes)]))),
        ]
        try expectSame(written)
        #expect(try write(written).utf8.count < 2000)
        #expect(files.all.count == 3)
    }

    /// A conversation whose beginning is large goes on as changes of it.
    @Test func aRequestAddsToOneBesideTheFile() throws {
        let messages = (0..<30).map {
            ["role": "user", "content": .string("\($0) " + String(repeating: "x", count: 10_000))] as JSONValue
        }
        let written = [Interaction.chat(1, messages), .chat(2, messages + [user])]
        try expectSame(written)
        #expect(try write(written).contains("like: 1"))
        #expect(try write(written).utf8.count < 2000)
    }

    @Test func aContentThatIsGoneOrChangedIsAnErrorAtItsPlace() throws {
        let text = try write([.chat(1, [user], answer: long)])
        let digest = try #require(files.all.keys.first)
        let line =
            try #require(
                text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains("!beside") }) + 1
        for (bytes, word) in [(nil, "missing"), (Array("other".utf8), "changed")] as [([UInt8]?, String)] {
            files.replace(digest, by: bytes)
            let problems = try Cassette(text.bytes, file: "c.yaml", beside: files).check()
            #expect(problems.map(\.place?.line) == [line])
            #expect(problems.allSatisfy { $0.message.contains(word) })
        }
    }

    @Test(arguments: ["../../etc/passwd", "ABC", "0", ""])
    func aNameThatIsNoDigestIsRefused(name: String) throws {
        let text = RandomStory.text([.chat(1, [user])]).replacing("body: {text: ok}", with: "file: \"\(name)\"")
        #expect(try Cassette(text.bytes, file: "c.yaml", beside: files).check().count == 1)
    }

    @Test(arguments: [
        "inputs: !beside x", "request: {text: !beside x}", "response: {status: 200, headers: {a: !beside x}}",
    ])
    func theTagMeansSomethingOnlyInBodies(member: String) throws {
        let name = member.prefix { $0 != ":" }
        let members = ["request: {}", "response: {status: 200}"].filter { !$0.hasPrefix(name) } + [member]
        let text =
            "---\nunderstudy: cassette/1\nname: a\n...\n---\ninteraction: 1\nhttp: GET /\n"
            + members.joined(separator: "\n") + "\n...\n"
        let problems = Result { try Cassette(text.bytes, file: "c.yaml", beside: files).check() }
        guard case .failure(let error as Diagnostics) = problems else {
            #expect(try problems.get().contains { $0.message.contains("!beside") })
            return
        }
        #expect(error.all.contains { $0.message.contains("!beside") })
    }

    @Test func editsKeepWhatStandsBeside() throws {
        let message: JSONValue = ["role": "user", "content": .string(long)]
        let written = [
            Interaction.chat(1, [message]), .chat(2, [message, user]), .chat(3, [user], answer: long + "3"),
        ]
        let text = try write(written)
        let outcome = try CassettePruning.apply(to: text.bytes, file: "c.yaml", keeping: [2], beside: files)
        #expect(
            try opened(outcome.edited.bytes, beside: files).interactions().map(\.statement) == [written[1].statement])
        #expect(outcome.edited.unreferenced == [BesideDigest(of: Array((long + "3").utf8))])
        #expect(outcome.edited.referenced == [BesideDigest(of: Array(long.utf8))])
        let sizes = try Cassette.sizes(of: text.bytes, file: "c.yaml", beside: files)
        #expect(sizes.changeCount == 1 && sizes.whole > sizes.written && sizes.whole < sizes.written + 500)
        let redacted = try CassetteRedaction.apply(
            to: text.bytes, file: "c.yaml", literals: LiteralSecrets([("MY_KEY", "long long long long ")]),
            beside: files)
        #expect(redacted.edited.unreferenced.count == 2 && redacted.edited.contents.isEmpty == false)
        let clean = MemoryFiles()
        redacted.edited.contents.forEach(clean.write)
        #expect(!clean.all.values.contains { String(decoding: $0, as: UTF8.self).contains("long long long long ") })
        _ = try opened(redacted.edited.bytes, beside: clean)
    }
}
