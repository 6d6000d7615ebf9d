import Foundation
import Synchronization
import Testing

/// `cassette verify --live`: what was recorded is asked again, and nothing is written.
@Suite struct LiveCheckTests {
    private static let questions = ["one", "two", "three", "four"]

    private static func answer(_ text: String, finish: String = "stop") -> String {
        ScriptedUpstream.json(
            #"{"id":"c\#(UInt64.random(in: 0 ... .max))","created":1,"choices":[{"index":0,"finish_reason":"\#(finish)","#
                + #""message":{"role":"assistant","content":"\#(text)"}}],"usage":{"total_tokens":10}}"#)
    }

    /// Records four questions, then answers as `now` says.
    private static func recorded(
        now: @escaping @Sendable (String) -> String
    ) async throws -> (project: ProjectFolder, upstream: ScriptedUpstream) {
        let project = try ProjectFolder()
        let isLater = Flag()
        let upstream = try ScriptedUpstream { asked, client in
            client.write(isLater.value ? now(asked.question) : answer("answer to \(asked.question)"))
            return true
        }
        let serve = try await project.serving(ProjectFolder.recordingTalk(from: upstream.origin + "/v1")) { server in
            for question in questions { _ = try await server.ask(question) }
        }
        #expect(serve.status == 0, "\(serve)")
        isLater.set()
        return (project, upstream)
    }

    private static func verify(
        _ project: ProjectFolder, _ upstream: ScriptedUpstream, _ more: String..., environment: [String: String] = [:]
    ) async throws -> ProjectFolder.Outcome {
        try await project.run(
            ["cassette", "verify", "talk", "--live", "--upstream", "openai=\(upstream.origin)/v1"] + more,
            environment: environment)
    }

    @Test func eachKindOfDriftIsToldAndNothingIsWritten() async throws {
        let (project, upstream) = try await Self.recorded { question in
            switch question {
            case "one": Self.answer("answer to one")
            case "two": Self.answer("something else")
            case "three": Self.answer("answer to three", finish: "length")
            default: "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"
            }
        }
        let files = project.files
        let before = try project.text(ProjectFolder.talk)
        let verify = try await Self.verify(project, upstream, "--format", "json")
        #expect(verify.status == 1, "\(verify)")
        let live = try #require(
            (try JSONSerialization.jsonObject(with: Data(verify.output.utf8)) as? [String: Any])?["live"]
                as? [String: Any])
        let drifts = (live["interactions"] as? [[String: Any]])?.map { $0["drift"] as? String }
        #expect(drifts == ["identical", "wording", "shape", "failed"], "\(verify)")
        #expect(["identical", "wording", "shape", "failed"].allSatisfy { live[$0] as? Int == 1 })
        #expect(live["tokens"] as? Int == 30)
        #expect(project.files == files)
        #expect(try project.text(ProjectFolder.talk) == before)
        // Asked as they were recorded.
        let asked = upstream.asked
        #expect(asked.count == 8 && asked[4...].map(\.body) == asked[..<4].map(\.body))
        #expect(asked[4].line == "POST /v1/chat/completions HTTP/1.1")
    }

    @Test func otherWordsAreNoFailure() async throws {
        let (project, upstream) = try await Self.recorded { Self.answer("now \($0)") }
        // The flag is explicit, so continuous integration may ask.
        let verify = try await Self.verify(project, upstream, environment: ["CI": "true"])
        #expect(verify.status == 0, "\(verify)")
        #expect(verify.output.contains("4 asked again: 4 wording · 40 tokens"), "\(verify)")
        #expect(verify.output.contains("'answer to one', now 'now one'"), "\(verify)")
    }

    @Test(arguments: [(["--max-requests", "2"], 2, "2 requests"), (["--max-tokens", "25"], 3, "25 tokens")])
    func aBudgetStopsItWithALineThatSaysSo(flags: [String], count: Int, words: String) async throws {
        let (project, upstream) = try await Self.recorded { Self.answer("answer to \($0)") }
        let verify = try await project.run(
            ["cassette", "verify", "talk", "--live", "--upstream", "openai=\(upstream.origin)/v1"] + flags)
        #expect(verify.status == 0 && upstream.asked.count == 4 + count, "\(verify)")
        #expect(verify.output.contains("stopped: the budget of \(words) is used up"), "\(verify)")
        #expect(verify.output.contains("\(4 - count) of the sample not asked"), "\(verify)")
    }

    @Test func aSeedChoosesTheSameSample() async throws {
        let (project, upstream) = try await Self.recorded { Self.answer("answer to \($0)") }
        for _ in 1...2 {
            #expect(try await Self.verify(project, upstream, "--sample", "2", "--seed", "7").status == 0)
        }
        let later = upstream.asked.map(\.question).dropFirst(4)
        #expect(later.count == 4 && Array(later.prefix(2)) == Array(later.suffix(2)))
    }

    @Test func aServiceThatIsNotThereIsTheWorldsFault() async throws {
        let (project, _) = try await Self.recorded { Self.answer($0) }
        let (port, socket) = try Loopback.bindUnusedPort()
        defer { close(socket) }
        let verify = try await project.run(
            "cassette", "verify", "talk", "--live", "--upstream", "openai=http://127.0.0.1:\(port)/v1")
        #expect(verify.status == 4, "\(verify)")
        #expect(verify.output.contains("connection was refused") && verify.output.contains("3 of the sample not asked"))
    }

    @Test func nobodyElseIsToldAConversation() async throws {
        let (project, upstream) = try await Self.recorded { Self.answer($0) }
        let verify = try await project.run(
            "cassette", "verify", "talk", "--live", environment: ["OPENAI_API_KEY": "sk-live-0123456789abcdef"])
        #expect(verify.status == 2, "\(verify)")
        #expect(verify.complaints.contains("--upstream openai=\(upstream.origin)/v1"), "\(verify)")
    }

    @Test func aSecretInAnAnswerIsNotPrinted() async throws {
        let secret = "very-secret-value-0123456789"
        let (project, upstream) = try await Self.recorded { _ in
            Self.answer("take \(secret) and sk-ant-abcdefghijklmnop1234")
        }
        let verify = try await Self.verify(
            project, upstream, "--upstream-key", "openai=env:ODD_NAME", environment: ["ODD_NAME": secret])
        #expect(verify.output.contains("<redacted:"), "\(verify)")
        #expect(!"\(verify)".contains(secret) && !"\(verify)".contains("sk-ant-abcdefghijklmnop1234"), "\(verify)")
        #expect(upstream.asked.last?.field("authorization") == "Bearer \(secret)")
    }

    @Test func flagsOfALiveCheckNeedOne() async throws {
        let verify = try await ProjectFolder().run("cassette", "verify", "--max-requests", "2")
        #expect(verify.status == 2 && verify.complaints.contains("--live"), "\(verify)")
    }
}

/// Something that has happened, or has not yet.
private final class Flag: Sendable {
    private let flag = Mutex(false)

    var value: Bool { flag.withLock { $0 } }

    func set() { flag.withLock { $0 = true } }
}
