import Foundation
import HTTPMessages
import HTTPNetwork
import HopXProtocol
import Processes
import Reports
import TranscriptStore

/// What `doctor` looks at.
struct Checkup {
    let path: String
    let python: String?
    let folder: String
    let store: String

    func checks() async -> [MachineCheck] { await sandboxes() + [port(), files(), runs()] }

    /// A sandbox is really started: what the system's settings promise is not always so.
    private func sandboxes() async -> [MachineCheck] {
        do {
            let sandbox = try await LocalSandbox(.init(path: path, python: python))
            return [
                .good("sandboxes", "bubblewrap works, with namespaces of their own"), limits(sandbox),
                .good("python", "\(sandbox.tools.languages["python"] ?? "") at \(sandbox.pythonPath)"),
                libraries(sandbox.tools),
            ] + languages(sandbox.tools)
        } catch let error as ProcessError {
            return [
                .failed("sandboxes", String(error.description.split(separator: "\n  fix:")[0]), fix: fix(for: error))
            ]
        } catch {
            return [
                .failed(
                    "sandboxes", "\(error)", fix: "see what it says; 'bwrap --unshare-all --ro-bind / / true' must work"
                )
            ]
        }
    }

    private func fix(for error: ProcessError) -> String {
        switch error.problem {
        case .bubblewrapMissing: "apt-get install bubblewrap"
        case .noPython(let tried) where tried.isEmpty: "apt-get install python3"
        case .noPython(let tried) where tried.contains { $0.contains("bwrap") || $0.contains("namespace") }:
            """
            let this user make namespaces: sysctl -w kernel.unprivileged_userns_clone=1 (Debian), \
            kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu); in a container, run it with --privileged
            """
        default: "install Python 3.9 or later, or name one with --python"
        }
    }

    private func limits(_ sandbox: LocalSandbox) -> MachineCheck {
        if sandbox.limitsWholeSandboxes {
            return .good("limits", "control groups: memory and processes of each sandbox as a whole")
        }
        let apart =
            sandbox.countsProcessesApart
            ? "processes for each sandbox" : "processes not for each sandbox, as their count is not kept apart here"
        return .lacking(
            "limits", "prlimit: memory for each process, \(apart)",
            fix: "for limits of whole sandboxes, run as root or in a session whose control groups are delegated "
                + "(systemd-run --user --scope -p Delegate=yes)")
    }

    private func libraries(_ tools: SandboxTools) -> MachineCheck {
        let wanted = ["numpy", "pandas", "matplotlib", "plotly"]
        let found = wanted.compactMap { name in tools.libraries[name].map { "\(name) \($0)" } }
        let absent = wanted.filter { tools.libraries[$0] == nil }
        let others = tools.libraries.count - found.count
        let detail = (found + ["\(others) others"]).joined(separator: ", ")
        guard !absent.isEmpty else { return .good("libraries", detail) }
        return .lacking(
            "libraries", "\(detail); no \(absent.joined(separator: ", "))",
            fix: "install them for a Python, and name that with --python")
    }

    private func languages(_ tools: SandboxTools) -> [MachineCheck] {
        let fixes = [
            ("bash", "apt-get install bash"), ("javascript", "install Node.js under /usr"),
            ("typescript", "install Node.js 22.6 or later under /usr"),
            ("go", "install Go under /usr or /usr/local/go"),
        ]
        return fixes.map { language, fix in
            tools.languages[language].map { .good(language, $0) }
                ?? .lacking(language, "sandboxes cannot run it", fix: fix)
        }
    }

    private func port() async -> MachineCheck {
        do {
            let origin = try await withServer(answering: { _ in Nobody() }) { $0.origin }
            return .good("port", "\(origin) could be had")
        } catch {
            return .failed("port", "\(error)", fix: "let this user listen on 127.0.0.1")
        }
    }

    private func files() -> MachineCheck {
        let probe = "\(folder)/.understudy-\(UUID().uuidString)"
        do {
            try Data().write(to: URL(fileURLWithPath: probe))
            try FileManager.default.removeItem(atPath: probe)
            return .good("folder", "\(folder) can be written to")
        } catch {
            return .failed(
                "folder", "\(folder): \(error.localizedDescription)", fix: "run in a folder that this user can write to"
            )
        }
    }

    private func runs() async -> MachineCheck {
        do {
            let runs = try await TranscriptStore(path: store, for: .reading).runs(limit: 1)
            return .good("store", runs.isEmpty ? "\(store) holds no runs" : "\(store) can be read")
        } catch let error as TranscriptStoreError where error.cause == .absent {
            return .good("store", "\(store) is made by the first 'understudy run'")
        } catch {
            return .failed("store", "\(error)", fix: "move \(store) away; the next run makes a new one")
        }
    }
}

/// Only there for a port to be had.
private struct Nobody: Responder {
    func respond(to request: Request) async throws -> Response { Response(status: 404, content: .whole([])) }
}
