import Cassettes
import ProjectFiles
import Synchronization

/// The cassettes that a server plays, each opened once for all its sessions.
final class CassetteShelf: Sendable {
    private let project: Project
    private let cassettes: Mutex<[CassetteName: Cassette]>

    /// - Parameter given: A cassette named on the command line, wherever its file is.
    init(project: Project, given: Cassette?) {
        self.project = project
        cassettes = Mutex(given.map { [$0.header.name: $0] } ?? [:])
    }

    /// True when the cassette is there, whether or not it can be read.
    func has(_ name: CassetteName) -> Bool {
        cassettes.withLock { $0[name] != nil } || project.exists(project.file(of: name))
    }

    func cassette(_ name: CassetteName) throws -> Cassette {
        if let cassette = cassettes.withLock({ $0[name] }) { return cassette }
        let cassette = try project.cassette(name)
        return cassettes.withLock { cassettes in
            if let cassette = cassettes[name] { return cassette }
            cassettes[name] = cassette
            return cassette
        }
    }
}
