public import Cassettes
import Foundation

extension Project {
    /// Puts an edited cassette in a file's place, with all that stands beside it; what nothing refers to any more is removed.
    ///
    /// - Parameter sources: Where contents are that the file's own folder does not have.
    /// - Throws: `FileError`; the file is then as it was.
    public func replace(_ path: String, with edited: EditedCassette, copyingFrom sources: [BesideFolder] = []) throws {
        let folder = BesideFolder(ofCassette: path)
        for content in edited.contents { try folder.write(content) }
        for digest in edited.referenced where try folder.read(digest) == nil {
            guard let bytes = try BesideFolders(sources).read(digest) else { continue }
            try folder.write(BesideContent(bytes))
        }
        do {
            let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        } catch {
            throw FileError("make the folder of", path, cause: error.localizedDescription)
        }
        try replace(path, with: edited.bytes)
        // A recording in progress may refer to what the cassette no longer does.
        if !exists(path + ".recording") { try folder.remove(edited.unreferenced) }
    }
}

extension Project {
    /// - Throws: `FileError`.
    public func remove(_ path: String) throws {
        guard unlink(path) == 0 else { throw FileError.system("remove", path) }
    }
}

/// Several folders, the first that has a content counts.
public struct BesideFolders: BesideFiles {
    private let folders: [BesideFolder]

    public init(_ folders: [BesideFolder]) { self.folders = folders }

    public func read(_ digest: BesideDigest) throws -> [UInt8]? {
        for folder in folders {
            if let bytes = try folder.read(digest) { return bytes }
        }
        return nil
    }

    public func write(_ content: BesideContent) throws { try folders.first?.write(content) }
}
