import Foundation
import Testing

@Suite struct ViewTests {
    let project: ProjectFolder

    init() throws { project = try .withStory() }

    @Test func storedRunsAreServedAnewAtEachRequest() async throws {
        #expect(try await project.run("run", "--label", "first").status == 0)
        try await project.running(["view", "--port", "0"]) { child in
            let address = try await child.output { $0.hasSuffix("/") }.trimmingCharacters(in: .whitespacesAndNewlines)
            let origin = String(address.dropLast())
            let page = try await Loopback.send("GET", origin + "/")
            #expect(page.status == 200 && page.text.hasPrefix("<!doctype html>"))
            #expect(page.text.contains("connect-src 'self'") && page.text.contains("default-src 'none'"))
            #expect(page.text.contains("\"label\":\"first\"") && !page.text.contains("\"label\":\"second\""))
            let version = try await Loopback.send("GET", origin + "/version").text
            #expect(try await project.run("run", "--label", "second").status == 0)
            #expect(try await Loopback.send("GET", origin + "/version").text != version)
            #expect(try await Loopback.send("GET", origin + "/").text.contains("\"label\":\"second\""))
            let compared = try await Loopback.send("GET", origin + "/?run=latest&against=%23first").text
            #expect(compared.contains("\"against\""))
            #expect(try await Loopback.send("GET", origin + "/?run=nope").status == 404)
            #expect(try await Loopback.send("GET", origin + "/other").status == 404)
            #expect(try await Loopback.send("GET", origin + "/", headers: ["host": "example.com"]).status == 403)
        }
    }

    @Test func withoutARunThereIsNothingToView() async throws {
        let view = try await project.run("view")
        #expect(view.status == 2 && view.complaints.contains("understudy run"), "\(view)")
        #expect(try await project.run("run").status == 0)
        let unknown = try await project.run("view", "#nope")
        #expect(unknown.status == 2 && unknown.complaints.contains("#nope"), "\(unknown)")
    }
}
