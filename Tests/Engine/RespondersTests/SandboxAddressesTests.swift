import Cassettes
import Documents
import HTTPMessages
import Responders
import Testing

@Suite struct SandboxAddressesTests {
    private let cassette: Cassette

    init() throws {
        cassette = try .of([
            .creation(1, id: "a"), .creation(2, sandbox: 2, id: "b"), .execution(3, "go", stdout: "one"),
            .execution(4, "go", sandbox: 2, stdout: "two"),
        ])
    }

    private func agent(_ path: String, token: String?, _ more: Headers = [:]) -> Request {
        var request = Request(method: "POST", path: path, headers: more, body: Array(#"{"code":"go"}"#.utf8))
        if let token { request.headers["authorization"] = "Bearer \(token)" }
        return request
    }

    @Test(
        arguments: [
            (nil, "http://understudy.invalid"), ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("[::1]:9", "http://[::1]:9"),
        ] as [(String?, String)])
    func addressesLeadHere(host: String?, base: String) async throws {
        let client = Stage(cassette).client
        let headers: Headers = host.map { ["host": $0] } ?? [:]
        let created = try await client.ask("POST", "/v1/sandboxes", headers: headers, body: Box.creation)
        let address = "\(base)/x/a.local.vms.hopx.dev"
        #expect((created["public_host"], created["direct_url"]) == (address, address))
        let got = try await client.ask("GET", "/v1/sandboxes/a", headers: headers)
        #expect((got["public_host"], got["direct_url"]) == (address, address))
        let list = try await client.ask("GET", "/v1/sandboxes", headers: headers)
        #expect(list.json["data"]?.arrayValue?.map { $0["public_host"]?.stringValue } == [address])
        #expect(list.json["has_more"] == false)
        let paused = try await client.ask("POST", "/v1/sandboxes/a/pause", headers: headers)
        #expect(paused["public_host"] == address)
    }

    @Test func prefixIsTakenOffAndTheTokenFindsTheWayWithoutIt() async throws {
        let stage = Stage(cassette)
        let first = try await stage.client.create(), second = try await stage.client.create()
        #expect(
            try await stage.service.ask(agent("/x/b.local.vms.hopx.dev/execute", token: second.token))["stdout"]
                == "one")
        #expect(try await stage.service.ask(agent("/execute", token: first.token))["stdout"] == "two")
        let health = try await stage.service.ask(Request(method: "GET", path: "/x/a.local.vms.hopx.dev/health"))
        #expect((health.status, health["vm_id"]) == (200, "a"))
        let root = try await stage.service.ask(Request(method: "GET", path: "/x/a.local.vms.hopx.dev"))
        #expect(root["vm_id"] == "a")
    }

    @Test func tokenOfAnotherSandboxOpensNothing() async throws {
        let stage = Stage(cassette)
        let first = try await stage.client.create()
        _ = try await stage.client.create()
        for (path, token) in [
            ("/x/b.local.vms.hopx.dev/execute", first.token), ("/x/none.local.vms.hopx.dev/execute", first.token),
            ("/x/a.local.vms.hopx.dev/execute", nil), ("/execute", "guess"), ("/execute", nil),
        ] as [(String, String?)] {
            #expect(try await stage.service.ask(agent(path, token: token)).status == 401, "\(path)")
        }
    }

    @Test func clientCannotNameTheSandboxItself() async throws {
        let stage = Stage(cassette)
        let first = try await stage.client.create()
        _ = try await stage.client.create()
        let spoof: Headers = ["x-understudy-sandbox": "b"]
        #expect(try await stage.service.ask(agent("/execute", token: first.token, spoof))["stdout"] == "one")
        #expect(try await stage.service.ask(agent("/execute", token: nil, spoof)).status == 401)
        let info = try await stage.service.ask(Request(method: "GET", path: "/info", headers: spoof))
        #expect(info.status == 404)
        let service = SandboxAddresses(
            Route(
                Sessions(fallback: .single) { _ in
                    Session(name: "", notes: SessionNotes(), responders: [.hopx: HeaderEcho()])
                }), origin: "http://understudy.invalid")
        #expect(try await service.ask(agent("/execute", token: nil, spoof))["sandbox"] == nil)
        #expect(
            try await Answer(try #require(service.answerNow(agent("/execute", token: nil, spoof))))["sandbox"] == nil)
    }

    @Test func sessionsWithTheSameRecordedSandboxDoNotMix() async throws {
        let cassette = cassette
        let main = SessionKey(cassette.header.name)
        let sessions = Sessions(fallback: .cassette(main)) { key in
            let notes = SessionNotes()
            let name = "\(key ?? main)"
            let fake = FakeHopX(
                seed: name, clock: VirtualClock(start: 0),
                outcomes: CassetteOutcomes(cassette: cassette, usedUp: .error, notes: notes))
            return Session(name: name, notes: notes, responders: [.hopx: fake])
        }
        let service = SandboxAddresses(Route(sessions), origin: "http://understudy.invalid")
        var boxes: [Box] = []
        for client in [
            Client(service: service, key: "us-story.1"), Client(service: service, key: "us-story.2"),
            Client(service: service, key: "any", prefix: "/s/story.3"),
        ] { boxes.append(try await client.create()) }
        #expect(Set(boxes.map(\.id)) == ["a"])
        #expect(Set(boxes.map(\.token)).count == 3)
        for box in boxes { #expect(try await box.execute("go")["stdout"] == "one") }
        // Each has been played once: a second time it is used up, with and without the prefix.
        for box in boxes {
            #expect(try await box.execute("go").status == 422)
            #expect(try await service.ask(agent("/execute", token: box.token)).status == 422)
        }
        #expect(sessions.all.map(\.notes.misses.count) == [2, 2, 2])
        #expect(sessions.all.map(\.name) == ["us-story.1", "us-story.2", "us-story.3"])
    }

    @Test func answerThatBreaksOffBreaksOff() async throws {
        let cut = Response(status: 200, content: .stream(ContentStream([.text("{"), .drop])))
        let service = SandboxAddresses(ScriptedUpstream([cut]), origin: "http://understudy.invalid")
        #expect(try await service.ask(Request(method: "GET", path: "/v1/sandboxes")).isCutOff)
    }
}

/// Says which sandbox it was asked for.
private struct HeaderEcho: Responder {
    func respond(to request: Request) async throws -> Response { answer(request) }
    func answerNow(_ request: Request) -> Response? { answer(request) }

    private func answer(_ request: Request) -> Response {
        .json(
            JSONValue.object(
                JSONObject([("sandbox", request.headers["x-understudy-sandbox"].map(JSONValue.string) ?? .null)])
            ).text())
    }
}
