import Documents
import HTTPMessages
import HopXProtocol
import Responders
import Testing

@Suite struct TemplateTests {
    let clock = ManualClock()
    let fake: FakeHopX
    static let build =
        #"{"name": "mine", "from_image": "ubuntu:24.04", "cpu": 1, "memory": 512, "diskGB": 4, "steps": [STEPS]}"#

    init() { fake = FakeHopX(seed: "test", clock: clock, outcomes: BackendOutcomes(EchoBackend())) }

    private func build(_ steps: String = "", update: Bool = false) async throws -> (status: Int, body: JSONValue) {
        let body = TemplateTests.build.replacing("STEPS", with: steps).replacing(
            #"{"name""#, with: #"{"update": \#(update), "name""#)
        return try await fake.ask("POST", "/v1/templates/build", body: body)
    }

    @Test func listFiltersAndDetailsHaveTheTypesThatClientsCheck() async throws {
        let list = try await fake.ask("GET", "/v1/templates").body
        #expect((list["object"], list["has_more"]) == ("list", false))
        let names = list["data"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
        #expect(names == ["code-interpreter", "base"])
        let bash = try await fake.ask("GET", "/v1/templates", query: "language=bash").body
        #expect(bash["data"]?.arrayValue?.count == 1)
        let one = try await fake.ask("GET", "/v1/templates/code-interpreter").body
        #expect((one["id"], one["organization_id"]) == ("1", "1"))
        #expect(try await fake.ask("GET", "/v1/templates/1").body["name"] == "code-interpreter")
        let none = try await fake.ask("GET", "/v1/templates/none")
        #expect((none.status, none.body["error"]?["code"]) == (404, "TEMPLATE_NOT_FOUND"))
    }

    @Test func detailsTellWhatTheSandboxesReallyOffer() async throws {
        let tools = SandboxTools(
            languages: ["python": "3.11.2", "bash": "5.2.15"], libraries: ["pandas": "1.5.3", "numpy": "1.24.2"])
        let fake = FakeHopX(seed: "test", clock: clock, outcomes: BackendOutcomes(EchoBackend(tools: tools)))
        let template = try await fake.ask("GET", "/v1/templates/code-interpreter").body
        #expect(template["features"] == ["bash", "python", "files"])
        #expect(template["description"]?.stringValue?.hasSuffix(": bash 5.2.15, python 3.11.2") == true)
        #expect(template["tags"] == ["python", "data", "numpy 1.24.2", "pandas 1.5.3"])
    }

    @Test func buildIsSeenInStatusLogsAndList() async throws {
        let started = try await build(#"{"type": "ENV", "args": ["A", "1"]}, {"type": "RUN", "args": ["true"]}"#)
        #expect((started.status, started.body["status"]) == (201, "building"))
        let id = try #require(started.body["template_id"]?.stringValue)
        let buildID = try #require(started.body["build_id"]?.stringValue)
        let status = try await fake.ask("GET", "/v1/templates/build/\(buildID)/status").body
        // One member more than these, and a published client fails.
        let known: Set = [
            "build_id", "template_id", "status", "progress", "started_at", "current_step", "completed_at",
            "error_message", "build_duration_ms", "request_id",
        ]
        #expect(status.objectValue.map { Set($0.members.map(\.name)).isSubset(of: known) } == true)
        #expect(status["status"] == "active")
        let logs = try await fake.ask("GET", "/v1/templates/build/\(id)/logs", query: "offset=0").body
        #expect((logs["complete"], logs["logs"]?.stringValue?.contains("RUN true (not run")) == (true, true))
        let offset = try #require(logs["offset"]?.intValue)
        let rest = try await fake.ask("GET", "/v1/templates/build/\(buildID)/logs", query: "offset=\(offset)").body
        #expect(rest["logs"] == "")
        let template = try await fake.ask("GET", "/v1/templates/\(id)").body
        #expect((template["status"], template["is_active"]) == ("active", true))
        let (_, token) = try await fake.create(#"{"template_id": "\#(id)"}"#)
        #expect(try await fake.agent(token, "GET", "/env").body["env_vars"] == ["A": "1"])
    }

    @Test func takenNameNeedsUpdate() async throws {
        let id = try await build().body["template_id"]
        let again = try await build()
        #expect((again.status, again.body["code"]) == (409, "TEMPLATE_EXISTS"))
        let updated = try await build(update: true)
        #expect((updated.status, updated.body["template_id"]) == (201, id))
    }

    @Test func ownTemplatesAreDeletedPublicOnesAreNot() async throws {
        let id = try #require(try await build().body["template_id"]?.stringValue)
        #expect(try await fake.ask("DELETE", "/v1/templates/\(id)").body["deleted"] == true)
        #expect(try await fake.ask("GET", "/v1/templates/\(id)").status == 404)
        #expect(try await fake.ask("DELETE", "/v1/templates/\(id)").status == 404)
        #expect(try await fake.ask("DELETE", "/v1/templates/1").status == 403)
    }

    @Test func copiedFilesAreUploadedThroughTheAddressThatIsGiven() async throws {
        let copy = #"{"type": "COPY", "args": ["a", "b"], "filesHash": "h1"}"#
        #expect(try await build(copy).status == 400)
        let addresses = SandboxAddresses(fake, origin: "http://127.0.0.1:8080")
        func ask(_ method: String, _ path: String, _ body: String) async throws -> (Int, JSONValue) {
            let response = try await addresses.respond(
                to: Request(method: method, path: path, headers: ["x-api-key": "k"], body: Array(body.utf8)))
            return (response.status, try JSONValue(parsing: try await response.content.joined() ?? []))
        }
        let wanted = #"{"files_hash": "h1", "content_length": 3}"#
        let (_, link) = try await ask("POST", "/v1/templates/files/upload-link", wanted)
        #expect(link["present"] == false)
        let url = try #require(link["upload_url"]?.stringValue)
        #expect(url.hasPrefix("http://127.0.0.1:8080/x/"))
        let path = String(url.dropFirst("http://127.0.0.1:8080".count))
        #expect(try await ask("PUT", path + "x", "tar").0 == 403)
        #expect(try await ask("PUT", path, "tar").0 == 200)
        #expect(try await ask("POST", "/v1/templates/files/upload-link", wanted).1["present"] == true)
        #expect(try await build(copy).status == 201)
    }

    @Test(arguments: [
        (#"{"name": "a", "from_image": "i", "cpu": 1, "memory": 1}"#, "MISSING_PARAMETER"),
        (#"{"from_image": "i", "cpu": 1, "memory": 1, "diskGB": 1}"#, "MISSING_PARAMETER"),
        (
            #"{"name": "a", "from_image": "i", "cpu": 1, "memory": 1, "diskGB": 1, "steps": [{"type": "ADD"}]}"#,
            "INVALID_REQUEST"
        ), ("[]", "INVALID_JSON"),
    ])
    func badBuildIsRefused(body: String, code: String) async throws {
        let refused = try await fake.ask("POST", "/v1/templates/build", body: body)
        #expect((refused.status, refused.body["code"]) == (400, .string(code)))
    }

    @Test func creationGivesResourcesAndRegionAndUnknownTemplatesAreRefused() async throws {
        let made = try await fake.ask(
            "POST", "/v1/sandboxes",
            body: #"{"template_name": "base", "vcpu": 4, "memory_mb": 4096, "disk_gb": 20, "region": "eu"}"#
        ).body
        #expect(made["resources"] == ["vcpu": 4, "memory_mb": 4096, "disk_mb": 20480])
        #expect((made["region"], made["template_id"], made["template_name"]) == ("eu", "2", "base"))
        #expect(try await fake.ask("POST", "/v1/sandboxes", body: #"{"template_id": "77"}"#).status == 404)
        // A published client then looks for a name that is meant in the list.
        let refused = try await fake.ask("POST", "/v1/sandboxes", body: #"{"template_name": "mine"}"#)
        #expect((refused.status, refused.body["error"]?["code"]) == (404, "TEMPLATE_NOT_FOUND"))
        _ = try await build()
        #expect(try await fake.ask("POST", "/v1/sandboxes", body: #"{"template_name": "mine"}"#).status == 201)
    }
}
