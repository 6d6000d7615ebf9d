import Foundation
import ProjectFiles
import Testing

@Suite struct GitHeadTests {
    private let folder: TemporaryFolder
    private let sha = String(repeating: "a1", count: 20), other = String(repeating: "b2", count: 20)

    init() throws { folder = try TemporaryFolder() }

    /// Commit and branch.
    private func head(in place: String = "") -> [String?]? {
        Project(folder: folder.path + place).gitHead().map { [$0.sha, $0.branch] }
    }

    @Test func branchIsReadFromItsOwnFile() throws {
        try folder.write(".git/HEAD", "ref: refs/heads/feature/x\n")
        try folder.write(".git/refs/heads/feature/x", "\(sha)\n")
        try folder.write(".git/packed-refs", "\(other) refs/heads/feature/x\n")
        try folder.write("deep/er/file", "")
        #expect(head() == [sha, "feature/x"])
        #expect(head(in: "/deep/er") == [sha, "feature/x"])
    }

    @Test func branchIsReadFromThePackedOnes() throws {
        try folder.write(".git/HEAD", "ref: refs/heads/main\n")
        let lines = [
            "# pack-refs with: peeled fully-peeled sorted", "\(other) refs/heads/not/main",
            "\(other) refs/remotes/origin/main",
            "\(sha) refs/heads/main", "^\(other)", "",
        ]
        try folder.write(".git/packed-refs", lines.joined(separator: "\n"))
        #expect(head() == [sha, "main"])
    }

    @Test func detachedAndUnbornHeadsAreSo() throws {
        try folder.write(".git/HEAD", "\(sha)\n")
        #expect(head() == [sha, nil])
        try folder.write(".git/HEAD", "ref: refs/heads/main\n")
        #expect(head() == [nil, "main"])
    }

    @Test func furtherWorktreeIsItsOwn() throws {
        try folder.write("main/.git/HEAD", "ref: refs/heads/main\n")
        try folder.write("main/.git/refs/heads/main", "\(other)\n")
        try folder.write("main/.git/refs/heads/side", "\(sha)\n")
        try folder.write("main/.git/worktrees/side/HEAD", "ref: refs/heads/side\n")
        try folder.write("main/.git/worktrees/side/commondir", "../..\n")
        try folder.write("main/inside/.git", "gitdir: \(folder.path)/main/.git/worktrees/side\n")
        #expect(head(in: "/main/inside") == [sha, "side"])
        try folder.write("main/inside/.git", "gitdir: ../.git/worktrees/side\n")
        #expect(head(in: "/main/inside") == [sha, "side"])
        #expect(head(in: "/main") == [other, "main"])
    }

    @Test func brokenCheckoutIsNone() throws {
        try folder.write(".git/config", "")
        #expect(head() == nil)
    }
}
