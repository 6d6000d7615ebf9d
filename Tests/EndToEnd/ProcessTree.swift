import Foundation

/// The processes that a process has started, and theirs, as `/proc` knows them.
enum ProcessTree {
    /// A process; numbers are given out again, times of birth are not.
    struct Member: Sendable, Hashable, CustomStringConvertible {
        let id: pid_t
        let birth: String
        let name: String

        var description: String { "\(id) \(name)" }
    }

    static func children(of parent: pid_t) -> Set<Member> {
        Set(allProcesses().filter { $0.parent == parent }.map(\.member))
    }

    static func below(_ root: pid_t) -> Set<Member> {
        let all = allProcesses()
        var found: Set<Member> = []
        var parents: Set<pid_t> = [root]
        while !parents.isEmpty {
            let children = all.filter { parents.contains($0.parent) }.map(\.member)
            parents = Set(children.map(\.id))
            found.formUnion(children)
        }
        return found
    }

    /// Those that still run; one that has ended and waits for its parent to ask is gone.
    static func alive(_ members: Set<Member>) -> Set<Member> { members.intersection(allProcesses().map(\.member)) }

    private static func allProcesses() -> [(member: Member, parent: pid_t)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { name in
            guard let id = pid_t(name), let data = FileManager.default.contents(atPath: "/proc/\(name)/stat") else {
                return nil
            }
            // proc(5): the name stands in parentheses and may hold any; state and parent follow, birth is field 22.
            let text = String(decoding: data, as: UTF8.self)
            guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")") else { return nil }
            let fields = text[text.index(after: close)...].split(separator: " ")
            guard fields.count > 19, fields[0] != "Z", let parent = pid_t(fields[1]) else { return nil }
            return (Member(id: id, birth: String(fields[19]), name: String(text[open...close])), parent)
        }
    }
}
