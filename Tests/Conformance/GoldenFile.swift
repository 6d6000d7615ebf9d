import Documents
import Foundation

/// A golden file on disk.
struct GoldenFile {
    let path: String

    var name: String { path.split(separator: "/").last.map { String($0.dropLast(".json".count)) } ?? path }

    /// Performs the file's program, and only then looks at what is expected of it.
    ///
    /// - Parameter checksWire: Whether what was said must also be told from the requests alone.
    /// - Returns: What is wrong; nil when everything is as expected.
    func failure(checksWire: Bool = false) async -> String? {
        do {
            let program = try program()
            let observed = try await program.perform()
            if let difference = firstDifference(try expected(), observed) { return difference.description }
            if !program.leftOver.isEmpty { return program.leftOver.joined(separator: ", ") }
            guard checksWire else { return nil }
            return WireComparison(transcript: program.transcript, names: program.names).failure.map {
                "from the wire: \($0)"
            }
        } catch {
            return "\(error)"
        }
    }

    private func program() throws -> GoldenProgram {
        let file = try read()
        return try GoldenProgram(
            config: file["config"] ?? .null, actions: file["actions"]?.arrayValue ?? [], script: file["script"] ?? .null
        )
    }

    private func expected() throws -> JSONValue? { try read()["expected"] }

    func read() throws -> JSONValue { try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: path)))) }

    /// All files of a folder, by name.
    static func all(in folder: String) throws -> [GoldenFile] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted()
            .map { GoldenFile(path: "\(folder)/\($0)") }
    }
}
