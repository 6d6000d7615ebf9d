import Digests
import Foundation

/// A start-up file for Python that makes programs reach the services they are told to, though they cannot be told.
///
/// It lies alone in a folder that comes first in `PYTHONPATH`.
public enum PythonShim {
    /// Names the folder that takes the place of AutoGen's disk caches; nothing is done about them without it.
    public static let cacheVariable = "UNDERSTUDY_CACHE_FOLDER"

    /// Names the file that gets a line, `HOST:PORT`, for each other machine that a program connects to.
    public static let elsewhereVariable = "UNDERSTUDY_ELSEWHERE_FILE"

    private static let fileName = "sitecustomize.py"

    /// Twelve hex digits that change with the text.
    public static var version: String { String(Digest.sha256Hex(Array(source.utf8)).prefix(12)) }

    /// Writes the file into a folder, which is made if it is not there; both are for this user alone.
    ///
    /// - Throws: `FolderError`.
    public static func write(into folder: String) throws {
        let file = "\(folder)/\(fileName)"
        do {
            let files = FileManager.default
            try files.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            if let there = try? Data(contentsOf: URL(fileURLWithPath: file)), there == Data(source.utf8) { return }
            // At once: a Python that starts meanwhile sees the old file or the new one.
            try Data(source.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        } catch {
            throw FolderError(path: file, cause: error.localizedDescription)
        }
    }

    /// What `PYTHONPATH` has to be: the folder, then what was there.
    public static func pythonPath(_ folder: String, before old: String?) -> String {
        // An empty entry would be the current folder.
        [folder, old ?? ""].filter { !$0.isEmpty }.joined(separator: ":")
    }
}
