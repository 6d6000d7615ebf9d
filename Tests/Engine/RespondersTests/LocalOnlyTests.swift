import HTTPMessages
import Responders
import Testing

@Suite struct LocalOnlyTests {
    private let service = LocalOnly(
        ScriptedUpstream(Array(repeating: .json("{}"), count: 10)), allowedHosts: ["host.docker.internal"])

    @Test(arguments: [
        ("localhost", true), ("LocalHost:8080", true), ("127.0.0.1", true), ("127.0.0.1:1", true),
        ("127.8.9.1:65535", true),
        ("[::1]", true), ("[::1]:8080", true), ("host.docker.internal", true), ("Host.Docker.Internal:80", true),
        ("example.com", false), ("example.com:80", false), ("127.0.0.1.example.com", false),
        ("localhost.example.com", false),
        ("[::2]:80", false), ("::1", false), ("0.0.0.0", false), ("127.0.0", false), ("", false),
        ("host.docker.internal.evil", false),
        ("evil@localhost", false), ("localhost:80:80", false), ("10.0.0.1:80", false),
    ])
    func onlyHostsOfThisMachine(host: String, passes: Bool) async throws {
        let request = Request(method: "GET", path: "/", headers: ["host": host])
        #expect(try await service.ask(request).status == (passes ? 200 : 403))
        #expect(service.answerNow(request)?.status == (passes ? nil : 403))
    }

    @Test(arguments: [
        ("http://localhost:3000", true), ("http://127.0.0.1", true), ("https://[::1]:8443", true),
        ("https://example.com", false),
        ("null", false), ("http://host.docker.internal", false), ("http://localhost.example.com", false),
        ("file://", false),
        ("chrome-extension://abc", false), ("http://http://localhost", false), ("", false),
    ])
    func onlyPagesOfThisMachine(origin: String, passes: Bool) async throws {
        let request = Request(method: "POST", path: "/", headers: ["host": "localhost", "origin": origin])
        let answer = try await service.ask(request)
        #expect(answer.status == (passes ? 200 : 403))
        #expect(answer.headers.fields.allSatisfy { !$0.name.hasPrefix("access-control") })
    }

    @Test func requestWithoutEitherPasses() async throws {
        #expect(try await service.ask(Request(method: "GET", path: "/")).status == 200)
    }

    @Test func refusalSaysWhatToDo() async throws {
        let answer = try await service.ask(Request(method: "GET", path: "/", headers: ["host": "box"]))
        #expect(answer.errorMessage?.contains("--allow-host") == true)
        #expect(answer["message"] == answer.errorMessage)
    }
}
