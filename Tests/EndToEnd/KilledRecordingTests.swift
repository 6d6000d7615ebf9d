import Foundation
import Synchronization
import Testing

/// `kill -9` costs at most the exchange in flight.
@Suite struct KilledRecordingTests {
    static let old = ProjectFolder.twoAnswers.replacing("name: two-answers", with: "name: talk")

    static let talk = """
        understudy: scenario/1
        name: talk
        agents:
          assistant: {kind: assistant, model: gpt-4o, max_retries: 0}
          user: {kind: user_proxy, default_reply: Go on., max_auto_replies: 30}
        conversation:
          two_agent: {from: user, to: assistant, message: Talk to me.}
        """

    /// Where a recorder is killed: in the `request`-th exchange, when so many bytes of its answer have been sent.
    struct Instant: Sendable, CustomTestStringConvertible {
        let request: Int
        let byteCount: Int

        var testDescription: String { "request \(request), \(byteCount) bytes" }
    }

    static let instants: [Instant] = {
        var seed: UInt64 = 20_251_125
        func next(below limit: Int) -> Int {
            // Knuth's MMIX generator; its high bits are the good ones.
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % limit
        }
        let random = (0..<12).map { _ in Instant(request: 1 + next(below: 30), byteCount: next(below: 500)) }
        // Nothing sent, and everything sent: then the kill races with the writing.
        return random
            + [1, 2, 30].flatMap { [Instant(request: $0, byteCount: 0), Instant(request: $0, byteCount: 10_000)] }
    }()

    @Test(arguments: instants)
    func whatTheClientHadSeenIsThere(instant: Instant) async throws {
        let project = try ProjectFolder()
        try project.write(Self.talk, to: "scenarios/talk.yaml")
        try project.write(Self.old, to: "cassettes/talk.yaml")
        let recorder = Mutex<ChildProcess?>(nil)
        let upstream = try StubUpstream { number in
            number == instant.request
                ? .cut("answer \(number)", afterBytes: instant.byteCount) : .text("answer \(number)")
        } afterCut: {
            // The first request may come before its sender is noted.
            eventually { recorder.withLock { $0 } }?.signal(SIGKILL)
        }
        let status = try await project.running(["record", "talk", "--upstream", "openai=\(upstream.baseURL)"]) {
            child in
            recorder.withLock { $0 = child }
            return await child.end()
        }
        #expect(status == 128 + SIGKILL)
        #expect(try project.text("cassettes/talk.yaml") == Self.old)

        let runs = try await project.run("runs")
        #expect(runs.status == 0 && runs.output.contains("record talk"), "\(runs)")

        // A later request is sent only after the earlier answer has been seen whole.
        let whole = instant.request - 1
        let adopt = try await project.run("cassette", "adopt", "talk")
        guard adopt.status == 0 else {
            #expect(whole == 0 && adopt.status == 2, "\(adopt)")
            return
        }
        let verify = try await project.run("cassette", "verify", "talk")
        #expect(verify.status == 0, "\(verify)")
        let count = try #require(verify.output.firstMatch(of: #/: (\d+) interactions?,/#).flatMap { Int($0.1) })
        #expect(count == whole || count == instant.request, "\(verify)")
        let text = try project.text("cassettes/talk.yaml")
        for number in 1..<instant.request {
            #expect(
                text.contains("{role: assistant, content: answer \(number)}"), "answer \(number) is missing in \(text)")
        }
    }

    @Test(arguments: [SIGKILL, SIGTERM, SIGINT])
    func anEndedRecorderLeavesItsRecordingAndNoProcess(signal: Int32) async throws {
        let project = try ProjectFolder()
        try project.write(
            """
            understudy: scenario/1
            name: talk
            agents:
              assistant: {kind: assistant, model: gpt-4o, max_retries: 0}
              user: {kind: user_proxy, executor: {kind: hopx}}
            conversation:
              two_agent: {from: user, to: assistant, message: Go.}
            """, to: "scenarios/talk.yaml")
        let arrived = Mutex(0)
        let upstream = try StubUpstream { number in
            arrived.withLock { $0 = number }
            return number == 1 ? .text(#"```python\nprint(6 * 7)\n```"#) : .silence
        }
        let arguments = ["record", "talk", "--upstream", "openai=\(upstream.baseURL)", "--upstream", "hopx=sandbox"]
        try await project.running(arguments) { child in
            // With the second request the sandbox is there, and its code has run.
            let children = try await onThread {
                eventually { arrived.withLock { $0 } == 2 ? ProcessTree.below(child.id) : nil }
            }
            #expect(children?.isEmpty == false)
            child.signal(signal)
            let status = await child.end()
            #expect(signal == SIGKILL ? status == 128 + SIGKILL : status != 0)
            let left = try await onThread { eventually { ProcessTree.alive(children ?? []).isEmpty ? true : nil } }
            #expect(left == true, "still there: \(ProcessTree.alive(children ?? []))")
        }
        #expect(try project.text("cassettes/talk.yaml.recording").contains("stdout: |\n      42\n"))
        let adopt = try await project.run("cassette", "adopt", "talk")
        // One that is asked to end still deletes its sandbox, which is a fourth.
        let count = signal == SIGKILL ? 3 : 4
        #expect(adopt.status == 0 && adopt.output.contains("\(count) interactions"), "\(adopt)")
    }
}
