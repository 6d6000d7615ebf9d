import ArgumentParser
import Foundation
import Processes
import Reports
import Transcripts

/// Shows a long text page by page, on a terminal and when the reader has not refused it.
struct Pager {
    let isWanted: Bool

    func show(_ text: String) async throws {
        var size = winsize()
        let environment = ProcessInfo.processInfo.environment
        let command = environment["PAGER"] ?? "less"
        guard isWanted, !command.isEmpty, command != "cat", isatty(STDOUT_FILENO) == 1,
            ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, text.utf8.count(where: { $0 == 0x0A }) >= size.ws_row
        else { return Console.print(text) }
        let folder = try TemporaryTexts(["diff.txt": text])
        defer { folder.remove() }
        do {
            // A default that is not installed is nobody's mistake: the shell is not to complain of it.
            if environment["PAGER"] == nil { _ = try await ChildCommand([command]) }
            // From a file, so that nobody writes to a pager that has been quit.
            let child = try await ChildCommand([
                "sh", "-c", "exec sh -c \"$1\" <\"$2\"", "sh", command, folder.path(of: "diff.txt"),
            ])
            // As git does: colours shown, a short page left on the screen.
            let end = try await child.run(
                changing: ["LESS": environment["LESS"] ?? "FRX"], forwarding: AsyncStream { $0.finish() })
            if end.hasNotStarted { Console.print(text) }
        } catch is CommandError {
            Console.print(text)
        }
    }
}

extension ChildCommand.Termination {
    /// What a shell says of a command that it does not find or may not execute.
    fileprivate var hasNotStarted: Bool { self == .exited(127) || self == .exited(126) }
}

/// Texts in a folder that only this user can read.
struct TemporaryTexts {
    private let folder: String

    init(_ texts: [String: String]) throws {
        folder = NSTemporaryDirectory() + "/understudy-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for (name, text) in texts { try Data(text.utf8).write(to: URL(fileURLWithPath: path(of: name))) }
    }

    func path(of name: String) -> String { "\(folder)/\(name)" }
    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}

/// Opens both sides of a comparison in another program.
struct DiffTool {
    let command: String

    func open(_ pairs: [DiffSides.Pair]) async throws {
        for pair in pairs {
            let pages = { (transcript: Transcript?) in transcript.map(Console.plainPages.transcript) ?? "" }
            let texts = try TemporaryTexts(["before.txt": pages(pair.before), "after.txt": pages(pair.after)])
            defer { texts.remove() }
            let child = try await ChildCommand([
                "sh", "-c", "exec \(command) \"$1\" \"$2\"", "sh", texts.path(of: "before.txt"),
                texts.path(of: "after.txt"),
            ])
            let end = try await child.run(forwarding: AsyncStream { $0.finish() })
            guard !end.hasNotStarted else {
                throw ValidationError(
                    "--tool: '\(command)' cannot be run\n  expected: a command that takes two files, as meld or 'code --diff'"
                )
            }
        }
    }
}
