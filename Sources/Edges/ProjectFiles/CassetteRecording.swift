public import Cassettes
import Documents
import Foundation

/// A cassette being recorded: `NAME.yaml.recording`, appended to and synced, until it takes the cassette's place.
///
/// A second recorder of the same cassette is refused. A crash costs at most the exchange in flight, and leaves the old cassette
/// as it was.
public actor CassetteRecording: InteractionSink {
    /// Where the recording is until it is complete.
    public nonisolated let path: String
    /// Where an interrupted recording was put that stood in this one's place; nil when there was none.
    public nonisolated let setAside: String?
    private let target: String
    private let descriptor: Int32
    private var writer = CassetteWriter()
    private var isOpen = true
    public private(set) var count = 0

    /// Starts a recording with its header.
    ///
    /// What an interrupted recording left is kept beside it, under `.recording.old`.
    ///
    /// - Parameter target: The cassette's file, which need not exist.
    /// - Throws: `FileError`, also when another recorder holds the recording.
    public init(of target: String, header: CassetteHeader) throws {
        self.target = target
        path = target + ".recording"
        try CassetteRecording.makeFolder(of: target)
        descriptor = try CassetteRecording.openLocked(path)
        do {
            setAside = try CassetteRecording.setAside(path, descriptor: descriptor)
            try CassetteRecording.append(writer.document(for: header), to: descriptor, path: path)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Starts a recording that goes on from a cassette: all that is in it stays.
    ///
    /// - Throws: `FileError`, also when another recorder holds the recording.
    public init(of target: String, extending cassette: Cassette) throws {
        try self.init(of: target, header: cassette.header)
        do {
            guard ftruncate(descriptor, 0) == 0 else { throw FileError.system("empty", path) }
            try CassetteRecording.append(
                String(decoding: cassette.wholeBytes, as: UTF8.self), to: descriptor, path: path)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Appends an interaction; returns when it is on the disk.
    ///
    /// - Throws: `FileError`, also when the recording has ended; the file is then as it was.
    public func record(_ interaction: Interaction) throws {
        guard isOpen else { throw FileError("record to", path, cause: "the recording has ended") }
        // Nothing that follows may refer to what is not in the file.
        var next = writer
        let document = try next.document(for: interaction, beside: BesideFolder(ofCassette: target))
        try CassetteRecording.append(document, to: descriptor, path: path)
        writer = next
        count += 1
    }

    deinit { if isOpen { close(descriptor) } }

    /// Puts the recording in the cassette's place.
    ///
    /// - Parameter header: What is known now that the recording is complete; nil keeps the one it started with.
    public func finish(header: CassetteHeader? = nil) throws {
        precondition(isOpen, "a recording is finished once")
        isOpen = false
        defer { close(descriptor) }
        guard let header else {
            guard rename(path, target) == 0 else { throw FileError.system("rename to \(target)", path) }
            return try CassetteRecording.syncFolder(of: target)
        }
        let bytes = CassetteWriter.replacingHeader(in: try Project().read(path), by: header)
        // Beside it first: until the rename, the recording is whole where it was.
        let complete = path + ".complete"
        let copy = open(complete, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard copy >= 0 else { throw FileError.system("open", complete) }
        defer { close(copy) }
        try CassetteRecording.append(String(decoding: bytes, as: UTF8.self), to: copy, path: complete)
        guard rename(complete, target) == 0 else { throw FileError.system("rename to \(target)", complete) }
        guard unlink(path) == 0 else { throw FileError.system("remove", path) }
        try CassetteRecording.syncFolder(of: target)
    }

    /// Takes a recording away in which there is nothing new; the cassette stays as it is.
    public func discard() throws {
        guard isOpen else { return }
        isOpen = false
        defer { close(descriptor) }
        guard unlink(path) == 0 else { throw FileError.system("remove", path) }
    }

    /// Leaves the recording where it is, for `cassette adopt`.
    public func leave() {
        guard isOpen else { return }
        isOpen = false
        close(descriptor)
    }

    /// Puts an interrupted recording in its cassette's place, without a torn end.
    ///
    /// - Returns: How many interactions it holds.
    /// - Throws: `FileError`; `Diagnostics` when the recording is broken.
    public static func adopt(_ target: String) throws -> Int {
        let path = target + ".recording"
        guard FileManager.default.fileExists(atPath: path) else {
            throw FileError(
                "adopt", path, cause: "there is no such file",
                fix: "an unfinished recording leaves one; this cassette has none",
                isMissing: true)
        }
        let descriptor = try openLocked(path, flags: O_RDWR)
        defer { close(descriptor) }
        let bytes = try Project().read(path)
        let cassette = try Cassette(bytes, file: path, beside: BesideFolder(ofCassette: target))
        let problems = cassette.check()
        guard problems.isEmpty else { throw Diagnostics(problems) }
        guard !cassette.index.isEmpty else {
            throw FileError("adopt", path, cause: "it holds no interaction", fix: "record again", isMissing: true)
        }
        guard ftruncate(descriptor, off_t(cassette.wholeByteCount)) == 0, fsync(descriptor) == 0 else {
            throw FileError.system("cut the torn end of", path)
        }
        guard rename(path, target) == 0 else { throw FileError.system("rename to \(target)", path) }
        try syncFolder(of: target)
        return cassette.index.count
    }

    // MARK: The file

    private static func openLocked(_ path: String, flags: Int32 = O_RDWR | O_CREAT) throws -> Int32 {
        let descriptor = open(path, flags | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError.system("open", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let cause = errno == EWOULDBLOCK ? "another understudy is recording it" : String(cString: strerror(errno))
            close(descriptor)
            throw FileError("record to", path, cause: cause, fix: "wait until the other recording has ended")
        }
        // Between opening and locking, the other recording may have become the cassette.
        var opened = stat(), named = stat()
        guard fstat(descriptor, &opened) == 0, stat(path, &named) == 0, opened.st_ino == named.st_ino else {
            close(descriptor)
            return try openLocked(path, flags: flags)
        }
        return descriptor
    }

    /// - Returns: Where it is now; nil when there was nothing to keep.
    private static func setAside(_ path: String, descriptor: Int32) throws -> String? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError.system("read", path) }
        guard status.st_size > 0 else { return nil }
        var kept: String?
        do {
            let left = try Data(contentsOf: URL(fileURLWithPath: path))
            // One that ended before its first interaction must not take the place of one that holds some.
            if (try? Cassette(Array(left), file: path, beside: BesideFolder(ofCassette: path)))?.index.isEmpty != true {
                let name = freeName(path + ".old")
                try left.write(to: URL(fileURLWithPath: name))
                kept = name
            }
        } catch {
            throw FileError("keep the interrupted recording", path, cause: error.localizedDescription)
        }
        guard ftruncate(descriptor, 0) == 0 else { throw FileError.system("empty", path) }
        return kept
    }

    /// The name, with the first number behind it that nobody has taken.
    private static func freeName(_ name: String) -> String {
        var candidate = name
        var number = 1
        while FileManager.default.fileExists(atPath: candidate) {
            number += 1
            candidate = "\(name).\(number)"
        }
        return candidate
    }

    private static func append(_ text: String, to descriptor: Int32, path: String) throws {
        let end = lseek(descriptor, 0, SEEK_END)
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                let failure = FileError.system("write to", path)
                // Half a document with whole ones after it could not be read.
                if end >= 0 { _ = ftruncate(descriptor, end) }
                throw failure
            }
            bytes = bytes.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw FileError.system("sync", path) }
    }

    private static func makeFolder(of path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw FileError("make the folder", folder, cause: error.localizedDescription)
        }
    }

    /// A rename is safe once its folder has been synced.
    private static func syncFolder(of path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.system("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError.system("sync", folder) }
    }
}
