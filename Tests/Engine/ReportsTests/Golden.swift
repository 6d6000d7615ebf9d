import Foundation
import Testing

/// Compares a rendering with its file in `Golden/`, byte for byte.
///
/// With `UPDATE_GOLDEN=1` the file is written instead; never when `CI` is `true`.
func expectGolden(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
    let environment = ProcessInfo.processInfo.environment
    if environment["UPDATE_GOLDEN"] == "1", environment["CI"] != "true" {
        try Data(text.utf8).write(to: file)
        return
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    #expect(
        text.utf8.elementsEqual(expected.utf8), "\(name) differs; it is now:\n\(text)", sourceLocation: sourceLocation)
}
