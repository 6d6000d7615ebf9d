import Foundation
import HopXProtocol
import Testing

/// The document that lists the operations is made from their table; `UPDATE_GOLDEN=1` writes it anew.
@Suite struct OperationsDocumentTests {
    @Test func everyOperationIsListedWithItsClass() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let file = root.appending(path: "docs/hopx.md")
        let document = try String(contentsOf: file, encoding: .utf8)
        let start = "<!-- operations -->\n", end = "<!-- end -->"
        let from = try #require(document.firstRange(of: start)?.upperBound)
        let to = try #require(document.firstRange(of: end)?.lowerBound)
        let environment = ProcessInfo.processInfo.environment
        if environment["UPDATE_GOLDEN"] == "1", environment["CI"] != "true" {
            try (document[..<from] + Self.table + document[to...]).write(to: file, atomically: true, encoding: .utf8)
            return
        }
        #expect(document[from..<to] == Self.table)
    }

    private static var table: String {
        let rows = HopXOperation.entries.map { entry in
            let classes =
                entry.classes.before == entry.classes.after
                ? "\(entry.classes.before)" : "\(entry.classes.before), then \(entry.classes.after)"
            return "| `\(entry.method) \(entry.pattern)` | \(classes) |\n"
        }
        return "| Operation | Class |\n|---|---|\n" + rows.joined()
    }
}
