import Foundation
import Testing

/// `--mode new` with a sandbox: what is missing runs in a live one that has caught up with the recorded one.
@Suite struct CatchUpTests {
    /// An answer with code, after which the conversation goes on so many times.
    private static func story(replies: Int) -> String {
        """
        understudy: scenario/1
        name: talk
        agents:
          assistant: {kind: assistant, model: gpt-4o, max_retries: 0}
          user: {kind: user_proxy, executor: {kind: hopx}, max_auto_replies: \(replies)}
        conversation:
          two_agent: {from: user, to: assistant, message: Go.}

        """
    }

    private static func code(_ text: String) -> String { #"```python\n\#(text)\n```"# }

    private static func upstream(_ answers: String...) throws -> StubUpstream {
        try StubUpstream { .text($0 <= answers.count ? answers[$0 - 1] : "TERMINATE") }
    }

    private func record(_ project: ProjectFolder, _ upstream: StubUpstream, mode: String, replies: Int) async throws
        -> ProjectFolder.Outcome
    {
        try project.write(Self.story(replies: replies), to: "scenarios/talk.yaml")
        return try await project.run(
            "run", "talk", "--verbose", "--mode", mode, "--upstream", "openai=\(upstream.baseURL)", "--upstream",
            "hopx=sandbox")
    }

    /// The operations on sandboxes that a cassette holds.
    private func calls(_ text: String) -> [String] {
        text.matches(of: #/(?m)^hopx: (.*)$/#).map { String($0.1) }
    }

    @Test func aLiveSandboxCatchesUpAndOnlyTheNewIsRecorded() async throws {
        let project = try ProjectFolder()
        let upstream = try Self.upstream(
            Self.code("open('/workspace/n', 'w').write('41')"),
            Self.code("print(int(open('/workspace/n').read()) + 1)"))
        let first = try await record(project, upstream, mode: "record", replies: 1)
        #expect(first.status == 0, "\(first)")
        let old = try project.text(ProjectFolder.talk)
        #expect(calls(old).filter { $0.contains("/execute") }.count == 1, "\(old)")

        let new = try await record(project, upstream, mode: "new", replies: 5)
        #expect(new.status == 0 && !new.complaints.contains("warning"), "\(new)")
        #expect(new.output.contains("42"), "the file was not there: \(new)")
        let text = try project.text(ProjectFolder.talk)
        #expect(text.hasPrefix(old), "\(text)")
        let added = String(text.dropFirst(old.count))
        #expect(calls(added).filter { $0.contains("/execute") }.count == 1, "\(added)")
        #expect(calls(added).filter { $0.hasPrefix("POST /v1/sandboxes") } == [], "\(added)")
        #expect(added.contains("stdout: |\n      42\n"), "\(added)")

        let replay = try await project.run("run", "--all-played", "--verbose")
        #expect(replay.status == 0 && replay.output.contains("42"), "\(replay)")
        let diff = try await project.run("diff", "latest~1", "latest")
        #expect(diff.status == 0, "what was recorded is not what plays: \(diff)")
    }

    @Test func anAnswerThatIsAnotherNowIsAWarning() async throws {
        let project = try ProjectFolder()
        let upstream = try Self.upstream(Self.code("import uuid; print(uuid.uuid4())"), Self.code("print(6 * 7)"))
        #expect(try await record(project, upstream, mode: "record", replies: 1).status == 0)
        let new = try await record(project, upstream, mode: "new", replies: 5)
        #expect(new.status == 0 && new.output.contains("42"), "\(new)")
        #expect(new.complaints.contains("warning: ") && new.complaints.contains("/execute"), "\(new)")
        #expect(try await project.run("run", "--all-played").status == 0)
    }

    @Test func withoutAMissNoSandboxIsStarted() async throws {
        let project = try ProjectFolder()
        let upstream = try Self.upstream(Self.code("print(6 * 7)"))
        #expect(try await record(project, upstream, mode: "record", replies: 5).status == 0)
        let old = try project.text(ProjectFolder.talk)
        let new = try await record(project, upstream, mode: "new", replies: 5)
        #expect(new.status == 0, "\(new)")
        #expect(try project.text(ProjectFolder.talk) == old)
    }
}
