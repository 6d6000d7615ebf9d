import Cassettes
import Documents
import Testing

@Suite struct MatchRulesFormatTests {
    private func read(_ text: String, isHeader: Bool = true) throws -> (rules: MatchRules, problems: [Diagnostic]) {
        let node = try #require(try YAMLReader.read(text, file: "c.yaml"))
        return MatchRules.read(node, file: "c.yaml", isHeader: isHeader)
    }

    @Test func rulesAreWrittenAsTheyWereRead() throws {
        let text = """
            defaults: 1
            ignore: [/metadata/run, "$.messages[*].id", $..run_id]
            mask:
            - {path: "$.messages[*].content", pattern: uuid, as: <uuid>}
            - {pattern: "regex: run-[0-9]+", as: ""}
            alias: [{pattern: hex-id}, {path: $.x, pattern: "regex: c_\\\\w+"}]
            """
        let (rules, problems) = try read(text)
        #expect(problems.isEmpty)
        #expect(rules.ignore.map(\.description) == ["/metadata/run", "$.messages[*].id", "$..run_id"])
        #expect(rules.mask.map(\.replacement) == ["<uuid>", ""] && rules.alias.count == 2)
        let cassette = try Cassette(writing: [Interaction(1, .openAI, rules: rules)], rules: rules)
        #expect(cassette.header.rules == rules)
        #expect(cassette.check().isEmpty)
        let again = try Cassette(
            writing: [Interaction(1, .openAI, rules: cassette.header.rules)], rules: cassette.header.rules)
        #expect(Array(again.wholeBytes) == Array(cassette.wholeBytes))
    }

    @Test func noRulesAreWrittenAsBefore() throws {
        let cassette = try Cassette(writing: [])
        #expect(
            String(decoding: cassette.wholeBytes, as: UTF8.self).contains(
                "match: {defaults: 1, ignore: [], mask: []}\n"))
    }

    @Test func everythingWrongIsToldAtItsPlace() throws {
        let (_, problems) = try read(
            """
            defaults: 2
            ignore: [user, $, 1]
            mask:
            - {path: "$.messages[-1]", pattern: uuid, as: x}
            - {pattern: uuidd, as: x}
            - {pattern: "[0-9]+", as: x}
            - {pattern: "regex: a**", as: x}
            - {pattern: uuid, flags: i}
            - uuid
            alias: [{path: $.x}, {pattern: uuid, as: x}]
            order: sorted
            """)
        let expected = """
            c.yaml:1:11: error: match defaults 2 are newer than this version knows
              expected: 1 to 1
              fix: use a newer understudy
            c.yaml:2:10: error: 'user' is neither a JSON path nor a JSON pointer
              expected: a JSON path of .name, ['name'], [0], [*] and ..name ($.messages[*].content), or a JSON pointer (/messages/0)
            c.yaml:2:16: error: '$' is the whole body
              expected: a JSON path of .name, ['name'], [0], [*] and ..name ($.messages[*].content), or a JSON pointer (/messages/0)
              fix: name places inside it
            c.yaml:2:19: error: '1' is neither a JSON path nor a JSON pointer
              expected: a JSON path of .name, ['name'], [0], [*] and ..name ($.messages[*].content), or a JSON pointer (/messages/0)
            c.yaml:4:10: error: '$.messages[-1]' is neither a JSON path nor a JSON pointer
              expected: a JSON path of .name, ['name'], [0], [*] and ..name ($.messages[*].content), or a JSON pointer (/messages/0)
            c.yaml:5:13: error: unknown pattern 'uuidd'
              expected: one of uuid, iso-time, epoch, hex-id, temp-path, or 'regex: EXPRESSION'
              fix: did you mean 'uuid'?
            c.yaml:6:13: error: unknown pattern '[0-9]+'
              expected: one of uuid, iso-time, epoch, hex-id, temp-path, or 'regex: EXPRESSION'
              fix: write 'regex: [0-9]+', or use a newer understudy
            c.yaml:7:13: error: 'regex: a**' is no pattern: two repetitions in a row
              expected: a regular expression of the kind that the format document lists
            c.yaml:8:3: error: the key 'as' is missing
              expected: as: the text that takes its place, such as <uuid>
            c.yaml:8:19: error: unknown key 'flags'
              expected: one of as, path, pattern
              fix: use a newer understudy
            c.yaml:9:3: error: a mask must be a mapping, not text
              expected: NAME: VALUE pairs
            c.yaml:9:3: error: the key 'pattern' is missing
              expected: pattern: one of uuid, iso-time, epoch, hex-id, temp-path, or 'regex: EXPRESSION'
            c.yaml:9:3: error: the key 'as' is missing
              expected: as: the text that takes its place, such as <uuid>
            c.yaml:10:9: error: the key 'pattern' is missing
              expected: pattern: one of uuid, iso-time, epoch, hex-id, temp-path, or 'regex: EXPRESSION'
            c.yaml:10:38: error: unknown key 'as'
              expected: one of path, pattern
              fix: use a newer understudy
            c.yaml:11:1: error: unknown key 'order'
              expected: one of alias, defaults, ignore, mask
              fix: use a newer understudy
            """
        #expect(Diagnostics(problems).description == expected)
    }

    @Test func aProjectSaysNothingOfDefaults() throws {
        let (_, problems) = try read("defaults: 1", isHeader: false)
        #expect(problems.map(\.message) == ["unknown key 'defaults'"])
    }
}
