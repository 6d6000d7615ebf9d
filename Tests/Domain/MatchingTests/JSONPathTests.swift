import Documents
import Testing

@testable import Cassettes

@Suite struct JSONPathTests {
    @Test(arguments: [
        "", "a", "$a", "$.", "$..", "$.1", "$.a-b", "$[", "$[a]", "$['a'", "$['a\\b']", "$[-1]", "$[01]", "$[ 0]",
        "$.*", "$..*", "$..[0]", "$[0:1]", "$[?(@)]", "/a~2",
    ])
    func isRefused(text: String) { #expect(JSONPath(parsing: text) == nil) }

    @Test(arguments: [
        "$", "$.a", "$._a9", "$.é", "$['a b']", "$[\"a'b\"]", "$['it\\'s \\\\']", "$[0]", "$[*]", "$..a", "$..['a b']",
        "$.a[0]['b'][*]..c", "/a~1b/0", "/",
    ])
    func isReadAndKeptAsWritten(text: String) throws {
        #expect(try #require(JSONPath(parsing: text)).description == text)
    }

    @Test(arguments: [
        ("$.a", "/a", true), ("$.a", "/a/b/0", true), ("$.a", "/b", false), ("$.a.b", "/a", false),
        ("$..id", "/x/0/id", true), ("$..id", "/x/0/ids", false),
        ("$.m[*].c", "/m/3/c", true), ("$.m[1]", "/m/1", true), ("$.m[1]", "/m/2", false), ("/m/1", "/m/1/x", true),
        ("$['1']", "/1", true),
    ])
    func coversAPlaceAndWhatIsInside(path: String, place: String, covers: Bool) throws {
        #expect(try #require(JSONPath(parsing: path)).covers(try #require(JSONPointer(parsing: place))) == covers)
    }

    @Test(arguments: [
        ("$", [#"{"a":{"id":1,"b":[{"id":2},{"c":null}]},"1":"x"}"#]), ("$.a.id", ["1"]), ("$['1']", [#""x""#]),
        ("/1", [#""x""#]), ("$.a.b[*]", [#"{"id":2}"#, #"{"c":null}"#]), ("$..id", ["1", "2"]), ("$..c", ["null"]),
        ("$.a.b[1].c", ["null"]), ("/a/b/0/id", ["2"]), ("$.a.b[2]", []), ("$.a.id.x", []), ("$.z", []), ("/a/b/-", []),
    ])
    func findsTheValuesInTheirOrder(path: String, values: [String]) throws {
        let value = try JSONValue(parsing: #"{"a":{"id":1,"b":[{"id":2},{"c":null}]},"1":"x"}"#)
        let path = try #require(JSONPath(parsing: path))
        #expect(path.values(in: value).map { $0.text() } == values)
    }
}
