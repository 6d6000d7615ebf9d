import Testing

/// Imports point down, and each outside library is known to one module.
@Suite struct LayeringTests {
    private let manifest: Manifest
    private let files: [SourceFile]

    init() throws {
        manifest = try Manifest()
        files = try SourceFile.all.get()
    }

    /// Who may import what comes from outside; a prefix ends in `*`.
    private static let owners: [(library: String, module: String)] = [
        ("Yams", "Documents"), ("Crypto", "Digests"), ("_CryptoExtras", "Digests"), ("NIO*", "HTTPNetwork"),
        ("Hummingbird*", "HTTPNetwork"),
        ("AsyncHTTPClient", "HTTPNetwork"), ("HTTPTypes*", "HTTPNetwork"), ("WSCore", "HTTPNetwork"),
        ("WSClient", "HTTPNetwork"),
        ("ServiceLifecycle", "HTTPNetwork"), ("GRDB", "TranscriptStore"), ("GRDBSQLite", "TranscriptStore"),
        ("Subprocess", "Processes"),
        ("SystemPackage", "Processes"), ("ArgumentParser", "understudy"), ("UnixSignals", "understudy"),
    ]

    private static func owner(of library: String) -> String? {
        owners.first {
            $0.library == library || ($0.library.hasSuffix("*") && library.hasPrefix($0.library.dropLast()))
        }?.module
    }

    private static let system: Set<String> = [
        "Swift", "Foundation", "FoundationEssentials", "Synchronization", "Observation", "RegexBuilder", "_Concurrency",
        "Logging", "Glibc", "Darwin", "Musl",
    ]

    @Test func theManifestIsUnderstood() {
        #expect(manifest.modules.count >= 6)
        #expect(Set(manifest.modules.map(\.layer)).isSubset(of: ["Domain", "Engine", "Edges"]))
        #expect(manifest.modules.first { $0.name == "Documents" }?.dependencies == ["Yams"])
        #expect(
            manifest.modules.first { $0.name == "Cassettes" }?.dependencies == ["Documents", "Digests", "HTTPMessages"])
        #expect(manifest.command.contains("ArgumentParser"))
        #expect(files.count > 40)
        #expect(files.first { $0.path == "Domain/Documents/YAMLReader.swift" }?.imports == ["Yams"])
    }

    @Test func targetsDependDownwards() {
        let allowed: [String: Set<String>] = [
            "Domain": ["Domain"], "Engine": ["Domain", "Engine"], "Edges": ["Domain"],
        ]
        for module in manifest.modules {
            for name in module.dependencies {
                if let layer = layer(of: name) {
                    #expect(
                        allowed[module.layer]?.contains(layer) == true,
                        "\(module.layer)/\(module.name) depends on \(layer)/\(name)")
                } else {
                    #expect(isOutside(name, allowedIn: module.name), "\(module.name) depends on \(name)")
                }
            }
        }
    }

    @Test func filesImportDownwards() {
        let allowed: [String: Set<String>] = [
            "Domain": ["Domain"], "Engine": ["Domain", "Engine"], "Edges": ["Domain"],
            "CommandLine": ["Domain", "Engine", "Edges"],
        ]
        for file in files {
            for name in file.imports {
                if let layer = layer(of: name) {
                    #expect(allowed[file.layer]?.contains(layer) == true, "\(file) imports \(layer)/\(name)")
                } else {
                    #expect(isOutside(name, allowedIn: file.module), "\(file) imports \(name)")
                }
            }
        }
    }

    /// No domain or engine module knows any library but those named above.
    private func isOutside(_ library: String, allowedIn module: String) -> Bool {
        if let owner = Self.owner(of: library) { return owner == module }
        return Self.system.contains(library)
    }

    /// The layer of a module of this package, also of one whose folder is there before its line in the manifest.
    private func layer(of module: String) -> String? {
        manifest.layer(of: module) ?? files.first { $0.module == module }?.layer
    }

    @Test func eachFileIsInADeclaredLayer() {
        for file in files {
            #expect(["Domain", "Engine", "Edges", "CommandLine"].contains(file.layer), "\(file)")
            if let layer = manifest.layer(of: file.module) { #expect(layer == file.layer, "\(file)") }
        }
    }

    @Test(arguments: [
        "FileManager", "FileHandle", "URLSession", "ProcessInfo", "contentsOfFile", "contentsOf: URL", "Date()",
        "Date.now", ".random(", "SystemRandomNumberGenerator",
        "UUID()", "Process()", "Task.sleep", "ContinuousClock", "SuspendingClock", "fopen(", "getenv(", "socket(AF",
        "DispatchQueue", "print(",
    ])
    func noDomainFileReachesTheWorld(name: String) {
        for file in files where file.layer == "Domain" && file.uses(name) {
            Issue.record("\(file) uses \(name)")
        }
    }

    @Test(arguments: [
        "FileManager", "FileHandle", "URLSession", "ProcessInfo", "Date()", "Date.now", "Process()",
        "SystemRandomNumberGenerator",
    ])
    func noEngineFileReachesTheWorld(name: String) {
        for file in files where file.layer == "Engine" && file.uses(name) {
            Issue.record("\(file) uses \(name)")
        }
    }
}

/// The rules above see what they should.
@Suite struct ManifestTests {
    @Test func readsModulesHoweverTheyAreLaidOut() throws {
        let manifest = try Manifest(
            text: """
                let yams = Target.Dependency.product(name: "Yams", package: "Yams")
                // module("Domain", "Commented")
                targets: [
                    module("Domain", "A", [yams]), module("Domain", "B"),
                    module(
                        "Engine", "C",
                        ["A", "B",
                         yams, other,
                        ]
                    ),
                    .executableTarget(
                        name: "x",
                        dependencies: [
                            "A", yams,
                        ])
                ]
                """)
        #expect(manifest.modules.map(\.name) == ["A", "B", "C"])
        #expect(manifest.modules.map(\.dependencies) == [["Yams"], [], ["A", "B", "Yams", "other"]])
        #expect(manifest.command == ["A", "Yams"])
    }

    @Test func seesImportsOfEveryKind() {
        let file = SourceFile(
            layer: "Domain", module: "X", path: "x",
            text:
                "import A\npublic import B\n  internal import struct C.D\n@testable import E\n// import F\n@preconcurrency public import G\nlet x = \"import H\"\nlet y = \"\"\"\nimport I\n\"\"\"\n"
        )
        #expect(file.imports == ["A", "B", "C", "E", "G"])
    }

    @Test func seesNamesInCodeOnly() {
        let text =
            "let a = Date()\n// print(x)\nlet b = \"FileManager \\\" x\"\nmyFileManager.Date.now\nreprint(1)\nx.random(in: y)\n"
        let file = SourceFile(layer: "Domain", module: "X", path: "x", text: text)
        #expect(
            ["Date()", "print(", "FileManager", "Date.now", ".random("].filter(file.uses) == ["Date()", ".random("])
    }
}
