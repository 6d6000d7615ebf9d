import Foundation

/// A file system, and where it is mounted, as a line of `/proc/self/mountinfo` tells it (proc_pid_mountinfo(5)).
struct Mount {
    let place: String
    /// `ext4`, `nfs4`, `fuse.sshfs`.
    let type: String

    /// - Parameter line: Nil is returned for one of another form.
    init?(_ line: Substring) {
        // Facts, as many as there are, a hyphen, the type.
        let parts = line.split(separator: " ")
        guard parts.count > 6, let hyphen = parts.dropFirst(6).firstIndex(of: "-"), hyphen + 1 < parts.count else {
            return nil
        }
        place = Mount.unescaped(parts[4])
        type = String(parts[hyphen + 1])
    }

    /// Whether other machines may use the files at the same time, or a server that shares no memory with this one keeps them.
    ///
    /// SQLite's write-ahead log needs memory that all its users share (sqlite.org/wal.html): there it misses what others write.
    var isShared: Bool { Mount.shared.contains(type) || type.hasPrefix("fuse.") }

    private static let shared: Set<String> = [
        "nfs", "nfs3", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "ceph",
        "lustre",
        "gpfs", "mmfs", "beegfs", "panfs", "gfs2", "ocfs2", "afs", "coda", "glusterfs", "fuse",
    ]

    /// Whether a file is on a disk that others use, too.
    ///
    /// - Parameter path: A file that is there, or will be in a folder that is.
    static func isShared(_ path: String) -> Bool {
        // Looked at first: a disk may only be mounted when somebody asks for it.
        let real = resolved(path)
        // Without the table, nothing says that others use the disk.
        guard let table = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8) else { return false }
        return holding(real, in: table)?.isShared ?? false
    }

    /// The absolute path without symbolic links.
    static func resolved(_ path: String) -> String {
        let file = URL(filePath: path)
        if FileManager.default.fileExists(atPath: path) { return file.resolvingSymlinksInPath().path }
        return file.deletingLastPathComponent().resolvingSymlinksInPath().path + "/" + file.lastPathComponent
    }

    /// - Parameters:
    ///   - real: An absolute path without symbolic links.
    ///   - table: As `/proc/self/mountinfo` has it; of several at one place the last one hides the others.
    static func holding(_ real: String, in table: String) -> Mount? {
        table.split(separator: "\n").compactMap { Mount($0) }.filter { mount in
            mount.place == "/" || real == mount.place || real.hasPrefix(mount.place + "/")
        }.reduce(nil) { best, mount in
            best.map { mount.place.utf8.count >= $0.place.utf8.count } ?? true ? mount : best
        }
    }

    /// A space, a tab, a line feed and a backslash stand as a backslash with three octal digits.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let code = UInt8(String(rest.prefix(3)) ?? "", radix: 8) {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
