import Cassettes
import Documents
import TestSupport
import Testing

/// Rules do what they say, and nothing else.
@Suite struct MatchRulesTests {
    private static let request = KnownRequest(service: .http, operation: .init(method: "POST", path: "/x"), body: .null)

    private func pattern(_ text: String) throws -> MatchPattern { try #require(MatchPattern(text)) }
    private func path(_ text: String) throws -> JSONPath { try #require(JSONPath(parsing: text)) }

    /// A value with numbered ids in some of its texts; each number stands for one id.
    private struct Template {
        var value: JSONValue
        var random: SeededGenerator

        init(seed: UInt64) {
            var json = RandomJSON(seed: seed)
            random = SeededGenerator(seed: seed &+ 1)
            value = .object(JSONObject([("a", json.value()), ("b", json.value()), ("c", .string("x"))]))
            value = placing(in: value)
        }

        private mutating func placing(in value: JSONValue) -> JSONValue {
            switch value {
            case .string(let text):
                guard !random.once(in: 3) else { return value }
                return .string((0..<random.int(1...2)).reduce(text) { text, _ in text + " #\(random.int(0...3))# " })
            case .array(let items): return .array(items.map { placing(in: $0) })
            case .object(let object):
                return .object(JSONObject(object.members.map { ($0.name, placing(in: $0.value)) }))
            case .null, .bool, .number: return value
            }
        }

        /// The value with the ids in place of their numbers.
        func filled(_ ids: [String]) -> JSONValue {
            JSONValue.replacing(in: value) { text in
                ids.enumerated().reduce(text) { $0.replacing("#\($1.offset)#", with: $1.element) }
            }
        }
    }

    private static let ids = (0..<8).map { "\($0)f8fad5b-d9cb-469f-a165-70867728950e" }

    @Test func aMaskedDifferenceIsAHitAndAnyOtherAMiss() throws {
        let rules = MatchRules(mask: [.init(pattern: try pattern("uuid"), as: "<uuid>")])
        var masked = 0, json = RandomJSON(seed: 5)
        for seed in UInt64(0)..<300 {
            let template = Template(seed: seed)
            let one = template.filled(Array(Self.ids[..<4])), other = template.filled(Array(Self.ids[4...]))
            guard CanonicalJSON.bytes(of: one) != nil else { continue }
            let key = Self.request.key(of: one, rules: rules)
            #expect(Self.request.key(json.respelled(other), rules: rules) == key)
            #expect((Self.request.key(of: other) == Self.request.key(of: one)) == (one == other))
            if one != other { masked += 1 }
            for changed in RandomJSON.mutations(of: one).filter({ CanonicalJSON.bytes(of: $0) != nil }).prefix(10) {
                let isSame = JSONValue.masked(changed) == JSONValue.masked(one)
                #expect((Self.request.key(of: changed, rules: rules) == key) == isSame, "\(seed) \(changed.text())")
            }
        }
        #expect(masked > 150)
    }

    @Test func aMaskAtAPathLeavesOtherPlacesAlone() throws {
        let rules = MatchRules(mask: [.init(path: try path("$.a"), pattern: try pattern("uuid"), as: "<uuid>")])
        var inside = 0, outside = 0
        for seed in UInt64(0)..<200 {
            let template = Template(seed: seed)
            let one = template.filled(Array(Self.ids[..<4])), other = template.filled(Array(Self.ids[4...]))
            guard var a = one.objectValue, let b = other.objectValue, CanonicalJSON.bytes(of: one) != nil else {
                continue
            }
            let key = Self.request.key(of: one, rules: rules)
            if a["a"] != b["a"] { inside += 1 }
            a["a"] = b["a"]
            #expect(Self.request.key(of: .object(a), rules: rules) == key)
            guard a["b"] != b["b"] else { continue }
            outside += 1
            a["b"] = b["b"]
            #expect(Self.request.key(of: .object(a), rules: rules) != key)
        }
        #expect(inside > 50 && outside > 50)
    }

    /// Nor on the way to it: the path names a member of what is a text here.
    @Test func aTextThatAPathGoesThroughIsLeftAlone() throws {
        let rules = MatchRules(mask: [.init(path: try path("$.a.b"), pattern: try pattern("uuid"), as: "<uuid>")])
        func key(_ id: String) -> InteractionKey { Self.request.key(of: ["a": .string(id)], rules: rules) }
        #expect(key(Self.ids[0]) != key(Self.ids[1]))
    }

    @Test func aliasesAgreeExactlyWhenTheirReferencesDo() throws {
        let rules = MatchRules(alias: [.init(pattern: try pattern("uuid"))])
        var random = SeededGenerator(seed: 99)
        var hits = 0, misses = 0
        for seed in UInt64(0)..<300 {
            let template = Template(seed: seed)
            guard CanonicalJSON.bytes(of: template.value) != nil else { continue }
            let one = template.filled(Array(Self.ids[..<4]))
            // Some of the ids are the same one.
            let other = template.filled((0..<4).map { _ in Self.ids[random.int(3...6)] })
            let isSame = one.idsInOrder == other.idsInOrder
            #expect(
                (Self.request.key(of: one, rules: rules) == Self.request.key(of: other, rules: rules)) == isSame,
                "\(seed)")
            if isSame { hits += 1 } else { misses += 1 }
            #expect(
                Self.request.key(of: template.filled(Array(Self.ids[4...])), rules: rules)
                    == Self.request.key(of: one, rules: rules))
        }
        #expect(hits > 50 && misses > 50)
    }

    /// Ids appear in the order of the canonical form, so a client that orders members otherwise has the same key.
    @Test func aliasesDoNotDependOnTheOrderOfMembers() throws {
        let rules = MatchRules(alias: [.init(pattern: try pattern("regex: id[0-9]"))])
        let one = Self.request.key(Array("{\"x\":\"id1\",\"a\":{\"y\":\"id2\",\"b\":\"id1\"}}".utf8), rules: rules)
        #expect(
            Self.request.key(Array("{\"a\":{\"b\":\"id7\",\"y\":\"id3\"},\"x\":\"id7\"}".utf8), rules: rules) == one)
        #expect(
            Self.request.key(Array("{\"a\":{\"b\":\"id7\",\"y\":\"id3\"},\"x\":\"id3\"}".utf8), rules: rules) != one)
    }

    @Test(arguments: [
        ("$.a", "{\"a\":1,\"b\":2}", "{\"b\":2}", "{\"a\":1}"),
        ("$..id", "{\"a\":[{\"id\":1,\"x\":{\"id\":2}}],\"id\":3}", "{\"a\":[{\"x\":{}}]}", "{\"a\":[{}]}"),
        ("$[*].t", "[{\"t\":1},{\"t\":2,\"u\":3}]", "[{},{\"u\":3}]", "[{\"u\":3},{}]"),
        ("$.m[0]", "{\"m\":[1,2]}", "{\"m\":[9,2]}", "{\"m\":[1,3]}"),
        ("$['a.b']", "{\"a.b\":1}", "{}", "{\"a\":{\"b\":1}}"),
        ("/m/0", "{\"m\":{\"0\":1}}", "{\"m\":{}}", "{\"m\":{\"1\":1}}"),
        ("$.m[*].c", "{\"m\":{\"k\":{\"c\":1}}}", "{\"m\":{\"k\":{\"c\":2}}}", "{\"m\":{\"j\":{\"c\":1}}}"),
        ("$..a..b", "{\"a\":{\"x\":{\"b\":1}},\"b\":1}", "{\"a\":{\"x\":{}},\"b\":1}", "{\"a\":{\"x\":{}},\"b\":2}"),
    ])
    func anIgnoredPlaceDoesNotCount(rule: String, body: String, same: String, other: String) throws {
        let rules = MatchRules(ignore: [try path(rule)])
        let key = Self.request.key(Array(body.utf8), rules: rules)
        #expect(Self.request.key(Array(same.utf8), rules: rules) == key)
        #expect(Self.request.key(Array(other.utf8), rules: rules) != key)
        #expect(Self.request.key(Array(same.utf8)) != Self.request.key(Array(body.utf8)))
    }

    /// Redaction comes first, then ignore, mask, alias; and paths see a body as the protocol's defaults leave it.
    @Test func stepsComeInTheirOrder() throws {
        let rules = MatchRules(
            ignore: [try path("$.generationConfig.topK")],
            mask: [.init(pattern: try pattern("regex: t[0-9]"), as: "id-9")],
            alias: [.init(pattern: try pattern("regex: id-[0-9]"))])
        let gemini = KnownRequest(service: .gemini, operation: .init(method: "POST", path: "/x"), body: .null)
        let a = gemini.key(
            Array("{\"generation_config\":{\"top_k\":1},\"x\":\"t1\",\"y\":\"id-9\"}".utf8), rules: rules)
        let b = gemini.key(Array("{\"generationConfig\":{\"topK\":2},\"x\":\"id-3\",\"y\":\"t7\"}".utf8), rules: rules)
        #expect(a != b)
        #expect(a == gemini.key(Array("{\"generationConfig\":{},\"x\":\"id-4\",\"y\":\"id-4\"}".utf8), rules: rules))
    }

    @Test func whatARuleIsGoodForIsCounted() throws {
        let rules = MatchRules(
            ignore: [try path("$.metadata.run"), try path("$..nothing")],
            mask: [
                .init(pattern: try pattern("uuid"), as: "<uuid>"),
                .init(path: try path("$.x"), pattern: try pattern("epoch"), as: "t"),
            ],
            alias: [.init(pattern: try pattern("regex: call_[a-z]"))])
        let body: JSONValue = [
            "metadata": ["run": 1], "t": .string(Self.ids[0] + " " + Self.ids[1]), "c": ["call_a", "call_b call_a"],
        ]
        let cassette = try Cassette(
            writing: [
                Interaction(1, Self.request, body, rules: rules),
                Interaction(2, Self.request, ["metadata": ["run": 2]], rules: rules),
            ],
            rules: rules)
        let uses = cassette.ruleUses()
        #expect(uses.map(\.count) == [2, 0, 2, 0, 3])
        #expect(uses.map(\.rule) == ["$.metadata.run", "$..nothing", "uuid", "epoch in $.x", "regex: call_[a-z]"])
        #expect(uses.map(\.kind) == [.ignore, .ignore, .mask, .mask, .alias])
        #expect(Set(uses.map(\.place)).count == 5 && uses.allSatisfy { $0.place.line > 1 })
    }
}

extension JSONValue {
    fileprivate static func replacing(in value: JSONValue, _ change: (String) -> String) -> JSONValue {
        switch value {
        case .string(let text): .string(change(text))
        case .array(let items): .array(items.map { replacing(in: $0, change) })
        case .object(let object): .object(JSONObject(object.members.map { ($0.name, replacing(in: $0.value, change)) }))
        case .null, .bool, .number: value
        }
    }

    private static let uuid = #"[0-9a-f]{8}-d9cb-469f-a165-70867728950e"#

    /// As the test sees a mask: ids with a word character next to them are none.
    fileprivate static func masked(_ value: JSONValue) -> JSONValue {
        replacing(in: value) { text in
            (try? Regex(#"\b"# + uuid + #"\b"#).wordBoundaryKind(.simple).asciiOnlyWordCharacters().matchingSemantics(
                .unicodeScalar))
                .map { text.replacing($0, with: "<uuid>") } ?? text
        }
    }

    /// For each id in canonical order, how many different ones came before its first appearance.
    fileprivate var idsInOrder: [Int] {
        var known: [String: Int] = [:]
        guard let bytes = CanonicalJSON.bytes(of: self), let regex = try? Regex(Self.uuid) else { return [] }
        return String(decoding: bytes, as: UTF8.self).matches(of: regex).map { match in
            let text = String(match.0)
            known[text] = known[text] ?? known.count
            return known[text] ?? 0
        }
    }
}
