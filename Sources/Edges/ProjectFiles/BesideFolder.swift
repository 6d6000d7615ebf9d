public import Cassettes
import Foundation

/// The folder `NAME.files/` beside a cassette `NAME.yaml`, which also serves its recordings.
public struct BesideFolder: BesideFiles {
    /// It need not exist: it is made for the first content.
    public let path: String

    /// - Parameter file: The cassette's own path, that of a recording of it (`.yaml.recording`), or of its stale answers.
    public init(ofCassette file: String) {
        var name = file[...]
        for ending in [".old", ".complete", ".recording", ".stale"] where name.hasSuffix(ending) {
            name = name.dropLast(ending.count)
        }
        if name.hasSuffix(".yaml") { name = name.dropLast(".yaml".count) }
        path = name + ".files"
    }

    private func file(of digest: BesideDigest) -> String { "\(path)/\(digest)" }

    /// - Throws: `FileError`, but not when there is no such file.
    public func read(_ digest: BesideDigest) throws -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: file(of: digest)) else { return nil }
        do {
            return Array(try Data(contentsOf: URL(fileURLWithPath: file(of: digest))))
        } catch {
            throw FileError("read", file(of: digest), cause: error.localizedDescription)
        }
    }

    /// Writes a content and syncs it, unless it is there already.
    ///
    /// - Throws: `FileError`.
    public func write(_ content: BesideContent) throws {
        let file = file(of: content.digest)
        // One that a crash cut short, or that was changed, is written again.
        if let there = try read(content.digest), there == content.bytes { return }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw FileError("make the folder", path, cause: error.localizedDescription)
        }
        // The name is there with all its bytes or not at all.
        let part = "\(file).\(UUID().uuidString).part"
        let descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError.system("open", part) }
        defer {
            close(descriptor)
            unlink(part)
        }
        var rest = content.bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw FileError.system("write to", part)
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw FileError.system("sync", part) }
        guard rename(part, file) == 0 else { throw FileError.system("rename to \(file)", part) }
    }

    /// The contents that are there, sorted.
    public var digests: [BesideDigest] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.sorted().compactMap { BesideDigest($0) }
    }

    /// Removes contents, and the folder when nothing is left in it.
    ///
    /// - Throws: `FileError`.
    public func remove(_ digests: [BesideDigest]) throws {
        for digest in digests where unlink(file(of: digest)) != 0 && errno != ENOENT {
            throw FileError.system("remove", file(of: digest))
        }
        // Fails where something is left, which is fine.
        if !digests.isEmpty { _ = rmdir(path) }
    }
}
