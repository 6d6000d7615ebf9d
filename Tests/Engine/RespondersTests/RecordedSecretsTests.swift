import Cassettes
import Documents
import HTTPMessages
import HopXProtocol
import Responders
import Testing

@Suite struct RecordedSecretsTests {
    static let openaiKey = "sk-proj-AAAABBBBCCCCDDDDEEEEFFFF"
    static let hopxKey = "hopx_live_abc.0123456789abcdef"
    static let literal = "correct horse battery staple"

    @Test func noPlantedSecretIsWritten() async throws {
        let recording = try Recording(literals: [("MY_SECRET", Self.literal), ("LIVE_KEY", "0123456789abcdefghij")])
        let headers: Headers = [
            "set-cookie": "session=cookie-secret", "x-echo": "Bearer \(Self.openaiKey)",
            "x-note": "it is \(Self.literal)",
            "x-request-id": "req-of-theirs",
        ]
        let key = Array(Self.openaiKey.utf8), literal = Array(Self.literal.utf8)
        let live = recording.openai([
            .json(#"{"text":"your key is \#(Self.openaiKey), and \#(Self.literal)"}"#, headers: headers),
            .events([
                .text("data: {\"text\":\"sk-proj-"), .chunk(Array(key.dropFirst(8))), .text("\"}\n\ndata: "),
                .chunk(Array(literal.prefix(9))), .chunk(Array(literal.dropFirst(9))), .text("\n\n"),
            ]),
        ])
        var request = Request.chat("use \(Self.openaiKey) or \(Self.hopxKey)", key: "0123456789abcdefghij")
        request.headers.add("cookie", "mine=client-cookie")
        let whole = try await live.ask(request)
        #expect(whole.text.contains(Self.openaiKey), "the client gets the answer as it came")
        let stream = try await live.ask(.chat("again", stream: true))
        #expect(stream.text.contains(Self.openaiKey) && stream.text.contains(Self.literal))

        #expect(recording.recorder.problems.isEmpty)
        let text = await recording.sink.text
        for secret in [
            Self.openaiKey, "AAAABBBB", Self.hopxKey, Self.literal, "battery staple", "cookie-secret", "client-cookie",
            "0123456789abcdefghij",
            "req-of-theirs",
        ] { #expect(!text.contains(secret), "\(secret) is in\n\(text)") }
        #expect(text.contains("<redacted:openai-key>") && text.contains("<redacted:MY_SECRET>"))
        #expect(try await recording.sink.cassette().check().isEmpty)
    }

    @Test(arguments: [
        (#"{"messages":[{"role":"user","content":"say correct horse battery staple"}]}"#, "", "$.messages[0].content"),
        (#"{"messages":[{"role":"user","content":"correct horse\u0020battery staple"}]}"#, "", "$.messages[0].content"),
        ("not JSON: correct horse battery staple", "", "the body"),
        (#"{"correct horse battery staple":1}"#, "", "the body"),
        ("{}", "?q=correct%20horse%20battery%20staple", "the path or query"),
    ])
    func literalSecretInARequestRefusesTheExchange(body: String, query: String, place: String) async throws {
        let recording = try Recording(literals: [("MY_SECRET", Self.literal)])
        let live = recording.openai([.json("{}"), .json("{}")])
        let request = Request(method: "POST", target: "/v1/chat/completions" + query, body: Array(body.utf8))
        #expect(try await live.ask(request).status == 200)
        #expect(await recording.sink.interactions.isEmpty)
        let problem = try #require(recording.recorder.problems.first)
        #expect(problem.contains("MY_SECRET") && problem.contains(place), "\(problem)")
        #expect(!problem.contains("correct horse") && !problem.contains("correct%20horse"), "\(problem)")
        // What follows is recorded all the same.
        _ = try await live.ask(.chat())
        #expect(await recording.sink.interactions.count == 1)
    }

    @Test func sinkThatFailsIsAProblemAndNotTheClients() async throws {
        struct Full: InteractionSink, Error {
            func record(_ interaction: Interaction) async throws { throw self }
        }
        let recorder = Recorder(
            to: Full(), rules: MatchRules(), literals: LiteralSecrets([]), clock: VirtualClock(start: 0))
        let live = RecordingResponder(service: .openai, upstream: ScriptedUpstream([.json("{}")]), recorder: recorder)
        #expect(try await live.ask(.chat()).status == 200)
        #expect(recorder.problems.count == 1)
    }

    @Test func secretsOfSandboxesAreRedactedOnBothSides() async throws {
        let recording = try Recording()
        func program(_ client: Client, secret: String) async throws -> [Answer] {
            let box = try await client.create(["template_name": "base", "env_vars": ["API_KEY": .string(secret)]])
            let changed = try await box.ask("PATCH", "/env", body: ["env_vars": ["OTHER": .string(secret + "2")]])
            return [
                changed, try await box.execute("go"), try await box.write("notes", "key \(Self.hopxKey)"),
                try await box.execute("on"),
            ]
        }
        let live = try await program(Client(service: recording.hopx()), secret: "value-of-mine")
        #expect(live.map(\.status) == [200, 200, 200, 200])
        let text = await recording.sink.text
        for secret in ["value-of-mine", Self.hopxKey, "eyJ"] { #expect(!text.contains(secret), "\(text)") }

        // Another machine has other values, and plays the same cassette.
        let stage = Stage(try await recording.sink.cassette())
        let replayed = try await program(stage.client, secret: "value-of-theirs")
        #expect(replayed.map(\.status) == [200, 200, 200, 200])
        #expect(replayed[1]["stdout"] == "go")
        #expect(replayed[0].json["env_vars"]?["OTHER"] == "value-of-theirs2")
        #expect(stage.notes.misses.isEmpty)
    }
}
