import Digests
import Documents
import Foundation
public import HopXProtocol
import Synchronization

/// Sandboxes on this machine: each a process tree of its own under bubblewrap, with its files in memory.
///
/// Code sees the system read-only, no network, none of the host's files and processes, and a fixed environment.
/// Python keeps its variables from call to call; a run that overruns its time loses them.
/// Whoever makes one calls `shutDown`; should this process die first, the kernel ends the sandboxes.
public final class LocalSandbox: SandboxBackend {
    public struct Configuration: Sendable {
        /// For `bwrap` and `python3`: folders with colons between.
        public var path: String
        /// An interpreter to use instead of looking for one.
        public var python: String?
        /// Runs code unprotected when bubblewrap is not installed or does not work here.
        public var allowsNoIsolation: Bool
        /// Gives sandboxes this machine's network, its loopback addresses included, unless a client wants none.
        public var sharesNetwork: Bool
        public var limits: SandboxLimits

        public init(
            path: String, python: String? = nil, allowsNoIsolation: Bool = false, sharesNetwork: Bool = false,
            limits: SandboxLimits = SandboxLimits()
        ) {
            self.path = path
            self.python = python
            self.allowsNoIsolation = allowsNoIsolation
            self.sharesNetwork = sharesNetwork
            self.limits = limits
        }
    }

    private let configuration: Configuration
    private let bubblewrap: String?
    private let python: PythonInstallation
    private let groups: ControlGroups?
    public let tools: SandboxTools
    /// False when sandboxes share one count of processes, as they have no user namespaces of their own.
    private let countsApart: Bool
    private let sandboxes = Mutex<[String: Member]>([:])
    private let spare: SpareSandbox

    struct Member: Sendable {
        let process: SandboxProcess
        /// Of the host, without isolation.
        let folder: String?
        let group: ControlGroup?
    }

    /// Looks for bubblewrap and for a Python that runs under it.
    ///
    /// - Throws: `ProcessError` that says what is missing.
    public init(_ configuration: Configuration) async throws {
        self.configuration = configuration
        let installed = configuration.path.split(separator: ":").map { "\($0)/bwrap" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        guard installed != nil || configuration.allowsNoIsolation else { throw ProcessError(.bubblewrapMissing) }
        var ways: [String?] = installed.map { [$0] } ?? []
        if configuration.allowsNoIsolation { ways.append(nil) }
        groups = await ControlGroups.find()
        let candidates = configuration.python.map { [$0] } ?? PythonInstallation.candidates(path: configuration.path)
        var tried: [String] = []
        for way in ways {
            for candidate in candidates {
                do {
                    let python = try await PythonInstallation(asking: candidate)
                    let trial = try await LocalSandbox.start(python, bubblewrap: way, configuration, groups)
                    let found: JSONObject
                    do {
                        found = try await trial.process.call("tools", [])
                    } catch {
                        await LocalSandbox.end(trial)
                        throw error
                    }
                    await LocalSandbox.end(trial)
                    tools = SandboxTools(
                        languages: LocalSandbox.versions(found["languages"]),
                        libraries: LocalSandbox.versions(found["libraries"]))
                    countsApart = found["counts_apart"]?.boolValue ?? false
                    self.python = python
                    bubblewrap = way
                    spare = SpareSandbox { [groups] hasNetwork in
                        try await LocalSandbox.start(
                            python, bubblewrap: way, configuration, groups, hasNetwork: hasNetwork)
                    }
                    return
                } catch is CancellationError {
                    throw CancellationError()
                } catch let unfit as PythonInstallation.Unfit {
                    tried.append("\(candidate): \(unfit.reason)")
                } catch {
                    tried.append("\(candidate): \(error)")
                }
            }
        }
        throw ProcessError(.noPython(tried: tried))
    }

    /// True when code runs under bubblewrap.
    public var isIsolated: Bool { bubblewrap != nil }

    /// True when limits of memory and processes hold for each sandbox as a whole, not only for each process.
    public var limitsWholeSandboxes: Bool { groups != nil }

    /// True when each sandbox's processes are counted apart from all others.
    public var countsProcessesApart: Bool { groups != nil || countsApart }

    /// The interpreter that sandboxes are given.
    public var pythonPath: String { python.executable }

    public func create(_ sandbox: String) async throws { try await create(sandbox, hasNetwork: false) }

    public func create(_ sandbox: String, as creation: SandboxCreation) async throws {
        try await create(sandbox, hasNetwork: configuration.sharesNetwork && creation.internetAccess)
    }

    private func create(_ sandbox: String, hasNetwork: Bool) async throws {
        let member: Member
        do {
            member = try await spare.next(hasNetwork: hasNetwork)
        } catch let error as ProcessError {
            throw HopXError(503, "SERVICE_UNAVAILABLE", error.description)
        }
        let old = sandboxes.withLock { $0.updateValue(member, forKey: sandbox) }
        if let old { await LocalSandbox.end(old) }
    }

    public func destroy(_ sandbox: String) async {
        let (member, isLast) = sandboxes.withLock { ($0.removeValue(forKey: sandbox), $0.isEmpty) }
        if isLast { spare.rest() }
        if let member { await LocalSandbox.end(member) }
    }

    /// Ends all sandboxes, and returns when their processes are gone.
    public func shutDown() async {
        await spare.close()
        let members = sandboxes.withLock { sandboxes in
            defer { sandboxes = [:] }
            return Array(sandboxes.values)
        }
        await withTaskGroup(of: Void.self) { group in
            for member in members { group.addTask { await LocalSandbox.end(member) } }
        }
    }

    public func run(_ run: CodeRun, in sandbox: String) async throws -> CodeOutcome {
        if run.process != nil { return try await self.run(run, in: sandbox) { _ in } }
        return try await outcome(of: run, in: sandbox)
    }

    /// - Parameter listener: Told what the program prints, as the supervisor words it; nil keeps it for the outcome.
    func outcome(
        of run: CodeRun, in sandbox: String, listener: SandboxProcess.Listener? = nil
    ) async throws -> CodeOutcome {
        var fields: [(String, JSONValue)] = [
            ("timeout", .number(run.timeoutSeconds)), ("directory", .string(run.directory)),
            ("environment", .object(JSONObject(run.environment.map { ($0.key, .string($0.value)) }))),
        ]
        // What nobody waits for tells nothing but its number.
        if listener != nil, run.process == nil { fields.append(("streams", true)) }
        if let process = run.process { fields.append(("process", .string(process))) }
        let result: JSONObject
        switch run.work {
        case .code(let code, .python):
            result = try await call("python", fields + [("code", .string(code))], in: sandbox, listener)
        case .code(let code, let language):
            fields += [("code", .string(code)), ("language", .string(language.rawValue))]
            result = try await call("shell", fields, in: sandbox, listener)
        case .command(let words):
            fields.append(("words", .array(words.map { .string($0) })))
            result = try await call("program", fields, in: sandbox, listener)
        }
        guard let stdout = result["stdout"]?.stringValue, let stderr = result["stderr"]?.stringValue,
            let exitCode = result["exit_code"]?.intValue, let time = result["execution_time"]?.doubleValue
        else { throw LocalSandbox.lost(ProcessError(.badAnswer)) }
        return CodeOutcome(
            stdout: stdout, stderr: stderr, exitCode: exitCode, executionTime: time,
            processID: result["pid"]?.intValue, richOutputs: LocalSandbox.richOutputs(result["rich"]))
    }

    public func write(_ file: FileWrite, in sandbox: String) async throws {
        _ = try await call(
            "write",
            [
                ("path", .string(file.path)), ("bytes", .string(Base64.encode(file.bytes))),
                ("mode", .number(file.mode)), ("overwrites", .bool(file.overwrites)),
            ], in: sandbox)
    }

    public func read(_ path: String, in sandbox: String) async throws -> [UInt8] {
        let result = try await call("read", [("path", .string(path))], in: sandbox)
        guard let text = result["bytes"]?.stringValue, let bytes = Base64.decode(text) else {
            throw LocalSandbox.lost(ProcessError(.badAnswer))
        }
        return bytes
    }

    public func list(_ path: String, in sandbox: String) async throws -> [FileStatus] {
        let result = try await call("list", [("path", .string(path))], in: sandbox)
        return try (result["files"]?.arrayValue ?? []).map { file in
            guard let path = file["path"]?.stringValue, let size = file["size"]?.intValue,
                let isDirectory = file["is_directory"]?.boolValue, let mode = file["mode"]?.intValue,
                let modifiedAt = file["modified_at"]?.doubleValue
            else { throw LocalSandbox.lost(ProcessError(.badAnswer)) }
            return FileStatus(
                path: path, size: size, isDirectory: isDirectory, mode: mode, modifiedAt: modifiedAt)
        }
    }

    public func exists(_ path: String, in sandbox: String) async throws -> Bool {
        try await call("exists", [("path", .string(path))], in: sandbox)["exists"]?.boolValue ?? false
    }

    public func makeDirectory(_ path: String, in sandbox: String) async throws {
        _ = try await call("make_directory", [("path", .string(path))], in: sandbox)
    }

    public func remove(_ path: String, in sandbox: String) async throws {
        _ = try await call("remove", [("path", .string(path))], in: sandbox)
    }

    func call(
        _ work: String, _ fields: [(String, JSONValue)], in sandbox: String, _ listener: SandboxProcess.Listener? = nil
    ) async throws -> JSONObject {
        guard let member = sandboxes.withLock({ $0[sandbox] }) else { throw HopXError.sandboxNotFound(sandbox) }
        do {
            return try await member.process.call(work, fields, listener: listener)
        } catch let error as ProcessError {
            throw LocalSandbox.lost(error)
        }
    }

    /// What a client is told when code has brought its own sandbox down.
    static func lost(_ error: ProcessError) -> HopXError { .executionFailed(error.description) }

    private static func richOutputs(_ list: JSONValue?) -> [RichOutput] {
        (list?.arrayValue ?? []).compactMap { item in
            guard let kind = item["kind"]?.stringValue.flatMap(RichOutput.Kind.init), let value = item["value"] else {
                return nil
            }
            return RichOutput(kind, value, source: item["source"]?.stringValue ?? "other")
        }
    }

    private static func versions(_ object: JSONValue?) -> [String: String] {
        let members = object?.objectValue?.members ?? []
        return Dictionary(members.map { ($0.name, $0.value.stringValue ?? "") }) { first, _ in first }
    }

    private static func start(
        _ python: PythonInstallation, bubblewrap: String?, _ configuration: Configuration, _ groups: ControlGroups?,
        hasNetwork: Bool = false
    ) async throws -> Member {
        let limits = configuration.limits
        let folder = bubblewrap == nil ? try newFolder() : nil
        let group: ControlGroup?
        do {
            group = try groups?.make(limits)
        } catch {
            if let folder { try? FileManager.default.removeItem(atPath: folder) }
            throw ProcessError(.cannotStart("its control group cannot be made: \(error)"))
        }
        let isolation = Isolation(
            kind: bubblewrap.map { .bubblewrap(program: $0) } ?? .none(root: folder ?? ""), python: python,
            limits: limits, group: group, sharesNetwork: hasNetwork)
        let isIsolated = folder == nil
        let settings: JSONValue = [
            "uid": isIsolated ? .number(Isolation.unprivilegedID) : .null, "isolated": .bool(isIsolated),
            "root": .string(isolation.root),
            "environment": .object(JSONObject(isolation.environment.map { ($0.key, .string($0.value)) })),
            "loader": .string(PythonInstallation.loader), "interpreter": .string(python.interpreter),
            "streams": .string(streamsScript),
            "directories": .array(isIsolated ? [] : Isolation.directories.map { .string($0) }),
            "limits": limits.resources, "output_limit": .number(limits.output), "file_limit": .number(limits.fileRead),
            "rich_limit": .number(limits.richOutput),
        ]
        do {
            let process = try await SandboxProcess(
                isolation.command(settings: settings.text()), isIsolated: isIsolated)
            return Member(process: process, folder: folder, group: group)
        } catch {
            await group?.remove()
            if let folder { try? FileManager.default.removeItem(atPath: folder) }
            throw error
        }
    }

    /// Of the host, where a sandbox without isolation has its files.
    private static func newFolder() throws -> String {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("understudy-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw ProcessError(.cannotStart("\(url.path): \(error.localizedDescription)"))
        }
        return url.path
    }

    static func end(_ member: Member) async {
        await member.process.end()
        await member.group?.remove()
        // Only files that code made are lost if this fails, and nothing refers to them any more.
        if let folder = member.folder { try? FileManager.default.removeItem(atPath: folder) }
    }
}
