import Foundation

/// Where a project's git checkout stands.
public struct GitHead: Sendable, Equatable {
    /// 40 hex digits; nil before the first commit.
    public let sha: String?
    /// Nil when no branch is checked out.
    public let branch: String?
}

extension Project {
    /// Reads `.git/HEAD` of the folder or the nearest one above; nil outside a checkout.
    ///
    /// Git itself is not needed for this, and may not be installed. A missing file just means less is known.
    public func gitHead() -> GitHead? {
        var place = URL(fileURLWithPath: folder.isEmpty ? "." : folder).standardizedFileURL
        while !FileManager.default.fileExists(atPath: place.appendingPathComponent(".git/HEAD").path) {
            guard place.path != "/" else { return nil }
            place.deleteLastPathComponent()
        }
        let git = place.appendingPathComponent(".git")
        guard let head = line(of: git.appendingPathComponent("HEAD")) else { return nil }
        guard let reference = head.hasPrefix("ref: ") ? String(head.dropFirst(5)) : nil else { return GitHead(sha: head, branch: nil) }
        let packed = line(of: git.appendingPathComponent("packed-refs"), endingWith: " \(reference)")
        let sha = line(of: git.appendingPathComponent(reference)) ?? packed.map { String($0.prefix(40)) }
        return GitHead(sha: sha, branch: reference.hasPrefix("refs/heads/") ? String(reference.dropFirst(11)) : reference)
    }

    private func line(of file: URL, endingWith suffix: String = "") -> String? {
        guard let data = try? Data(contentsOf: file) else { return nil }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").first { $0.hasSuffix(suffix) }.map(String.init)
    }
}
