/// A tree of control groups that is mounted here.
struct ControlGroupHierarchy: Equatable {
    /// Empty for the unified one, which says in its files what it limits.
    let controllers: [String]
    let isUnified: Bool
    /// Folders where groups of this process's might be made, the most fitting first.
    let candidates: [String]

    /// - Parameters:
    ///   - mounts: `/proc/self/mountinfo`.
    ///   - membership: `/proc/self/cgroup`.
    static func all(mounts: String, membership: String) -> [ControlGroupHierarchy] {
        let lines = membership.split(separator: "\n").map {
            $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        }
        return mounts.split(separator: "\n").compactMap { line in
            let halves = line.split(separator: " ").split(separator: "-", maxSplits: 1).map(Array.init)
            // proc(5): … root, mount point, options, tags - type, source, options of the tree.
            guard halves.count == 2, halves[0].count >= 5, halves[1].count >= 3 else { return nil }
            let (root, mount) = (String(halves[0][3]), String(halves[0][4]))
            switch halves[1][0] {
            case "cgroup2":
                let own = lines.first { $0.count == 3 && $0[0] == "0" }.map { String($0[2]) }
                return ControlGroupHierarchy(
                    controllers: [], isUnified: true, candidates: places(of: own, root, mount, beside: true))
            case "cgroup":
                let controllers = halves[1][2].split(separator: ",").map(String.init)
                let own = lines.first { line in
                    line.count == 3 && line[1].split(separator: ",").contains { controllers.contains(String($0)) }
                }.map { String($0[2]) }
                return ControlGroupHierarchy(
                    controllers: controllers, isUnified: false,
                    candidates: places(of: own, root, mount, beside: false))
            default: return nil
            }
        }
    }

    /// - Parameter beside: In the unified tree, a group with processes of its own can have none with limits below it.
    private static func places(of own: String?, _ root: String, _ mount: String, beside: Bool) -> [String] {
        var places: [String] = []
        if let own, root == "/" || own.hasPrefix(root + "/") || own == root {
            var parts = (root == "/" ? own : String(own.dropFirst(root.count))).split(separator: "/")
            if beside { _ = parts.popLast() }
            places.append(([mount] + parts.map(String.init)).joined(separator: "/"))
        }
        if places.last != mount { places.append(mount) }
        return places
    }
}
