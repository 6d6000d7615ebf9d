import Testing

@testable import Processes

@Suite struct ControlGroupHierarchyTests {
    private static func mount(_ root: String, _ place: String, _ type: String, _ options: String) -> String {
        "30 24 0:27 \(root) \(place) rw,nosuid shared:4 - \(type) \(type) \(options)\n"
    }

    @Test(arguments: [
        ("0::/user.slice/app.slice/shell.scope\n", "/", ["/cg/user.slice/app.slice", "/cg"]),
        ("0::/\n", "/", ["/cg"]),
        ("0::/pod/a/b\n", "/pod", ["/cg/a", "/cg"]),
        // A group that this mount does not show.
        ("0::/elsewhere\n", "/pod", ["/cg"]),
        ("", "/", ["/cg"]), ("nonsense\n0:\n", "/", ["/cg"]),
    ])
    func groupsOfTheUnifiedTreeAreMadeBesideOurOwn(membership: String, root: String, candidates: [String]) {
        let found = ControlGroupHierarchy.all(
            mounts: Self.mount(root, "/cg", "cgroup2", "rw,nsdelegate"), membership: membership)
        #expect(found == [ControlGroupHierarchy(controllers: [], isUnified: true, candidates: candidates)])
    }

    @Test func eachControllersTreeIsFoundByName() {
        let mounts =
            "22 1 0:20 / /proc rw - proc proc rw\n" + Self.mount("/", "/cg/cpu", "cgroup", "rw,cpu,cpuacct")
            + Self.mount("/", "/cg/memory", "cgroup", "rw,memory")
        let found = ControlGroupHierarchy.all(mounts: mounts, membership: "4:memory:/a/b\n2:cpu,cpuacct:/\n0::/\n")
        #expect(found.map(\.candidates) == [["/cg/cpu"], ["/cg/memory/a/b", "/cg/memory"]])
        #expect(found.map { $0.controllers.contains("memory") } == [false, true])
    }

    @Test(arguments: ["", "\n\n", "30 24 0:27", "30 24 0:27 / /cg rw -", "30 24 0:27 / /cg rw - cgroup2", " - - - "])
    func brokenMountsAreNone(mounts: String) {
        #expect(ControlGroupHierarchy.all(mounts: mounts, membership: "0::/\n").isEmpty)
    }
}
