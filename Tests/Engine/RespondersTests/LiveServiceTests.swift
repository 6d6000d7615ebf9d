import Cassettes
import Documents
import HTTPMessages
import Responders
import Synchronization
import Testing

@Suite struct LiveServiceTests {
    /// A live service, and what was sent to it: `METHOD URL` and the fields that carry keys.
    private final class Wire: Sendable {
        private let sent = Mutex<[String]>([])
        private let answers: ScriptedUpstream

        init(_ answers: [Response?]) { self.answers = ScriptedUpstream(answers) }

        var log: [String] { sent.withLock { $0 } }

        func service(_ service: Service, _ base: String, key: String? = "live") -> LiveService {
            LiveService(service: service, base: base, liveKey: key) { [self] request, base in
                let keys = ["authorization", "x-api-key", "api-key", "x-understudy-sandbox"]
                    .compactMap { name in request.headers[name].map { " \(name)=\($0)" } }.joined()
                sent.withLock {
                    $0.append("\(request.method) \(base)\(request.path)\(request.query.map { "?\($0)" } ?? "")\(keys)")
                }
                return try await answers.respond(to: request)
            }
        }
    }

    @Test(
        arguments: [
            ("us-story", "live", "live"), ("us-story.w1", "live", "live"), ("sk-own", "live", "sk-own"),
            ("us-story", nil, "us-story"),
        ] as [(String, String?, String)])
    func sessionKeyIsSwappedForTheLiveOne(key: String, live: String?, sent: String) async throws {
        let wire = Wire([.json("{}"), .json("{}")])
        _ = try await wire.service(.openai, "https://api.openai.com/v1", key: live).ask(.chat(key: key))
        #expect(wire.log == ["POST https://api.openai.com/v1/chat/completions authorization=Bearer \(sent)"])
        let hopx = Request(method: "GET", path: "/v1/sandboxes", headers: ["x-api-key": key])
        _ = try await wire.service(.hopx, "https://api.hopx.dev", key: live).ask(hopx)
        #expect(wire.log.last == "GET https://api.hopx.dev/v1/sandboxes x-api-key=\(sent)")
    }

    @Test(arguments: [
        ("http://localhost:1/v1", "/v1/chat/completions", "http://localhost:1/v1/chat/completions"),
        ("http://localhost:1/v1/", "/v1/models?a=1", "http://localhost:1/v1/models?a=1"),
        ("http://localhost:1/v1", "/chat/completions", "http://localhost:1/v1/chat/completions"),
        ("http://localhost:1/proxy", "/v1/models", "http://localhost:1/proxy/models"),
    ])
    func baseIsWhatTheClientsVariableHolds(base: String, target: String, url: String) async throws {
        let wire = Wire([.json("{}")])
        _ = try await wire.service(.openai, base).ask(Request(method: "GET", target: target))
        #expect(wire.log == ["GET \(url)"])
    }

    @Test func agentsAreFoundAtTheAddressesTheServiceGave() async throws {
        let wire = Wire([
            .json(#"{"id":"a","public_host":"https://a.vms/","auth_token":"ta"}"#, status: 201),
            .json(#"{"stdout":"1"}"#),
            .json(#"{"data":[{"id":"b","direct_url":"https://b.vms"},{"id":"c"}]}"#), .json(#"{"stdout":"2"}"#),
        ])
        let live = wire.service(.hopx, "https://api.hopx.dev")
        func execute(_ sandbox: String) async throws -> Answer {
            try await live.ask(
                Request(
                    method: "POST", path: "/execute",
                    headers: [
                        "authorization": "Bearer token", "x-api-key": "us-story", "x-understudy-sandbox": sandbox,
                    ]))
        }
        #expect(try await execute("a").status == 404)
        _ = try await live.ask(Request(method: "POST", path: "/v1/sandboxes", headers: ["x-api-key": "us-story"]))
        #expect(try await execute("a")["stdout"] == "1")
        _ = try await live.ask(Request(method: "GET", path: "/v1/sandboxes", headers: ["x-api-key": "us-story"]))
        #expect(try await execute("b")["stdout"] == "2")
        #expect(try await execute("c").status == 404)
        #expect(
            wire.log == [
                "POST https://api.hopx.dev/v1/sandboxes x-api-key=live",
                "POST https://a.vms/execute authorization=Bearer token",
                "GET https://api.hopx.dev/v1/sandboxes x-api-key=live",
                "POST https://b.vms/execute authorization=Bearer token",
            ])
    }

    @Test func streamOfALanguageModelIsNotHeldBack() async throws {
        let wire = Wire([.events([.text("data: 1\n\n"), .text("data: 2\n\n"), .drop])])
        let answer = try await wire.service(.openai, "http://localhost:1/v1").ask(.chat(stream: true))
        #expect(answer.parts == [.text("data: 1\n\n"), .text("data: 2\n\n"), .drop])
    }

    @Test func bodyThatBrokeOffBreaksOffHere() async throws {
        let wire = Wire([Response(status: 200, content: .stream(ContentStream([.text("{"), .drop])))])
        let answer = try await wire.service(.hopx, "http://localhost:1").ask(
            Request(method: "GET", path: "/v1/sandboxes"))
        #expect(answer.isCutOff)
    }
}
