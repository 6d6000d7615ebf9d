public import Cassettes
import Foundation

/// A project's files: scenarios and cassettes under one folder, named by their paths.
public struct Project: Sendable {
    /// As the user typed it; empty for the current folder.
    public let folder: String

    public init(folder: String = "") { self.folder = folder }

    private func path(_ relative: String) -> String { folder.isEmpty ? relative : "\(folder)/\(relative)" }

    public var scenariosFolder: String { path("scenarios") }
    public var cassettesFolder: String { path("cassettes") }
    public var storeFile: String { path(".understudy/store.sqlite") }

    // MARK: Reading

    /// Reads all of a file, of a pipe, or of standard input, which is named `-`.
    ///
    /// - Throws: `FileError`.
    public func read(_ path: String) throws -> [UInt8] { try InputFile(path).readToEnd() }

    public func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// The YAML files that paths name: a file is itself, a folder all below it, sorted; baselines are left out.
    ///
    /// - Throws: `FileError` for a path that is not there.
    public func yamlFiles(at paths: [String]) throws -> [String] {
        var files: [String] = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw FileError.missing(path, "there is no such file or folder")
            }
            files += isFolder.boolValue ? yamlFiles(below: path) : [path]
        }
        var seen: Set<String> = []
        return files.filter { seen.insert($0).inserted }
    }

    private func yamlFiles(below folder: String) -> [String] {
        let paths = FileManager.default.enumerator(atPath: folder).map { Array($0.compactMap { $0 as? String }) } ?? []
        return paths.filter { $0.hasSuffix(".yaml") && !$0.hasSuffix(".baseline.yaml") }.sorted().map {
            "\(folder)/\($0)"
        }
    }

    /// The names of all scenarios found, sorted: paths under the scenarios' folder, as cassettes have them.
    public var scenarioNames: [CassetteName] {
        yamlFiles(below: scenariosFolder).compactMap { cassetteName(ofScenario: $0) }
    }

    // MARK: Cassettes

    public func file(of name: CassetteName) -> String { "\(cassettesFolder)/\(name.text).yaml" }

    /// The names of all cassettes found, sorted.
    public var cassetteNames: [CassetteName] {
        let prefix = cassettesFolder + "/"
        return yamlFiles(below: cassettesFolder).compactMap {
            CassetteName(String($0.dropFirst(prefix.count).dropLast(5)))
        }
    }

    /// The file of a cassette that is there; its name is looked up among the files found, never turned into a path.
    ///
    /// - Throws: `FileError` when there is none.
    private func existingFile(of name: CassetteName) throws -> String {
        guard cassetteNames.contains(name) else {
            throw FileError(
                "find", "cassette \(name)", cause: "there is no \(file(of: name))",
                fix: "understudy record \(name), or name one that is there", isMissing: true)
        }
        return file(of: name)
    }

    /// - Throws: `FileError` when there is none, `Diagnostics` when it is broken.
    public func cassette(_ name: CassetteName) throws -> Cassette { try cassette(atPath: existingFile(of: name)) }

    /// Opens a file, with what stands beside it in `NAME.files/`.
    public func cassette(atPath path: String) throws -> Cassette {
        try Cassette(try read(path), file: path, beside: BesideFolder(ofCassette: path))
    }

    /// The name a scenario's file gives its cassette: its path under the scenarios' folder; nil for a file elsewhere.
    public func cassetteName(ofScenario path: String) -> CassetteName? {
        pathBelowScenarios(path).flatMap { CassetteName(String($0)) }
    }

    /// Whether a file stands in the scenarios' folder, or below it, whatever its name.
    public func isScenario(_ path: String) -> Bool { pathBelowScenarios(path) != nil }

    /// Without its ending.
    private func pathBelowScenarios(_ path: String) -> Substring? {
        let folder = URL(fileURLWithPath: scenariosFolder).standardizedFileURL.path + "/"
        let file = URL(fileURLWithPath: path).standardizedFileURL.path
        guard file.hasPrefix(folder), file.hasSuffix(".yaml") else { return nil }
        return file.dropFirst(folder.count).dropLast(5)
    }
}

extension Project {
    /// What the flag `--cassette` names: a file when it ends in `.yaml`, else the file of a name.
    ///
    /// - Throws: `FileError`.
    public func cassetteFile(named text: String) throws -> String {
        if text.hasSuffix(".yaml") { return text }
        if let problem = folderProblem(text) { throw problem }
        guard let name = CassetteName(text.replacing(":", with: "/")) else {
            throw FileError(
                "find", "cassette '\(text)'",
                cause: "it is neither a name (\(CassetteName.expected)) nor a file ending in .yaml",
                isMissing: true)
        }
        return try existingFile(of: name)
    }

    /// The error for a folder where a cassette is meant, which names the cassettes in it; nil for anything else.
    private func folderProblem(_ text: String) -> FileError? {
        let name = CassetteName(text.replacing(":", with: "/"))
        if let name, exists(file(of: name)) { return nil }
        let places = [text] + (name.map { ["\(cassettesFolder)/\($0.text)"] } ?? [])
        for place in places {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder), isFolder.boolValue else {
                continue
            }
            let folder = URL(fileURLWithPath: place).standardizedFileURL.path + "/"
            let inside = cassetteNames.map(\.text).filter { name in
                let file = URL(fileURLWithPath: "\(cassettesFolder)/\(name)").standardizedFileURL.path
                return file.hasPrefix(folder)
            }
            let shown = inside.prefix(8).joined(separator: ", ")
            let more = inside.count > 8 ? ", … (\(inside.count) in all)" : ""
            return FileError(
                "open", "cassette '\(text)'", cause: "\(place) is a folder",
                fix: inside.isEmpty ? "name a cassette's file" : "name one of the cassettes in it: \(shown)\(more)",
                isMissing: true)
        }
        return nil
    }

    /// Opens what the flag `--cassette` names.
    ///
    /// - Throws: `FileError`; `Diagnostics` when it is broken.
    public func cassette(named text: String) throws -> Cassette { try cassette(atPath: cassetteFile(named: text)) }

    /// Replaces a file's text at once: nobody ever sees half of it.
    ///
    /// - Throws: `FileError`.
    public func replace(_ path: String, with bytes: [UInt8]) throws {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw FileError("write", path, cause: error.localizedDescription)
        }
    }

    /// Adds to the end of a file, which is made when it is not there.
    ///
    /// - Throws: `FileError`.
    public func append(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError.system("open", path) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(text.utf8))
            try handle.synchronize()
        } catch {
            throw FileError("write to", path, cause: error.localizedDescription)
        }
    }
}

extension Project {
    /// Whether a path leads to somewhere below this folder.
    public func contains(_ path: String) -> Bool {
        let folder = URL(fileURLWithPath: ".").resolvingSymlinksInPath().path
        return URL(fileURLWithPath: path).resolvingSymlinksInPath().path.hasPrefix(folder == "/" ? "/" : folder + "/")
    }
}
