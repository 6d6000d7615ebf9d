import Documents
import Foundation
import Subprocess
import SystemPackage

/// A Python interpreter of the host that sandboxes can be given.
struct PythonInstallation: Sendable, Equatable {
    let executable: String
    /// What it needs outside `/usr`, to be shown read-only at the same place.
    let folders: [String]
    /// The supervisor's program in this interpreter's own bytes, in base64: compiling it takes as long as all else.
    let supervisor: String
    /// The same of the interpreter's program.
    let interpreter: String

    /// Runs such bytes, which are its first argument.
    static let loader = "import binascii, marshal, sys; exec(marshal.loads(binascii.a2b_base64(sys.argv.pop(1))))"

    /// Interpreters in order of preference: the system's, then those in PATH, each once.
    static func candidates(path: String) -> [String] {
        let folders = ["/usr/bin", "/usr/local/bin"] + path.split(separator: ":").map(String.init)
        var seen: Set<String> = []
        return folders.map { $0 + "/python3" }.filter {
            seen.insert($0).inserted && FileManager.default.isExecutableFile(atPath: $0)
        }
    }

    /// Asks an interpreter where it really is; some in PATH are scripts that look for one.
    ///
    /// - Throws: `Unfit`, or the Subprocess library's errors.
    init(asking candidate: String) async throws {
        let question = """
            import binascii, json, marshal, sys

            def compiled(source):
                code = marshal.dumps(compile(source, "<sandbox>", "exec"))
                return binascii.b2a_base64(code, newline=False).decode()

            isFit = sys.version_info >= (3, 9)
            programs = [compiled(source) for source in sys.argv[1:]] if isFit else ["", ""]
            print(json.dumps([sys.executable, sys.prefix, sys.base_prefix, isFit] + programs))
            """
        let answer = try await Subprocess.run(
            .path(FilePath(candidate)), arguments: ["-I", "-c", question, supervisorScript, interpreterScript],
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
        guard answer.terminationStatus.isSuccess,
            let items = (try? JSONValue(parsing: answer.standardOutput))?.arrayValue, items.count == 6,
            let supervisor = items[4].stringValue, let interpreter = items[5].stringValue
        else { throw Unfit(reason: answer.standardError.lastLine ?? "it does not run") }
        guard items[3].boolValue == true else { throw Unfit(reason: "older than Python 3.9") }
        let paths = items.prefix(3).compactMap(\.stringValue)
        guard paths.count == 3, paths.allSatisfy({ $0.hasPrefix("/") && $0 != "/" }) else {
            throw Unfit(reason: "it does not know where it is")
        }
        executable = paths[0]
        self.supervisor = supervisor
        self.interpreter = interpreter
        // The executable's own folder too: it can be a link from elsewhere into the installation.
        let target = URL(fileURLWithPath: paths[0]).resolvingSymlinksInPath().path
        let homes = paths[1...] + [target, paths[0]].map { ($0 as NSString).deletingLastPathComponent }
        var folders: [String] = []
        for folder in homes where !PythonInstallation.isShown(folder, by: ["/usr", "/bin"] + folders) {
            folders.append(folder)
        }
        self.folders = folders
    }

    struct Unfit: Error {
        let reason: String
    }

    private static func isShown(_ folder: String, by shown: [String]) -> Bool {
        shown.contains { folder == $0 || folder.hasPrefix($0 + "/") }
    }
}

extension String {
    /// The last line that says something.
    var lastLine: String? {
        split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.last { !$0.isEmpty }
    }
}
