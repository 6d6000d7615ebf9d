import HTTPMessages
import Testing

@Suite struct HeadersTests {
    @Test func keepOrderAndRepetitionUnderLowerCaseNames() {
        var headers = Headers([("Set-Cookie", "a"), ("X", "1"), ("set-cookie", "b")])
        #expect(headers.fields.map(\.name) == ["set-cookie", "x", "set-cookie"])
        #expect(headers["SET-COOKIE"] == "a")
        headers.add("Y", "2")
        headers["Set-Cookie"] = "c"
        #expect(headers.fields.map { "\($0.name)=\($0.value)" } == ["x=1", "y=2", "set-cookie=c"])
        headers["x"] = nil
        headers.removeAll { $0.name == "y" }
        #expect(headers == ["set-cookie": "c"])
        #expect(headers["absent"] == nil)
    }
}
