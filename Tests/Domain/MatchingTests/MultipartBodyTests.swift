import Cassettes
import Documents
import Testing

@Suite struct MultipartBodyTests {
    private func form(_ boundary: String, _ parts: [(header: String, content: String)], end: String = "--\r\n")
        -> [UInt8]
    {
        Array(
            (parts.map { "--\(boundary)\r\n\($0.header)\r\n\r\n\($0.content)\r\n" }.joined() + "--\(boundary)\(end)")
                .utf8)
    }

    private static let file = (
        header: "Content-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv",
        content: "1,2\r\n3\u{0}\n"
    )
    private static let path = (header: "content-disposition: form-data; name=\"path\"", content: "/workspace/a.csv")

    private func key(_ body: [UInt8], rules: MatchRules = MatchRules()) -> InteractionKey {
        InteractionKey(
            service: .hopx, operation: .init(method: "POST", path: "/files/upload"), inputs: nil, body: body,
            rules: rules)
    }

    @Test func theBoundaryDoesNotCount() {
        let expected = key(form("a8c1", [Self.path, Self.file]))
        #expect(key(form("------------------------0123456789", [Self.path, Self.file])) == expected)
        #expect(key(form("b", [Self.path, Self.file], end: "--")) == expected)
    }

    @Test(
        arguments: [
            [Self.file, Self.path], [Self.path], [Self.path, Self.file, Self.file],
            [Self.path, (Self.file.header, "1,2\r\n3\u{0}")],
            [Self.path, (Self.file.header.replacing("a.csv", with: "b.csv"), Self.file.content)],
            [Self.path, (Self.file.header.replacing("text/csv", with: "text/plain"), Self.file.content)],
            [(Self.path.header.replacing("path", with: "paths"), Self.path.content), Self.file],
        ] as [[(header: String, content: String)]])
    func everyPartCounts(parts: [(header: String, content: String)]) {
        #expect(key(form("a8c1", parts)) != key(form("a8c1", [Self.path, Self.file])))
    }

    @Test(arguments: [
        "x", "--", "--\r\n", "--a\r\n--a--", "--a\r\n\r\nx\r\n--a--",
        "--a\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--a\r\n", " --a--\r\n",
    ])
    func anythingElseIsKnownByItsBytes(text: String) {
        #expect(key(Array(text.utf8)) != key(Array(text.replacing("a", with: "b").utf8)) || !text.contains("a"))
    }

    @Test func rulesSeeAListOfParts() throws {
        let type = try #require(JSONPath(parsing: "$[*].type")),
            filename = try #require(JSONPath(parsing: "$[*].filename"))
        let digits = try #require(MatchPattern("regex: [0-9]+"))
        let rules = MatchRules(ignore: [type], mask: [.init(path: filename, pattern: digits, as: "n")])
        let one = form("a", [(Self.file.header.replacing("a.csv", with: "part12.csv"), "x")])
        let other = form(
            "b",
            [(Self.file.header.replacing("a.csv", with: "part7.csv").replacing("text/csv", with: "text/plain"), "x")])
        #expect(key(one, rules: rules) == key(other, rules: rules))
        #expect(key(one) != key(other))
    }

    @Test func aListOfTheSameWordsIsAnotherRequest() {
        let list =
            "[{\"name\":\"path\",\"sha256\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}]"
        #expect(key(Array(list.utf8)) != key(form("a", [(Self.path.header, "")])))
    }
}
