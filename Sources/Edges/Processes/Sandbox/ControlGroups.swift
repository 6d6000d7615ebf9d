import Foundation
import Subprocess
import SystemPackage

/// Where this process may make control groups, which limit a sandbox as a whole.
struct ControlGroups: Sendable {
    /// What a folder's groups limit, and how its files are called.
    enum Kind: Sendable { case unified, memory, processes }

    let parents: [(kind: Kind, folder: String)]

    /// Tries the places where groups might be made; nil when memory or processes cannot be limited.
    static func find() async -> ControlGroups? {
        guard let mounts = text("/proc/self/mountinfo"), let own = text("/proc/self/cgroup") else { return nil }
        let hierarchies = ControlGroupHierarchy.all(mounts: mounts, membership: own)
        if let folder = await firstWorking(hierarchies.filter { $0.isUnified }, .unified) {
            return ControlGroups(parents: [(.unified, folder)])
        }
        var parents: [(kind: Kind, folder: String)] = []
        for (kind, controller) in [(Kind.memory, "memory"), (.processes, "pids")] {
            let candidates = hierarchies.filter { $0.controllers.contains(controller) }
            guard let folder = await firstWorking(candidates, kind) else { return nil }
            parents.append((kind, folder))
        }
        return ControlGroups(parents: parents)
    }

    /// Makes a group with these limits.
    ///
    /// - Throws: The system's error.
    func make(_ limits: SandboxLimits) throws -> ControlGroup {
        let name = ControlGroups.prefix + "\(getpid())-\(UUID().uuidString)"
        let group = ControlGroup(folders: parents.map { "\($0.folder)/\(name)" })
        do {
            for (parent, folder) in zip(parents, group.folders) {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
                for file in ControlGroups.files(parent.kind, limits) {
                    let path = "\(folder)/\(file.name)"
                    // Without swap there is no file for it.
                    guard file.isRequired || FileManager.default.fileExists(atPath: path) else { continue }
                    try ControlGroup.write("\(file.value)", to: path)
                }
            }
        } catch {
            group.removeFolders()
            throw error
        }
        return group
    }

    private static let prefix = "understudy-"

    private static func files(_ kind: Kind, _ limits: SandboxLimits) -> [(name: String, value: Int, isRequired: Bool)] {
        // The supervisor's own threads must find room when code has used up its share.
        let processes = limits.processes + 64
        return switch kind {
        case .unified:
            [
                ("memory.max", limits.memory, true), ("memory.swap.max", 0, false), ("pids.max", processes, true),
            ]
        case .memory:
            [
                ("memory.limit_in_bytes", limits.memory, true), ("memory.memsw.limit_in_bytes", limits.memory, false),
            ]
        case .processes: [("pids.max", processes, true)]
        }
    }

    private static func firstWorking(_ hierarchies: [ControlGroupHierarchy], _ kind: Kind) async -> String? {
        for folder in hierarchies.flatMap(\.candidates) {
            removeLeftovers(in: folder)
            let groups = ControlGroups(parents: [(kind, folder)])
            guard let group = try? groups.make(SandboxLimits()) else { continue }
            // A group can be made where no process may be moved to.
            let shell = group.joining + ":"
            let joined = try? await Subprocess.run(
                .path("/bin/sh"), arguments: ["-c", shell], output: .discarded, error: .discarded)
            group.removeFolders()
            if joined?.terminationStatus.isSuccess == true { return folder }
        }
        return nil
    }

    /// Groups of a process that was killed before it could remove them; one with processes in it cannot be removed.
    private static func removeLeftovers(in folder: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix(prefix) {
            let process = name.dropFirst(prefix.count).prefix { $0 != "-" }
            if !FileManager.default.fileExists(atPath: "/proc/\(process)") { rmdir("\(folder)/\(name)") }
        }
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// One sandbox's group: a folder in each hierarchy.
struct ControlGroup: Sendable {
    let folders: [String]

    /// Commands of a shell that move it into the group.
    var joining: String { folders.map { "echo $$ > '\($0)/cgroup.procs' || exit 1\n" }.joined() }

    /// Kills whoever is left in it and removes it.
    func remove() async {
        for _ in 0..<400 {
            for folder in folders {
                let processes = FileManager.default.contents(atPath: "\(folder)/cgroup.procs") ?? Data()
                for line in String(decoding: processes, as: UTF8.self).split(separator: "\n") {
                    // 0 is a process that cannot be seen from here; to kill it would be to kill ourselves.
                    if let process = pid_t(line), process > 0 { kill(process, SIGKILL) }
                }
            }
            if removeFolders() { return }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    @discardableResult func removeFolders() -> Bool {
        folders.reduce(true) { isGone, folder in
            (rmdir(folder) == 0 || errno == ENOENT) && isGone
        }
    }

    /// In place: such files cannot be replaced.
    static func write(_ text: String, to path: String) throws {
        let file = try FileDescriptor.open(FilePath(path), .writeOnly)
        try file.closeAfter { _ = try file.writeAll(text.utf8) }
    }
}
