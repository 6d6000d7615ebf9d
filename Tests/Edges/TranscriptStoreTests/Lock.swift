import GRDB

/// Another program's hold on a database file.
struct Lock {
    private let queue: DatabaseQueue

    /// - Parameter begin: `BEGIN IMMEDIATE` keeps writers out, `BEGIN EXCLUSIVE` of a file without WAL readers, too.
    init(on path: String, _ begin: String) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { db in try db.execute(sql: begin) }
    }

    func release() throws { try queue.inDatabase { db in try db.execute(sql: "ROLLBACK") } }
}
