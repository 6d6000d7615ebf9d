import Foundation
import Subprocess
import SystemPackage

/// How a sandbox's first process is started: under bubblewrap, or bare when that is allowed.
struct Isolation: Sendable {
    enum Kind: Sendable, Equatable {
        case bubblewrap(program: String)
        /// Files are below a folder of the host; nothing is kept from the code.
        case none(root: String)
    }

    let kind: Kind
    let python: PythonInstallation
    let limits: SandboxLimits
    /// Limits the sandbox as a whole; nil where groups cannot be made.
    let group: ControlGroup?
    /// The host's network, its loopback addresses included.
    let sharesNetwork: Bool

    /// Not the host's: the user that code runs as when this process runs as root.
    static let unprivilegedID = 65534

    /// Writable, and made afresh for each sandbox.
    static let directories = ["/workspace", "/app", "/home/user", "/tmp"]

    /// The same in every sandbox on every machine, so that recordings repeat.
    var environment: [String: String] {
        var path = ["/usr/local/bin", "/usr/bin", "/bin"]
        let own = (python.executable as NSString).deletingLastPathComponent
        if !path.contains(own) { path.insert(own, at: 0) }
        return [
            "PATH": path.joined(separator: ":"), "HOME": root + "/home/user", "USER": "user", "LANG": "C.UTF-8",
            "TZ": "UTC", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "Agg",
        ]
    }

    /// Where the sandbox's own `/` is in the file system that its processes see; empty when it is theirs.
    var root: String { if case .none(let root) = kind { root } else { "" } }

    /// Starts the supervisor.
    func command(settings: String) -> Subprocess.Configuration {
        let words = [python.executable, "-c", PythonInstallation.loader, python.supervisor, settings]
        // The shell only joins the group, puts two short files on descriptors that bubblewrap reads, and becomes the
        // program.
        let (shell, whole, folder): (String, [String], String?) =
            switch kind {
            case .none(let root): ("exec \"$0\" \"$@\"", words, root)
            case .bubblewrap(let bubblewrap): (Isolation.shell, [bubblewrap] + options + ["--"] + words, nil)
            }
        return Subprocess.Configuration(
            executable: .path("/bin/sh"), arguments: Arguments(["-c", (group?.joining ?? "") + shell] + whole),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
            ),
            workingDirectory: folder.map { FilePath($0) })
    }

    private static let shell = """
        exec "$0" "$@" 8<<'PASSWD' 9<<'GROUP'
        root:x:0:0:root:/:/bin/sh
        user:x:65534:65534:user:/home/user:/bin/bash
        PASSWD
        root:x:0:
        user:x:65534:
        GROUP
        """

    private var options: [String] {
        // Root makes the namespaces without a user namespace, which would leave the processes root in the eyes of the
        // host, and could not bind what only root can reach. The first process becomes the unprivileged user for good,
        // and makes a user namespace then: limits of processes hold for each namespace, and never for root.
        var options =
            getuid() == 0
            ? [
                "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
                "--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID",
            ]
            : [
                "--unshare-all", "--uid", String(Isolation.unprivilegedID), "--gid", String(Isolation.unprivilegedID),
            ]
        if sharesNetwork {
            options.removeAll { $0 == "--unshare-net" }
            if getuid() != 0 { options.append("--share-net") }
        }
        // The signal of `--die-with-parent` comes when the thread that started it ends, not the process; the
        // Subprocess library starts everything on one thread that it keeps to the end.
        options += ["--die-with-parent", "--new-session", "--hostname", "sandbox"]
        options += ["--ro-bind", "/usr", "/usr"]
        for name in ["bin", "sbin", "lib", "lib32", "lib64", "libx32"] { options += systemFolder("/\(name)") }
        options += directory("/etc")
        options += ["--perms", "0644", "--ro-bind-data", "8", "/etc/passwd"]
        options += ["--perms", "0644", "--ro-bind-data", "9", "/etc/group"]
        let ofNetwork = ["resolv.conf", "hosts", "nsswitch.conf", "ssl", "ca-certificates", "pki", "services"]
        for name in ["alternatives", "ld.so.cache", "fonts", "matplotlibrc", "mime.types"]
            + (sharesNetwork ? ofNetwork : [])
        {
            options += ["--ro-bind-try", "/etc/\(name)", "/etc/\(name)"]
        }
        options += ["--proc", "/proc", "--dev", "/dev"]
        options += directory("/home")
        for path in Isolation.directories + ["/dev/shm"] {
            options += ["--perms", "1777", "--size", String(limits.fileSpace), "--tmpfs", path]
        }
        // After the writable places, as it may be in one of them: /tmp, or the home of a user called user.
        for folder in python.folders { options += ancestors(of: folder) + ["--ro-bind", folder, folder] }
        return options + ["--remount-ro", "/", "--remount-ro", "/dev", "--chdir", "/workspace"]
    }

    private func directory(_ path: String) -> [String] { ["--perms", "0755", "--dir", path] }

    /// Made one by one: bubblewrap makes missing ones for the owner alone.
    private func ancestors(of path: String) -> [String] {
        let parents = path.split(separator: "/").dropLast()
        return parents.indices.flatMap { directory("/" + parents[...$0].joined(separator: "/")) }
    }

    /// A folder of the system, as the host has it: a link into `/usr`, or a folder of its own.
    private func systemFolder(_ path: String) -> [String] {
        if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
            return ["--symlink", target, path]
        }
        return ["--ro-bind-try", path, path]
    }
}
