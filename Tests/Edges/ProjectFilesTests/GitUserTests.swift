import ProjectFiles
import Testing

@Suite struct GitUserTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func user(_ environment: [String: String] = [:], in place: String = "") -> String? {
        Project(folder: folder.path + place).gitUser(environment)
    }

    @Test func theNearestNameCounts() throws {
        try folder.write("home/.config/git/config", "[user]\n\tname = From XDG\n")
        let home = ["HOME": folder.path + "/home", "XDG_CONFIG_HOME": ""]
        #expect(user(home) == "From XDG")
        try folder.write("home/.gitconfig", "[user]\n\temail = a@example.org\n")
        #expect(user(home) == "From XDG", "a file without a name does not count")
        try folder.write("home/.gitconfig", "[user]\n\tname = From home\n")
        #expect(user(home) == "From home")
        try folder.write("main/.git/config", "[core]\n\tname = x\n[USER]\n\tName = Ada\n\tname = Ada Lovelace\n")
        try folder.write("main/.git/HEAD", "ref: refs/heads/main\n")
        #expect(user(home, in: "/main") == "Ada Lovelace")
        #expect(user(home.merging(["GIT_AUTHOR_NAME": "CI"]) { $1 }, in: "/main") == "CI")
        #expect(user(home.merging(["GIT_AUTHOR_NAME": ""]) { $1 }, in: "/main") == "Ada Lovelace")
    }

    /// The configuration of a further worktree is that of the first one.
    @Test func aFurtherWorktreeHasTheSameUser() throws {
        try folder.write("main/.git/config", "[user]\nname=Ada\n")
        try folder.write("main/.git/worktrees/side/HEAD", "ref: refs/heads/side\n")
        try folder.write("main/.git/worktrees/side/commondir", "../..\n")
        try folder.write("side/.git", "gitdir: \(folder.path)/main/.git/worktrees/side\n")
        #expect(user(in: "/side") == "Ada")
    }

    @Test(arguments: [
        ("[user] name = Ada", "Ada"), ("name = Ada \\\n L", "Ada  L"), ("name = a\\tb", "a\tb"),
        ("name = U\n[author]\nname = Ada", "Ada"), ("[other] name = X\n[user]", nil),
        ("name = \"Ada # Lovelace\" ; a comment", "Ada # Lovelace"), ("name = Ada \\\"the\\\" L # x", "Ada \"the\" L"),
        ("name = L\u{E9}a ", "L\u{E9}a"), ("name =", nil), ("name", nil), ("nickname = A", nil),
        ("[user \"x\"]\nname = A", nil),
    ])
    func aNameIsReadAsGitReadsIt(line: String, name: String?) throws {
        try folder.write(".git/config", "[user]\n  \(line)\r\n")
        try folder.write(".git/HEAD", "ref: refs/heads/main\n")
        #expect(user() == name)
    }

    @Test func nobodyIsNamed() { #expect(user() == nil) }
}
