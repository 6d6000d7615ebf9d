import Cassettes
import Documents
import HTTPMessages
import TestSupport
import Testing

@Suite struct InteractionKeyTests {
    private static let body: JSONValue = [
        "model": "gpt-4o", "temperature": 0, "stream": false, "stop": .null,
        "tools": [["type": "function", "function": ["name": "f", "parameters": [:]]]],
        "messages": .array(
            (0..<20).map { index in
                [
                    "role": .string(index % 2 == 0 ? "user" : "assistant"), "content": .string("message \(index)"),
                    "name": "n",
                ]
            }),
    ]

    private func key(
        _ body: [UInt8], service: Service = .openai, _ operation: Operation = .chat, inputs: String? = nil,
        rules: MatchRules = MatchRules()
    ) -> InteractionKey {
        InteractionKey(service: service, operation: operation, inputs: inputs, body: body, rules: rules)
    }

    @Test func everySpellingOfARequestHasOneKey() {
        var json = RandomJSON(seed: 12)
        let expected = key(Self.body.bytes())
        for _ in 0..<300 { #expect(key(json.respelled(Self.body)) == expected) }
        for layout in JSONLayout.all { #expect(key(Self.body.bytes(in: layout)) == expected) }
        #expect(key(Array("{\"temperature\":0.0}".utf8)) == key(Array("{ \"temperature\" : 0 }".utf8)))
    }

    @Test func everyChangeOfARequestHasAnother() {
        // Of the services that say nothing of null.
        let expected = key(Self.body.bytes(), service: .http)
        var keys: Set<InteractionKey> = []
        let changed = RandomJSON.mutations(of: Self.body)
        for change in changed { keys.insert(key(change.bytes(), service: .http)) }
        #expect(!keys.contains(expected))
        #expect(changed.count > 500)
        // No two of them are the same either, but for values that are.
        #expect(keys.count > changed.count * 9 / 10)
    }

    @Test func serviceOperationQueryAndInputsCount() {
        let body = Self.body.bytes()
        let keys = [
            key(body), key(body, service: .azure), key(body, Operation(method: "PUT", path: Operation.chat.path)),
            key(body, Operation(method: "POST", path: "/v1/responses")),
            key(body, Operation(method: "POST", path: Operation.chat.path, query: "a=1")),
            key(body, inputs: "5b1e77aa"), key(body, inputs: "5b1e77ab"), key([]), key([0x20]),
        ]
        #expect(Set(keys).count == keys.count)
        #expect(key(body, inputs: nil) == key(body, inputs: ""))
    }

    @Test func whatIsNotJSONIsKnownByItsBytes() {
        #expect(key(Array("{\"a\":1,\"a\":2}".utf8)) != key(Array("{\"a\":1, \"a\":2}".utf8)))
        #expect(key([0xFF, 0xFE]) != key([0xFF, 0xFF]))
    }

    @Test(arguments: [(Service.openai, true), (.azure, true), (.anthropic, false), (.http, false)])
    func theNameOfACacheDoesNotCount(service: Service, isIgnored: Bool) {
        func with(_ name: String) -> [UInt8] {
            Array("{\"model\":\"m\",\"prompt_cache_key\":\"\(name)\",\"n\":1}".utf8)
        }
        #expect((key(with("a"), service: service) == key(with("b"), service: service)) == isIgnored)
        let without = key(Array("{\"model\":\"m\",\"n\":1}".utf8), service: service)
        #expect((key(with("a"), service: service) == without) == isIgnored)
        #expect(
            key(Array("{\"x\":{\"prompt_cache_key\":1}}".utf8)) != key(Array("{\"x\":{\"prompt_cache_key\":2}}".utf8)))
    }

    @Test(arguments: [
        ("/metadata/id", "{\"metadata\":{\"id\":1,\"x\":2}}", "{\"metadata\":{\"x\":2,\"id\":7}}"),
        (
            "/messages/0/id", "{\"messages\":[{\"id\":\"a\"},{\"id\":\"b\"}]}",
            "{\"messages\":[{\"id\":\"c\"},{\"id\":\"b\"}]}"
        ),
        ("/a~1b", "{\"a/b\":1}", "{\"a/b\":2}"),
        ("/é", "{\"\\u00e9\":1}", "{\"é\":2}"),
        ("/\n", "{\"\\n\":1}", "{\"\\u000a\":2}"),
        ("/0/x", "[{\"x\":1}]", "[{\"x\":2}]"),
    ])
    func ignoredPlacesDoNotCount(pointer: String, a: String, b: String) throws {
        let rules = MatchRules(ignore: [try #require(JSONPointer(parsing: pointer))])
        #expect(key(Array(a.utf8), rules: rules) == key(Array(b.utf8), rules: rules))
        #expect(key(Array(a.utf8)) != key(Array(b.utf8)))
    }

    @Test(arguments: [
        ("b=2&a=1", "a=1&b=2"), ("a=2&a=1", "a=1&a=2"), ("a=x+y", "a=x%20y"), ("a=%7e", "a=~"), ("a&&b=", "a=&b="),
        ("a=%2f/", "a=//"), ("%61=1", "a=1"),
    ])
    func queriesAreNormalised(query: String, canonical: String) throws {
        let operation = Operation(Request(method: "GET", path: "/x", query: query))
        #expect(operation.query == canonical)
        #expect(Operation(parsing: operation.description) == operation)
        #expect(key([], operation) == key([], Operation(Request(method: "GET", path: "/x", query: canonical))))
    }

    @Test(arguments: ["chat", "POST", "POST x", "", " /x"])
    func isNoOperation(text: String) { #expect(Operation(parsing: text) == nil) }

    @Test(arguments: [
        "", "8a41f0c2d1b54e77a90c3f2e6d5b1a0", "8a41f0c2d1b54e77a90c3f2e6d5b1a044", "8A41f0c2d1b54e77a90c3f2e6d5b1a04",
        "8a41f0c2d1b54e77a90c3f2e6d5b1a0g",
    ])
    func isNoKey(text: String) { #expect(InteractionKey(text) == nil) }

    /// Equal requests are answered in recorded order, which is that of the numbers, not that of the file.
    @Test func equalKeysAreInTheOrderOfTheirNumbers() throws {
        let cassette = try Cassette(writing: [
            Interaction(7, messages: ["a"], answer: "third"), Interaction(2, messages: ["a"], answer: "first"),
            Interaction(4, messages: ["b"]), Interaction(5, messages: ["a"], answer: "second"),
        ])
        let key = Interaction(1, messages: ["a"]).key
        let answers = try cassette.positions(of: key).map { position in
            String(decoding: try cassette.interaction(at: position).response.bytes, as: UTF8.self)
        }
        #expect(answers.map { $0.contains("first") } == [true, false, false])
        #expect(answers.map { $0.contains("third") } == [false, false, true])
        #expect(cassette.positions(of: Interaction(1, messages: ["c"]).key).isEmpty)
    }
}
