import Foundation
import GRDB
import Testing
import Transcripts

@testable import TranscriptStore

/// On a disk that other machines use, too, a store has no write-ahead log.
@Suite struct MountTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func store(_ purpose: TranscriptStore.Purpose = .writing, isShared: Bool) throws -> TranscriptStore {
        try TranscriptStore(path: folder.store, for: purpose, isShared: isShared)
    }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    }

    /// The bytes of the header that tell whether a log belongs to the file: 1 is no, 2 is yes.
    private func header() throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: folder.store))[18...19])
    }

    private static let table = #"""
        22 1 0:21 / / rw,relatime - overlay overlay rw,lowerdir=/a
        23 22 0:5 / /proc rw - proc proc rw
        24 22 8:1 / /data rw,noatime shared:7 master:1 - ext4 /dev/sda1 rw
        25 24 0:44 / /data/team rw - nfs4 server:/team rw,vers=4.2
        26 22 0:45 / /my\040disk rw - cifs //server/disk rw
        27 22 0:46 / /home/me/far rw - fuse.sshfs me@host:/ rw
        28 22 8:2 / /stick rw - fuseblk /dev/sdb1 rw
        29 22 0:47 / /over rw - nfs server:/old rw
        30 22 0:48 / /over rw - tmpfs tmpfs rw
        a line of another form
        """#

    @Test(arguments: [
        ("/data/store.sqlite", "ext4", false), ("/data/team/a/store.sqlite", "nfs4", true),
        ("/data/teammate/store.sqlite", "ext4", false), ("/my disk/store.sqlite", "cifs", true),
        ("/home/me/far/x", "fuse.sshfs", true), ("/stick/x", "fuseblk", false), ("/over/x", "tmpfs", false),
        ("/elsewhere/x", "overlay", false),
    ])
    func theDiskOfAFileIsKnown(path: String, type: String, isShared: Bool) throws {
        let mount = try #require(Mount.holding(path, in: Self.table))
        #expect(mount.type == type && mount.isShared == isShared)
    }

    @Test func aFolderOfThisMachineIsNotShared() {
        #expect(!Mount.isShared(folder.store), "a file that is not there yet, in a temporary folder")
        #expect(!Mount.isShared("/none/at/all"))
    }

    @Test func aPathIsMadeAbsoluteWithoutLinks() throws {
        let here = FileManager.default.currentDirectoryPath
        #expect(Mount.resolved("none-\(UUID().uuidString)/../x.sqlite").hasSuffix("/x.sqlite"))
        #expect(Mount.resolved("x.sqlite") == URL(filePath: here).resolvingSymlinksInPath().path + "/x.sqlite")
        let real = folder.url.appending(path: "real").path, link = folder.url.appending(path: "link").path
        try FileManager.default.createDirectory(atPath: real, withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
        let resolved = URL(filePath: real).resolvingSymlinksInPath().path
        #expect(Mount.resolved(link + "/x.sqlite") == resolved + "/x.sqlite")
        try Data().write(to: URL(filePath: real + "/x.sqlite"))
        #expect(Mount.resolved(link + "/x.sqlite") == resolved + "/x.sqlite")
    }

    /// A commit waits for the disk, with a log and without.
    @Test(arguments: [true, false])
    func commitsWaitForTheDisk(isShared: Bool) async throws {
        let level = try await store(isShared: isShared).read { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        #expect(level == 3, "EXTRA")
    }

    /// Where a file cannot have two names, the copy of an older store gets its name all the same.
    @Test func aCopyIsKeptWhereFilesHaveOneName() async throws {
        try await store(isShared: false).start(Run.sample("r"))
        let queue = try DatabaseQueue(path: folder.store)
        func keep(_ code: Int32) throws -> String {
            let backup = try StoreBackup.draft(of: folder.store, queue)
            defer { backup.discard() }
            return try backup.keep { _, _ in
                errno = code
                return -1
            }.path
        }
        #expect(try keep(EPERM) == folder.store + ".before-7")
        #expect(try keep(EOPNOTSUPP) == folder.store + ".before-7-2", "no other file's place is taken")
        #expect(throws: DatabaseError.self) { try keep(ENOSPC) }
        let copy = try DatabaseQueue(path: folder.store + ".before-7-2")
        #expect(try await copy.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM run") } == 1)
        #expect(try files().filter { $0.contains(".before-") }.count == 2)
    }

    @Test func aSharedStoreIsOneFile() async throws {
        let store = try store(isShared: true)
        try await store.start(Run.sample("r"))
        try await store.store(.nasty(), as: "a", run: "r")
        #expect(try files() == ["store.sqlite"] && header() == [1, 1])
        let other = try self.store(isShared: true)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for index in 0..<20 {
                tasks.addTask {
                    try await (index % 2 == 0 ? store : other).store(.growing(3), as: "b\(index)", run: "r")
                }
            }
            try await tasks.waitForAll()
        }
        let reader = try self.store(.reading, isShared: true)
        #expect(try await reader.attempts(of: Run.sample("r")).count == 21)
        #expect(try await reader.check() == [])
        #expect(try files() == ["store.sqlite"])
    }

    /// What stood in the log alone is in the file then.
    @Test(arguments: [TranscriptStore.Purpose.writing, .reading])
    func aStoreThatIsCopiedToANetworkLosesItsLog(purpose: TranscriptStore.Purpose) async throws {
        let local = try store(isShared: false)
        try await local.start(Run.sample("r"))
        try await local.store(.nasty(), as: "a", run: "r")
        let copy = folder.url.appending(path: "net", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: false)
        let path = copy.appending(path: "store.sqlite").path
        for end in ["", "-wal"] { try FileManager.default.copyItem(atPath: folder.store + end, toPath: path + end) }
        let shared = try TranscriptStore(path: path, for: purpose, isShared: true)
        #expect(try await shared.attempt("a").transcript.json == Transcript.nasty().json)
        #expect(try FileManager.default.contentsOfDirectory(atPath: copy.path) == ["store.sqlite"])
        // Nobody is kept out.
        let other = try TranscriptStore(path: path, for: .writing, patience: .zero, isShared: true)
        try await other.store(.growing(2), as: "b", run: "r")
        #expect(try await shared.attempts(of: Run.sample("r")).count == 2)
    }

    @Test func whatComesBackFromANetworkHasALogAgain() async throws {
        try await store(isShared: true).start(Run.sample("r"))
        _ = try await store(.reading, isShared: false).runs()
        #expect(try header() == [1, 1], "reading changes nothing")
        try await store(isShared: false).start(Run.sample("s"))
        #expect(try header() == [2, 2])
    }
}
