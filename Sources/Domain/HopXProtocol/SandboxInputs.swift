import Digests
import Documents
public import HTTPMessages

/// All that a client gave a sandbox: how it was created, its variables, and the files the client wrote.
///
/// The digest is part of an outcome's key, so that the same code over other data is another call.
public struct SandboxInputs: Sendable, Equatable {
    private enum File: Equatable {
        case written(sha256: String)
        case directory
        /// Removed by the client; whoever made it.
        case removed
    }

    private let creation: JSONValue
    public private(set) var environment: [String: String]
    /// By the bytes of the path: two spellings that Swift calls equal are two files.
    private var files: [[UInt8]: File] = [:]

    public init(creation: SandboxCreation) {
        self.creation = .object(creation.body)
        environment = creation.environment
    }

    /// Counts a change in, if it succeeded; anything else is passed over.
    ///
    /// Pause, resume and timeout do not count: code cannot see them.
    ///
    /// - Parameters:
    ///   - request: Redacted, wherever keys are compared across machines.
    ///   - status: Of the answer.
    public mutating func note(_ operation: HopXOperation, request: Request, status: Int) {
        guard status < 400 else { return }
        switch operation.kind {
        case .writeFile:
            guard let file = try? FileWrite(body: request.body) else { return }
            files[Array(file.path.utf8)] = .written(sha256: Digest.sha256Hex(file.bytes))
        case .uploadFile:
            guard let upload = FileUpload(request) else { return }
            files[Array(upload.path.utf8)] = .written(sha256: Digest.sha256Hex(upload.bytes))
        case .makeDirectory:
            guard let path = try? SandboxPath.ofNewDirectory(body: request.body) else { return }
            files[Array(path.utf8)] = .directory
        case .removeFile:
            guard let path = try? SandboxPath.checked(request.queryValue("path")) else { return }
            files = files.filter { !SandboxPath.contains(path, String(decoding: $0.key, as: UTF8.self)) }
            files[Array(path.utf8)] = .removed
        default:
            guard let change = try? EnvironmentChange(operation, request: request) else { return }
            change.apply(to: &environment)
        }
    }

    /// The text that is hashed: a version line, then the canonical JSON of `{create, env, files}`.
    ///
    /// `files` maps each path to the SHA-256 of its bytes, to `directory` or to `removed`.
    public var text: [UInt8] {
        let fileTexts = files.map { path, file in
            (String(decoding: path, as: UTF8.self), JSONValue.string(SandboxInputs.text(file)))
        }
        let value = JSONValue.object(
            JSONObject([
                ("create", creation),
                ("env", .object(JSONObject(environment.map { ($0.key, .string($0.value)) }))),
                ("files", .object(JSONObject(fileTexts))),
            ]))
        // A number beyond range has no canonical form; its spelling stands for it.
        return Array("understudy-inputs/1\n".utf8) + (CanonicalJSON.bytes(of: value) ?? value.bytes())
    }

    private static func text(_ file: File) -> String {
        switch file {
        case .written(let sha256): sha256
        case .directory: "directory"
        case .removed: "removed"
        }
    }

    /// 16 hex digits of the SHA-256 of `text`.
    public var digest: String { String(Digest.sha256Hex(text).prefix(16)) }
}
