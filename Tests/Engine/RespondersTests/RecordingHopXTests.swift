import Cassettes
import Documents
import HTTPMessages
import HopXProtocol
import Responders
import Testing

@Suite struct RecordingHopXTests {
    /// Two sandboxes, changes, refusals, failing code, reads before and after.
    private func program(_ client: Client) async throws -> [Answer] {
        let first = try await client.create(), second = try await client.create()
        var answers = [
            try await first.write("data", "one"), try await second.write("data", "two"),
            try await first.write("big", String(repeating: "x", count: 200)), try await first.read("data"),
            try await first.execute("cat data"), try await second.execute("cat data"), try await first.execute("fail"),
            try await first.read("data"), try await first.read("missing"), try await second.execute("cat nowhere"),
            try await first.ask("POST", "/execute", body: ["language": "python"]),
        ]
        answers.append(try await client.ask("GET", "/v1/sandboxes/\(first.id)"))
        answers.append(try await first.ask("GET", "/health"))
        answers.append(try await client.delete(first))
        answers.append(try await first.execute("cat data"))
        return answers
    }

    @Test func recordedStoryIsReplayedWordForWord() async throws {
        let recording = try Recording()
        let live = try await program(Client(service: recording.hopx()))
        let stage = Stage(try await recording.sink.cassette())
        let replayed = try await program(stage.client)
        #expect(stage.notes.misses.isEmpty)
        #expect(replayed.map(\.status) == live.map(\.status))
        #expect(live.map(\.status) == [200, 200, 507, 200, 200, 200, 200, 200, 404, 404, 400, 200, 200, 200, 404])
        for name in ["stdout", "stderr", "content", "code", "message", "path", "id"] {
            #expect(replayed.map { $0.json[name] } == live.map { $0.json[name] }, "\(name)")
        }
        #expect(replayed.map { $0.json["exit_code"]?.intValue } == live.map { $0.json["exit_code"]?.intValue })
        #expect(live[4]["stdout"] == "one" && live[5]["stdout"] == "two")
    }

    @Test func changesAndOutcomesAreRecordedChoresAreNot() async throws {
        let recording = try Recording()
        _ = try await program(Client(service: recording.hopx()))
        let kept = await recording.sink.interactions
        #expect(
            kept.map { "\($0.sandbox ?? 0) \($0.operation)" } == [
                "1 POST /v1/sandboxes", "2 POST /v1/sandboxes", "1 POST /files/write", "2 POST /files/write",
                "1 POST /files/write", "1 POST /execute", "2 POST /execute", "1 POST /execute",
                "1 GET /files/read?path=data",
                "1 GET /files/read?path=missing", "2 POST /execute", "1 POST /execute", "1 DELETE /v1/sandboxes/{id}",
            ])
        #expect(recording.recorder.problems.isEmpty)
    }

    @Test func inputsAreWhatTheSandboxHadBeenGivenBefore() async throws {
        let recording = try Recording()
        let client = Client(service: recording.hopx())
        let box = try await client.create()
        _ = try await box.execute("a")
        _ = try await box.write("data", "1")
        _ = try await box.write("big", String(repeating: "x", count: 200))
        _ = try await box.execute("b")
        let kept = await recording.sink.interactions
        var inputs = SandboxInputs(creation: try SandboxCreation(body: Box.creation.bytes()))
        let atStart = inputs.digest
        let write = Request(method: "POST", path: "/files/write", body: Array(#"{"path":"data","content":"1"}"#.utf8))
        inputs.note(try #require(HopXOperation(method: "POST", path: "/files/write")), request: write, status: 200)
        #expect(kept.map(\.inputs) == [nil, atStart, atStart, inputs.digest, inputs.digest])
        #expect(Set(kept.map(\.sandbox)) == [1])
    }

    @Test func refusedTokenIsNotRecordedAndNothingRan() async throws {
        let recording = try Recording()
        let live = Client(service: recording.hopx())
        func program(_ client: Client) async throws -> [Answer] {
            var box = try await client.create()
            let good = box
            box = Box(service: box.service, id: box.id, token: "stale", address: box.address)
            _ = try await good.write("data", "1")
            return [try await box.execute("x"), try await good.read("data"), try await good.execute("x")]
        }
        #expect(try await program(live).map(\.status) == [401, 200, 200])
        #expect(
            await recording.sink.interactions.map(\.operation.path) == ["/v1/sandboxes", "/files/write", "/execute"])
        let stage = Stage(try await recording.sink.cassette())
        #expect(try await program(stage.client).map(\.status) == [401, 200, 200])
        #expect(stage.notes.misses.isEmpty)
    }

    /// The simulation refuses all that by itself, whether or not somebody recorded it.
    @Test func whatASandboxsStateRefusesIsNotRecorded() async throws {
        func program(_ client: Client) async throws -> [Int] {
            let box = try await client.create()
            func life(_ step: String) async throws -> Int {
                try await client.ask("POST", "/v1/sandboxes/\(box.id)/\(step)").status
            }
            return [
                try await life("resume"), try await life("pause"), try await life("pause"), try await life("start"),
                try await box.execute("a").status, try await box.write("data", "1").status,
                try await life("resume"), try await box.read("data").status, try await box.execute("a").status,
                try await life("pause"), try await life("resume"),
                try await life("stop"), try await box.execute("b").status, try await life("start"),
                try await box.execute("b").status,
            ]
        }
        let recording = try Recording()
        let expected = [409, 200, 409, 409, 409, 409, 200, 404, 200, 200, 200, 200, 409, 200, 200]
        #expect(try await program(Client(service: recording.hopx())) == expected)
        let kept = await recording.sink.interactions.map { $0.operation.path.split(separator: "/").last }
        #expect(
            kept == ["sandboxes", "pause", "resume", "execute", "pause", "resume", "stop", "start", "execute"])

        let stage = Stage(try await recording.sink.cassette())
        #expect(try await program(stage.client) == expected)
        #expect(stage.notes.misses.isEmpty)
    }

    @Test func serviceThatGivesNoAnswerIsRecordedAsNone() async throws {
        let recording = try Recording()
        let created = Response.json(#"{"id":"a","auth_token":"t","public_host":"https://a"}"#, status: 201)
        let service = recording.hopx(over: ScriptedUpstream([created, nil, .json(#"{"stdout":"ok"}"#)]))
        func program(_ client: Client) async throws -> Answer {
            let box = try await client.create()
            await #expect(throws: (any Error).self) { try await box.execute("x") }
            return try await box.execute("x")
        }
        #expect(try await program(Client(service: service))["stdout"] == "ok")
        let stage = Stage(try await recording.sink.cassette())
        #expect(try await program(stage.client)["stdout"] == "ok")
        #expect(stage.notes.misses.isEmpty)
    }
}
