import Foundation

/// A file of the package's sources.
struct SourceFile: Sendable, CustomStringConvertible {
    let layer: String
    let module: String
    let path: String
    /// Without comments and without what stands in quotes.
    let code: String
    /// The modules it imports, whatever the access level.
    let imports: Set<String>

    var description: String { path }

    init(layer: String, module: String, path: String, text: String) {
        self.layer = layer
        self.module = module
        self.path = path
        let prose = /"""[\s\S]*?"""|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"/
        code = text.replacing(prose) { $0.output.hasPrefix("/") ? "" : "\"\"" }
        let statement =
            /(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?import\s+(?:(?:struct|class|enum|func|protocol|typealias|var|let)\s+)?(\w+).*/
        imports = Set(
            code.split(separator: "\n").filter { $0.contains("import") }
                .compactMap { $0.drop(while: \.isWhitespace).wholeMatch(of: statement).map { String($0.1) } })
    }

    /// Every Swift file under `Sources`, read once.
    static let all = Result { try read() }

    private static func read() throws -> [SourceFile] {
        let sources = Manifest.root.appending(path: "Sources").resolvingSymlinksInPath()
        let start = sources.path().count + (sources.path().hasSuffix("/") ? 0 : 1)
        guard let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil) else {
            return []
        }
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.map { url in
            let path = String(url.path().dropFirst(start))
            let parts = path.split(separator: "/")
            return SourceFile(
                layer: String(parts[0]), module: String(parts[1]), path: path,
                text: try String(contentsOf: url, encoding: .utf8))
        }
    }

    /// True when the name stands in the code, not as a part of a longer one.
    func uses(_ name: String) -> Bool {
        code.ranges(of: name).contains { range in
            guard let first = name.first, first.isLetter, range.lowerBound > code.startIndex else { return true }
            let before = code[code.index(before: range.lowerBound)]
            return !before.isLetter && !before.isNumber && before != "_" && before != "."
        }
    }
}
