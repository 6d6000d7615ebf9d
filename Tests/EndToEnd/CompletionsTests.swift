import Testing

@Suite struct CompletionsTests {
    /// Sources the script, and prints what bash would offer for the last of some words.
    private static let complete = """
        set -euo pipefail
        source <("$0" completions bash)
        set +eu
        COMP_WORDS=("$0" "$@") COMP_CWORD=$# COMP_LINE="$0 $*" COMP_POINT=$((${#0} + 1 + $(printf %s "$*" | wc -c)))
        _understudy "$0" "${@: -1}" "${COMP_WORDS[$(($# - 1))]}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """

    private func offered(_ words: String...) async throws -> Set<String> {
        let project = try ProjectFolder.withAllShipped()
        let offered = try await project.run(words, below: ["bash", "-c", Self.complete])
        #expect(offered.status == 0 && offered.complaints.isEmpty, "\(offered)")
        return Set(offered.output.split(separator: "\n").map { $0.trimmingPrefix(" ") }.map(String.init))
    }

    @Test func bashAcceptsTheScript() async throws {
        let script = #""$0" completions bash > script && bash -n script && grep -q 'complete .*understudy' script"#
        let accepted = try await ProjectFolder().run([], below: ["bash", "-c", script])
        #expect(accepted.status == 0 && accepted.complaints.isEmpty, "\(accepted)")
    }

    @Test(arguments: [("zsh", "#compdef understudy"), ("fish", "complete -c 'understudy'")])
    func otherShellsHaveTheirs(shell: String, line: String) async throws {
        let script = try await ProjectFolder().run("completions", shell)
        #expect(script.status == 0 && script.output.contains(line), "\(script.output.prefix(500))")
    }

    @Test func anUnknownShellIsBadInput() async throws {
        let script = try await ProjectFolder().run("completions", "tcsh")
        #expect(script.status == 2 && script.complaints.contains("tcsh"), "\(script)")
    }

    @Test func commandsAreOffered() async throws {
        #expect(try await offered("re") == ["record", "reject", "report", "review"])
        #expect(try await offered("").isSuperset(of: ["init", "run", "exec", "completions"]))
        #expect(try await offered("cassette", "re") == ["rebase", "redact", "rekey"])
    }

    @Test func flagsAreOffered() async throws {
        #expect(try await offered("run", "--verb") == ["--verbose"])
        #expect(try await offered("serve", "--mode", "re") == ["record", "replay"])
    }

    @Test func namesOfThisProjectAreOffered() async throws {
        #expect(try await offered("exec", "--cassette", "tutorial/two") == ["tutorial/two-agent"])
        #expect(try await offered("exec", "--cassette", "frameworks/auto") == ["frameworks/autogen"])
        #expect(try await offered("run", "tutorial/two") == ["tutorial/two-agent"])
        #expect(try await offered("run", "scenarios/tutorial/two") == ["scenarios/tutorial/two-agent.yaml"])
        #expect(try await offered("cassette", "show", "tutorial/ro") == ["tutorial/robust", "tutorial/round-robin"])
    }
}
