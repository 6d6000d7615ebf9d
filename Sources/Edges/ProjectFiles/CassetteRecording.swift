public import Cassettes
import Foundation

/// A cassette being recorded: `NAME.yaml.recording`, appended to and synced, until it takes the cassette's place.
///
/// A second recorder of the same cassette is refused. A crash costs at most the exchange in flight, and leaves the old cassette
/// as it was.
public actor CassetteRecording: InteractionSink {
    /// Where the recording is until it is complete.
    public nonisolated let path: String
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
            try CassetteRecording.setAside(path, descriptor: descriptor)
            try CassetteRecording.append(writer.document(for: header), to: descriptor, path: path)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Appends an interaction; returns when it is on the disk.
    public func record(_ interaction: Interaction) throws {
        precondition(isOpen, "a finished recording takes nothing more")
        try CassetteRecording.append(writer.document(for: interaction), to: descriptor, path: path)
        count += 1
    }

    /// Puts the recording in the cassette's place.
    public func finish() throws {
        precondition(isOpen, "a recording is finished once")
        isOpen = false
        guard rename(path, target) == 0 else { throw FileError.system("rename to \(target)", path) }
        close(descriptor)
        try CassetteRecording.syncFolder(of: target)
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
        let descriptor = try openLocked(path, flags: O_RDWR)
        defer { close(descriptor) }
        let bytes = try Project().read(path)
        let cassette = try Cassette(bytes, file: path)
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
        return descriptor
    }

    private static func setAside(_ path: String, descriptor: Int32) throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError.system("read", path) }
        guard status.st_size > 0 else { return }
        do {
            try Data(contentsOf: URL(fileURLWithPath: path)).write(to: URL(fileURLWithPath: path + ".old"))
        } catch {
            throw FileError("keep the interrupted recording", path, cause: error.localizedDescription)
        }
        guard ftruncate(descriptor, 0) == 0 else { throw FileError.system("empty", path) }
    }

    private static func append(_ text: String, to descriptor: Int32, path: String) throws {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError.system("write to", path)
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
