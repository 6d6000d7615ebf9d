import HTTPMessages
import Testing

@Suite struct RequestTests {
    @Test(
        arguments: [
            ("/a", "/a", nil), ("/a?", "/a", ""), ("/a?b=c", "/a", "b=c"), ("/a?b?c", "/a", "b?c"), ("", "", nil),
            ("?x", "", "x"),
            ("/a%3Fb", "/a%3Fb", nil),
        ] as [(String, String, String?)])
    func splitsItsTarget(target: String, path: String, query: String?) {
        let request = Request(method: "GET", target: target)
        #expect(request.path == path)
        #expect(request.query == query)
    }

    @Test(arguments: [
        ("", []), ("a=1", ["a", "1"]), ("a=1&b=2&a=3", ["a", "1", "b", "2", "a", "3"]), ("a", ["a", ""]),
        ("a=", ["a", ""]), ("=1", ["", "1"]),
        ("&&a=1&", ["a", "1"]), ("a=b=c", ["a", "b=c"]), ("a+b=c+d", ["a b", "c d"]),
        ("a%20b=%2B%26%3D", ["a b", "+&="]),
        ("k=%C3%A9%F0%9F%98%80", ["k", "é\u{1F600}"]), ("k=%zz%4", ["k", "%zz%4"]), ("k=%FF", ["k", "\u{FFFD}"]),
        ("k=%e2%82%ac", ["k", "€"]),
    ])
    func decodesItsQuery(query: String, expected: [String]) {
        let items = Request(method: "GET", path: "/", query: query).queryItems
        #expect(items.flatMap { [$0.name, $0.value] } == expected)
    }

    @Test func findsAQueryValueByName() {
        let request = Request(method: "GET", target: "/?limit=5&limit=6&x=%20")
        #expect(request.queryValue("limit") == "5")
        #expect(request.queryValue("x") == " ")
        #expect(request.queryValue("y") == nil)
        #expect(Request(method: "GET", target: "/").queryItems.isEmpty)
    }

    @Test(
        arguments: [
            (["authorization": "Bearer k1"], "k1"), (["Authorization": "bearer k1"], "k1"), (["x-api-key": "k2"], "k2"),
            (["Api-Key": "k3"], "k3"),
            (["x-goog-api-key": "k4"], "k4"), (["authorization": "Basic k", "x-api-key": "k5"], "k5"),
            (["authorization": "Bearer k", "x-api-key": "k5"], "k"),
            (["authorization": "Basic k"], nil), ([:], nil),
        ] as [(Headers, String?)])
    func knowsTheKeyAsServicesTakeIt(headers: Headers, key: String?) {
        #expect(Request(method: "GET", path: "/", headers: headers).apiKey == key)
    }

    @Test func encodesWhatDecodesToTheSame() {
        let every = String(String.UnicodeScalarView((0..<0x300).compactMap(Unicode.Scalar.init))) + "日本\u{1F600}"
        let encoded = PercentEncoding.encode(every)
        #expect(
            encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "&") })
        #expect(PercentEncoding.decode(encoded).utf8.elementsEqual(every.utf8))
        #expect(PercentEncoding.encode("aZ0-._~/") == "aZ0-._~/")
        #expect(PercentEncoding.encode(" é") == "%20%C3%A9")
        #expect(PercentEncoding.decode("a+b", plusIsSpace: false) == "a+b")
    }
}
