import Foundation
import Testing

/// A user's project in a folder of its own, gone when its test is; and the built command, run in it.
final class ProjectFolder: Sendable {
    /// What a command left behind.
    struct Outcome: Sendable, CustomStringConvertible {
        let arguments: [String]
        /// 128 and the signal's number when a signal ended it.
        let status: Int32
        let output: String
        let complaints: String

        var description: String {
            "understudy \(arguments.joined(separator: " ")): exit \(status)\n--- output\n\(output)--- complaints\n\(complaints)"
        }
    }

    let path: String
    let scratch: String

    init() throws {
        let base = FileManager.default.temporaryDirectory.appending(path: "understudy-\(UUID().uuidString)").path
        path = base + "/project"
        scratch = base + "/outputs"
        for folder in ["\(path)/scenarios", "\(path)/cassettes", scratch, base + "/home"] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent) }

    // MARK: Files

    func write(_ text: String, to file: String) throws {
        let place = URL(fileURLWithPath: "\(path)/\(file)")
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: place)
    }

    func text(_ file: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(file)")), as: UTF8.self)
    }

    func has(_ file: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(file)") }

    /// All files below the folder but Python's start-up file, by their paths in it, sorted.
    var files: [String] {
        let all = FileManager.default.enumerator(atPath: path).map { Array($0.compactMap { $0 as? String }) } ?? []
        return all.filter { file in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(path)/\(file)", isDirectory: &isFolder)
                && !isFolder.boolValue && !file.hasPrefix(".understudy/shim/")
        }.sorted()
    }

    /// The files that have a text somewhere, whatever their format.
    func files(containing text: String) throws -> [String] {
        try files.filter {
            try Data(contentsOf: URL(fileURLWithPath: "\(path)/\($0)")).range(of: Data(text.utf8)) != nil
        }
    }

    /// Writes a copy of a file in which a text is another one.
    ///
    /// - Parameter occurrence: Which one, counted from 0; negative from the end.
    func copy(_ file: String, to copy: String? = nil, replacing old: String, with new: String, occurrence: Int = 0)
        throws
    {
        let text = try text(file)
        var ranges: [Range<String.Index>] = []
        var rest = text.startIndex..<text.endIndex
        while let range = text.range(of: old, options: .literal, range: rest) {
            ranges.append(range)
            rest = range.upperBound..<text.endIndex
        }
        let index = occurrence < 0 ? ranges.count + occurrence : occurrence
        try #require(ranges.indices.contains(index), "\(file) has \(ranges.count) of '\(old)'")
        try write(text.replacingCharacters(in: ranges[index], with: new), to: copy ?? file)
    }

    // MARK: The command

    /// `UNDERSTUDY` if set, else what was built beside this test, else what the package's debug build has.
    static let command: String = {
        if let named = ProcessInfo.processInfo.environment["UNDERSTUDY"] { return named }
        let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = (test as NSString).deletingLastPathComponent + "/understudy"
        return FileManager.default.isExecutableFile(atPath: beside)
            ? beside : "\(packageFolder)/.build/debug/understudy"
    }()

    /// The folder with `Package.swift`.
    static let packageFolder: String =
        URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// Nothing of whoever runs the tests: no keys, no `CI`, no home folder.
    private func environment(_ more: [String: String]) -> [String: String] {
        let own = ProcessInfo.processInfo.environment
        var clean = ["HOME": (path as NSString).deletingLastPathComponent + "/home", "LANG": "C.UTF-8"]
        for name in ["PATH", "LD_LIBRARY_PATH", "PYENV_ROOT"] { clean[name] = own[name] }
        return clean.merging(more) { _, new in new }
    }

    /// Runs the command to its end, which is forced after two minutes.
    func run(_ arguments: String..., environment: [String: String] = [:], below launcher: [String] = []) async throws
        -> Outcome
    {
        try await run(arguments, environment: environment, below: launcher)
    }

    func run(_ arguments: [String], environment: [String: String] = [:], below launcher: [String] = []) async throws
        -> Outcome
    {
        try await running(arguments, environment: environment, below: launcher) { child in
            let overtime = DispatchWorkItem { child.killGroup() }
            DispatchQueue.global().asyncAfter(deadline: .now() + 120, execute: overtime)
            defer { overtime.cancel() }
            let status = await child.end()
            return Outcome(arguments: arguments, status: status, output: child.output, complaints: child.complaints)
        }
    }

    /// Runs the command for as long as `body` takes; then it and its process group are killed.
    func running<Value: Sendable>(
        _ arguments: [String], environment: [String: String] = [:], below launcher: [String] = [],
        _ body: (ChildProcess) async throws -> Value
    ) async throws -> Value {
        let child = try ChildProcess(
            launcher + [ProjectFolder.command] + arguments, environment: self.environment(environment), folder: path,
            scratch: scratch)
        defer { child.killGroup() }
        return try await body(child)
    }
}
