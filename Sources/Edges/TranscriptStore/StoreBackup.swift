import Foundation
import GRDB
import Glibc

/// A copy of a file that is about to be brought to a later schema; it is kept when that really happens.
struct StoreBackup {
    private let original: String
    private let draft: String
    private let schema: Int

    /// Copies what is committed to a file that has no name for good yet.
    static func draft(of path: String, _ queue: DatabaseQueue) throws -> StoreBackup {
        let draft = "\(path).before-\(UUID().uuidString)"
        do {
            let schema = try queue.inDatabase { db in
                try db.execute(sql: "VACUUM INTO ?", arguments: [draft])
                return try DatabaseQueue(path: draft).read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
            }
            return StoreBackup(original: path, draft: draft, schema: schema)
        } catch {
            unlink(draft)
            throw error
        }
    }

    /// Gives the copy its name, `FILE.before-SCHEMA`, with a number if there is such a file already.
    ///
    /// - Returns: Its path, and the schema that it has.
    ///
    /// - Parameter link: As link(2).
    func keep(_ link: (String, String) -> Int32 = { Glibc.link($0, $1) }) throws -> (path: String, schema: Int) {
        var number = 1
        while true {
            let path = "\(original).before-\(Migration.latest)" + (number > 1 ? "-\(number)" : "")
            // Unlike a rename, this never takes the place of another file.
            if link(draft, path) == 0 || takeName(path) { return (path, schema) }
            guard errno == EEXIST else {
                throw DatabaseError(
                    resultCode: .SQLITE_CANTOPEN, message: "\(path) cannot be made: \(String(cString: strerror(errno)))"
                )
            }
            number += 1
        }
    }

    /// Where a file cannot have two names, as on some networks.
    ///
    /// - Returns: False, with `errno` telling why; for any other reason than this one `errno` stays as it is.
    private func takeName(_ path: String) -> Bool {
        guard [EPERM, ENOSYS, EOPNOTSUPP, EMLINK].contains(errno) else { return false }
        // Who makes the file has its name, and may put another one in its place.
        let handle = Glibc.open(path, O_CREAT | O_EXCL | O_WRONLY, 0o600)
        guard handle >= 0 else { return false }
        close(handle)
        if rename(draft, path) == 0 { return true }
        let code = errno
        unlink(path)
        errno = code
        return false
    }

    /// Removes the copy's first name.
    func discard() { unlink(draft) }
}
