import Foundation

/// Where a project's git checkout stands.
public struct GitHead: Sendable, Equatable {
    /// 40 hex digits; nil before the first commit.
    public let sha: String?
    /// Nil when no branch is checked out.
    public let branch: String?
}

extension Project {
    /// Reads the `HEAD` of the folder's checkout, which may begin above it; nil outside one.
    ///
    /// Git itself is not needed for this, and may not be installed. A missing file just means less is known.
    public func gitHead() -> GitHead? {
        guard let git = ownGitFolder() else { return nil }
        let common = commonFolder(of: git)
        guard let head = line(of: git.appendingPathComponent("HEAD")) else { return nil }
        guard let reference = head.hasPrefix("ref: ") ? String(head.dropFirst(5)) : nil else {
            return GitHead(sha: head, branch: nil)
        }
        let packed = line(of: common.appendingPathComponent("packed-refs"), endingWith: " \(reference)")
        let sha = line(of: common.appendingPathComponent(reference)) ?? packed.map { String($0.prefix(40)) }
        return GitHead(
            sha: sha, branch: reference.hasPrefix("refs/heads/") ? String(reference.dropFirst(11)) : reference)
    }

    /// Where references and the configuration are; nil outside a checkout.
    func gitFolder() -> URL? { ownGitFolder().map(commonFolder) }

    private func ownGitFolder() -> URL? {
        var place = URL(fileURLWithPath: folder.isEmpty ? "." : folder).standardizedFileURL
        while !FileManager.default.fileExists(atPath: place.appendingPathComponent(".git").path) {
            guard place.path != "/" else { return nil }
            place.deleteLastPathComponent()
        }
        let git = place.appendingPathComponent(".git")
        // gitrepository-layout(5): in a further worktree and in a submodule, `.git` is a file that names the folder.
        guard let link = line(of: git), link.hasPrefix("gitdir: ") else { return git }
        return URL(fileURLWithPath: String(link.dropFirst(8)), relativeTo: place)
    }

    /// What a further worktree has is that of the first one.
    private func commonFolder(of git: URL) -> URL {
        line(of: git.appendingPathComponent("commondir")).map { URL(fileURLWithPath: $0, relativeTo: git) } ?? git
    }

    private func line(of file: URL, endingWith suffix: String = "") -> String? {
        guard let data = try? Data(contentsOf: file) else { return nil }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").first { $0.hasSuffix(suffix) }.map(
            String.init)
    }
}
