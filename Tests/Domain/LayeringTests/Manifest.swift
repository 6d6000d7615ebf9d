import Foundation

/// The package as its manifest's text declares it, and the sources beside it.
struct Manifest {
    struct Module {
        let layer: String
        let name: String
        /// Modules of this package and products of others, by the name that is imported.
        let dependencies: [String]
    }

    let modules: [Module]
    /// What the command's target depends on.
    let command: [String]

    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    init() throws {
        try self.init(text: String(contentsOf: Manifest.root.appending(path: "Package.swift"), encoding: .utf8))
    }

    /// Reads `let NAME = Target.Dependency.product(name: "PRODUCT", …)` and `module("LAYER", "NAME", […])`, on one line or several.
    init(text: String) throws {
        let code = text.replacing(try Regex("//[^\n]*"), with: "")
        var products: [String: String] = [:]
        for match in code.matches(of: /let\s+(\w+)\s*=\s*Target\.Dependency\.product\(\s*name:\s*"([^"]+)"/) {
            products[String(match.1)] = String(match.2)
        }
        func names(_ list: Substring) -> [String] {
            list.matches(of: /"([^"]+)"|(\w+)/).map { match in
                if let literal = match.1 { return String(literal) }
                let variable = match.2.map(String.init) ?? ""
                return products[variable] ?? variable
            }
        }
        modules = code.matches(of: /module\(\s*"(\w+)"\s*,\s*"(\w+)"\s*(?:,\s*\[([^\]]*)\])?\s*,?\s*\)/).map { match in
            Module(layer: String(match.1), name: String(match.2), dependencies: names(match.3 ?? ""))
        }
        let executable = code.firstMatch(of: /executableTarget\(\s*name:\s*"\w+"\s*,\s*dependencies:\s*\[([^\]]*)\]/)
        command = executable.map { names($0.1) } ?? []
    }

    func layer(of name: String) -> String? { modules.first { $0.name == name }?.layer }
}
