import Cassettes
import Documents
import Foundation
import HTTPMessages
import HopXProtocol
import Responders
import Synchronization
import Testing

@Suite struct CassetteOutcomesTests {
    @Test func tutorialIsPlayedFromItsFirstCallToItsLast() async throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../cassettes/tutorial/two-agent.yaml").standardizedFileURL.path
        let cassette = try Cassette(Array(try Data(contentsOf: URL(fileURLWithPath: path))), file: "two-agent.yaml")
        let stage = Stage(cassette)
        let bodies = cassette.index.indices.compactMap { try? cassette.interaction(at: $0) }.filter {
            $0.service == .hopx
        }
        #expect(bodies.map(\.operation.path) == ["/v1/sandboxes", "/execute", "/execute", "/v1/sandboxes/{id}"])
        let box = try await stage.client.create(try #require(bodies[0].request.tree))
        #expect(box.id == bodies[0].response.bodyID)
        let failed = try await box.ask("POST", "/execute", body: bodies[1].request.tree)
        #expect(failed.bytes == bodies[1].response.bytes)
        #expect(failed["stderr"]?.contains("NameError") == true)
        let worked = try await box.ask("POST", "/execute", body: bodies[2].request.tree)
        #expect(worked["stdout"]?.contains("24133") == true)
        #expect(try await stage.client.delete(box).status == 200)
        #expect(stage.notes.misses.isEmpty)
    }

    @Test func codeOverOtherDataIsAMissThatSaysSo() async throws {
        let sink = try MemorySink()
        let recorded = Client(service: try Recording.hopx(into: sink))
        let first = try await recorded.create()
        _ = try await first.write("data", "1")
        #expect(try await first.execute("cat data")["stdout"] == "1")

        let stage = Stage(try await sink.cassette())
        let same = try await stage.client.create()
        _ = try await same.write("data", "1")
        #expect(try await same.execute("cat data")["stdout"] == "1")
        #expect(stage.notes.misses.isEmpty)

        let other = Stage(try await sink.cassette())
        let box = try await other.client.create()
        _ = try await box.write("data", "2")
        let miss = try await box.execute("cat data")
        #expect((miss.status, miss["code"]) == (422, "CASSETTE_MISS"))
        #expect(miss["message"]?.contains("the sandbox was given other data than recorded") == true)
        #expect(other.notes.misses.map { $0.nearest?.differsInInputs } == [true])
    }

    @Test func processesAreLookedAtAsOftenAsWanted() async throws {
        let sink = try MemorySink()
        let recorded = try await Client(service: try Recording.hopx(into: sink)).create()
        let started = try await recorded.ask("POST", "/execute/background", body: ["code": "job"])
        let id = try #require(started["process_id"])
        _ = try await recorded.ask("GET", "/execute/processes")
        #expect(try await recorded.ask("POST", "/execute/kill/\(id)").status == 200)

        let stage = Stage(try await sink.cassette())
        let box = try await stage.client.create()
        #expect(try await box.ask("GET", "/execute/processes").json["processes"] == [])
        #expect(try await box.ask("POST", "/execute/background", body: ["code": "job"])["process_id"] == id)
        for _ in 0..<3 {
            let list = try await box.ask("GET", "/execute/processes")
            #expect(list.json["processes"]?.arrayValue?.first?["process_id"]?.stringValue == id)
        }
        #expect(try await box.ask("POST", "/execute/kill/\(id)").status == 200)
        #expect(stage.notes.misses.isEmpty)
    }

    @Test func buildOfATemplateIsReplayedAndNothingIsSentToItsStorage() async throws {
        let build: JSONValue = ["name": "mine", "from_image": "i", "cpu": 1, "memory": 1, "diskGB": 1]
        let link: JSONValue = ["files_hash": "h", "content_length": 1]
        let recording = try Recording()
        let service = recording.hopx(
            over: ScriptedUpstream([
                .json(#"{"present": false, "upload_url": "https://storage.invalid/x"}"#),
                .json(#"{"build_id": "b1", "template_id": "77", "status": "building"}"#, status: 201),
                .json(#"{"status": "building"}"#), .json(#"{"status": "active"}"#),
            ]))
        let live = Client(service: service)
        // While it is recorded the files go where the service wants them.
        let there = try await live.ask("POST", "/v1/templates/files/upload-link", body: link)
        #expect(there["upload_url"] == "https://storage.invalid/x")
        _ = try await live.ask("POST", "/v1/templates/build", body: build)
        for _ in 0..<2 { _ = try await live.ask("GET", "/v1/templates/build/b1/status") }

        let stage = Stage(try await recording.sink.cassette())
        #expect(try await stage.client.ask("GET", "/v1/templates/77").status == 404)
        let uploaded = try await stage.client.ask("POST", "/v1/templates/files/upload-link", body: link)
        let url = try #require(uploaded["upload_url"])
        #expect(url.hasPrefix("http://understudy.invalid/x/"))
        let target = String(url.trimmingPrefix("http://understudy.invalid"))
        #expect(try await stage.client.ask("PUT", target, body: "tar").status == 200)
        #expect(try await stage.client.ask("POST", "/v1/templates/build", body: build)["template_id"] == "77")
        var seen: [String?] = []
        for _ in 0..<3 { seen.append(try await stage.client.ask("GET", "/v1/templates/build/b1/status")["status"]) }
        #expect(seen == ["building", "active", "active"])
        // Clients wait until the template is there.
        let template = try await stage.client.ask("GET", "/v1/templates/77")
        #expect((template["name"], template["status"]) == ("mine", "active"))
        #expect(stage.notes.misses.isEmpty)
        #expect(try await stage.client.ask("POST", "/v1/templates/build", body: build).status == 422)
        #expect(stage.notes.misses.map(\.reason) == [.usedUp(count: 1)])
    }

    @Test func skippedExecutionIsNamedByItsNumber() async throws {
        let stage = Stage(
            try .of([.creation(1, id: "a"), .execution(2, "x = 1", stdout: ""), .execution(5, "print(x)", stdout: "1")])
        )
        let box = try await stage.client.create()
        let miss = try await box.execute("print(x)")
        #expect((miss.status, miss["code"]) == (422, "CASSETTE_MISS"))
        #expect(miss["message"]?.contains("interaction 2") == true)
        #expect(stage.notes.misses.map(\.reason) == [.skips(interaction: 2)])
        // Once asked for in order it plays, and again it does not.
        #expect(try await box.execute("x = 1").status == 200)
        #expect(try await box.execute("print(x)")["stdout"] == "1")
        #expect(try await box.execute("print(x)").status == 422)
        #expect(stage.notes.misses.last?.reason == .usedUp(count: 1))
    }

    @Test func liveSandboxPlaysTheRecordedOneThatBeganAsItDid() async throws {
        let stage = Stage(
            try .of([
                .creation(1, id: "a"), .creation(2, sandbox: 2, id: "b"),
                .execution(3, "go", sandbox: 1, stdout: "one"), .execution(4, "ho", sandbox: 2, stdout: "two"),
                .execution(5, "end", sandbox: 1, stdout: "of one"), .execution(6, "end", sandbox: 2, stdout: "of two"),
            ]))
        let first = try await stage.client.create(), second = try await stage.client.create()
        #expect((first.id, second.id) == ("a", "b"))
        #expect(try await first.execute("ho")["stdout"] == "two")
        #expect(try await second.execute("go")["stdout"] == "one")
        #expect(try await second.execute("end")["stdout"] == "of one")
        #expect(try await first.execute("end")["stdout"] == "of two")
        #expect(stage.notes.misses.isEmpty)
    }

    @Test func sandboxesThatBeganAlikeAreTakenInOrderAndNeverTwice() async throws {
        let stage = Stage(
            try .of([
                .creation(1, id: "a"), .creation(2, sandbox: 2, id: "b"),
                .execution(3, "go", sandbox: 1, stdout: "one"),
                .execution(4, "go", sandbox: 2, stdout: "two"),
            ]))
        var seen: [String?] = []
        for _ in 0..<3 { seen.append(try await stage.client.create().execute("go")["stdout"]) }
        #expect(seen == ["one", "two", nil])
        #expect(stage.notes.misses.map(\.reason) == [.usedUp(count: 2)])
    }

    @Test func outcomesThatOverlappedMaySwap() async throws {
        func stage(overlap: Bool) throws -> Stage {
            Stage(
                try .of([
                    .creation(1, id: "a"), .execution(2, "slow", at: 2, answeredAt: 9, stdout: "s"),
                    .execution(3, "quick", at: overlap ? 3 : 10, answeredAt: overlap ? 4 : 11, stdout: "q"),
                    .execution(4, "last", at: 12, stdout: "l"),
                ]))
        }
        let swapping = try await stage(overlap: true).client.create()
        #expect(try await swapping.execute("last").status == 422)
        #expect(try await swapping.execute("quick")["stdout"] == "q")
        #expect(try await swapping.execute("slow")["stdout"] == "s")
        #expect(try await swapping.execute("last")["stdout"] == "l")
        let strict = try await stage(overlap: false).client.create()
        #expect(try await strict.execute("quick").status == 422)
        #expect(try await strict.execute("slow")["stdout"] == "s")
    }

    @Test func readsRepeatOnlyWhileNothingRanInBetween() async throws {
        let stage = Stage(
            try .of([
                .creation(1, id: "a"), .execution(2, "one", stdout: "1"), .reading(3, "/out", content: "old"),
                .execution(4, "two", stdout: "2"), .reading(5, "/log", content: "log"),
            ]))
        let box = try await stage.client.create()
        _ = try await box.execute("one")
        for _ in 0..<3 { #expect(try await box.read("/out")["content"] == "old") }
        #expect(try await box.execute("two")["stdout"] == "2")
        #expect(try await box.read("/log")["content"] == "log")
        #expect(try await box.read("/log")["content"] == "log")
        #expect(stage.notes.misses.isEmpty)
        // What was there before is no answer now.
        #expect(try await box.read("/out").status == 422)
    }

    @Test func aReadMayBeAskedAgainBeforeItsNextRecording() async throws {
        let stage = Stage(
            try .of([
                .creation(1, id: "a"), .execution(2, "one", stdout: "1"), .reading(3, "/out", content: "old"),
                .execution(4, "two", stdout: "2"), .reading(5, "/out", content: "new"),
            ]))
        let box = try await stage.client.create()
        _ = try await box.execute("one")
        for _ in 0..<2 { #expect(try await box.read("/out")["content"] == "old") }
        _ = try await box.execute("two")
        for _ in 0..<2 { #expect(try await box.read("/out")["content"] == "new") }
        #expect(stage.notes.misses.isEmpty)
    }

    @Test func aReadMayBeLeftOutAndIsThenGone() async throws {
        let stage = Stage(
            try .of([
                .creation(1, id: "a"), .execution(2, "one", stdout: "1"), .reading(3, "/out", content: "old"),
                .execution(4, "two", stdout: "2"),
            ]))
        let box = try await stage.client.create()
        _ = try await box.execute("one")
        #expect(try await box.execute("two")["stdout"] == "2")
        #expect(stage.notes.misses.isEmpty)
        #expect(try await box.read("/out").status == 422)
    }

    @Test func recordedRefusalsOfChangesAreReplayed() async throws {
        let stage = Stage(
            try .of([
                .creation(1, id: "none", status: 403), .creation(2, id: "a"),
                .writing(3, "/big", "x", status: 507, inputs: try Box.inputs()),
            ]))
        #expect(try await stage.client.ask("POST", "/v1/sandboxes", body: Box.creation).status == 403)
        let box = try await stage.client.create()
        #expect(box.id == "a")
        let refused = try await box.write("/big", "x")
        #expect((refused.status, refused["code"]) == (507, "DISK_FULL"))
        #expect(try await box.write("/big", "x").status == 200)
        #expect(try await box.write("/small", "y").status == 200)
    }

    @Test func recordedRefusalsOfAStateMeetNoLaterCall() async throws {
        let stage = Stage(
            try .of([
                .creation(1, id: "a"), .life(2, "pause"), .life(3, "pause", status: 409),
                .execution(4, "one", status: 409, stdout: ""), .life(5, "resume"),
                .execution(6, "two", stdout: "2"), .life(7, "pause"), .life(8, "pause", status: 503),
                .life(9, "resume"), .life(10, "pause", status: 503),
            ]))
        let box = try await stage.client.create()
        func life(_ step: String) async throws -> Int {
            try await stage.client.ask("POST", "/v1/sandboxes/\(box.id)/\(step)").status
        }
        #expect(try await life("pause") == 200)
        #expect(try await life("pause") == 409)
        #expect(try await box.execute("one").status == 409)
        #expect(try await life("resume") == 200)
        #expect(try await box.execute("two")["stdout"] == "2")
        #expect(try await life("pause") == 200)
        #expect(try await life("resume") == 200)
        // Nothing but the service could have refused this one.
        #expect(try await life("pause") == 503)
        #expect(stage.notes.misses.isEmpty)
    }

    @Test func furtherSandboxesGetTheSameIdsEachTime() async throws {
        let cassette = try Cassette.of([.creation(1, id: "a")])
        var runs: [[String]] = []
        for _ in 0..<2 {
            let client = Stage(cassette).client
            var ids: [String] = []
            for _ in 0..<3 { ids.append(try await client.create().id) }
            runs.append(ids)
        }
        #expect(runs[0] == runs[1])
        #expect(runs[0][0] == "a")
        #expect(Set(runs[0]).count == 3)
    }

    @Test func sandboxesCreatedAtOnceGetTheRecordedIds() async throws {
        let client = Stage(try .of((1...16).map { .creation($0, sandbox: $0, id: "id\($0)") })).client
        let ids = try await withThrowingTaskGroup(of: String.self) { tasks in
            for _ in 1...16 { tasks.addTask { try await client.create().id } }
            return try await tasks.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids == Set((1...16).map { "id\($0)" }))
    }

    @Test func storyStartsOverForAProgramThatRunsAgain() async throws {
        let started = Mutex(0)
        let notes = SessionNotes { if case .startedOver = $0 { started.withLock { $0 += 1 } } }
        let cassette = try Cassette.of([
            .creation(1, id: "a"), .creation(2, sandbox: 2, id: "b"),
            .execution(3, "go", sandbox: 1, stdout: "one"), .execution(4, "go", sandbox: 2, stdout: "two"),
            .execution(5, "end", sandbox: 1, stdout: "of one"), .execution(6, "end", sandbox: 2, stdout: "of two"),
        ])
        let fake = FakeHopX(
            seed: "s", clock: VirtualClock(start: 0),
            outcomes: CassetteOutcomes(cassette: cassette, usedUp: .cycle, notes: notes))
        let client = Client(service: Stage.inMemory(Session(name: "s", notes: notes, responders: [.hopx: fake])))
        for run in 0..<3 {
            let first = try await client.create(), second = try await client.create()
            #expect(try await first.execute("go")["stdout"] == "one")
            #expect(try await second.execute("go")["stdout"] == "two")
            #expect(try await second.execute("end")["stdout"] == "of two")
            #expect(try await first.execute("end")["stdout"] == "of one")
            if run == 0 { #expect(started.withLock { $0 } == 0) }
        }
        #expect(started.withLock { $0 } == 1)
        #expect(notes.misses.isEmpty)
    }

    @Test func storyOfOneSandboxStartsOverWhenItHasBeenTold() async throws {
        let stage = Stage(
            try .of([.creation(1, id: "a"), .execution(2, "one", stdout: "1"), .execution(3, "two", stdout: "2")]),
            usedUp: .cycle)
        let box = try await stage.client.create()
        _ = try await box.execute("one")
        #expect(try await box.execute("one").status == 422)
        #expect(try await box.execute("two")["stdout"] == "2")
        #expect(try await box.execute("one")["stdout"] == "1")
        #expect(try await box.execute("two")["stdout"] == "2")
    }

    @Test func brokenRecordingIsReportedForChangesAndOutcomes() async throws {
        let text = try Cassette.text([.creation(1, id: "a"), .execution(2, "one", stdout: "1")])
        let outcomes = Stage(
            try Cassette(Array(text.replacing("code: one", with: "code: two").utf8), file: "story.yaml"))
        let box = try await outcomes.client.create()
        let refused = try await box.execute("one")
        #expect((refused.status, refused["code"]) == (422, "CASSETTE_ERROR"))
        #expect(outcomes.notes.broken.count == 1)

        let changes = Stage(
            try Cassette(
                Array(text.replacing("template_name: base", with: "template_name: u").utf8), file: "story.yaml")
        )
        let creation = try await changes.client.ask("POST", "/v1/sandboxes", body: Box.creation)
        #expect((creation.status, creation.errorCode) == (422, "CASSETTE_ERROR"))
        #expect(changes.notes.broken.count == 1)
    }

    @Test func secretInAPathIsKeyedAsItWasRecorded() async throws {
        let sink = try MemorySink()
        let path = "/tmp/sk-aaaaaaaaaaaaaaaaaaaaaaaa"
        func program(_ client: Client) async throws -> [Answer] {
            let box = try await client.create()
            return [try await box.execute("x"), try await box.read(path)]
        }
        let live = try await program(Client(service: try Recording.hopx(into: sink)))
        let replayed = try await program(Stage(try await sink.cassette()).client)
        #expect(live.map(\.status) == [200, 200])
        #expect(replayed.map(\.status) == [200, 200])
        #expect(await !sink.text.contains("sk-aaaa"))
    }
}

extension RecordedResponse {
    /// Of a whole JSON body.
    var bodyID: String? { (try? JSONValue(parsing: bytes))?["id"]?.stringValue }
}
