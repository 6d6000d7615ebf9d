import Foundation
import Testing

@Suite struct ScriptCommandTests {
    let project: ProjectFolder

    init() throws {
        project = try .withGreeting()
        try project.write(Self.script, to: "answers.yaml")
    }

    private static let script = """
        understudy: script/1
        rules:
        - when: {text: {matches: "Say (?<word>[a-z]+)"}}
          reply: {template: "{{word}} from a file, friend."}
        - reply: {text: TERMINATE}

        """

    @Test func aScriptsFileTakesThePlaceOfTheScenariosOwn() async throws {
        let own = try await project.run("run", "greeting", "--mode", "script", "--verbose")
        #expect(own.status == 0 && own.output.contains("Hello, friend."), "\(own)")
        let other = try await project.run(
            "run", "greeting", "--mode", "script", "--script", "answers.yaml", "--verbose")
        #expect(other.status == 1 && other.output.contains("hello from a file, friend."), "\(other)")
    }

    @Test func serveNeedsNoCassetteWhenAllIsScripted() async throws {
        try await project.serving(["--mode", "script", "--script", "answers.yaml"]) { server in
            let greeting = try await server.said("Say hi")
            #expect(greeting == "hi from a file, friend.")
            let rest = try await server.said("and now?")
            #expect(rest == "TERMINATE")
        }
        let wanting = try await project.run("serve")
        #expect(wanting.status == 2 && wanting.complaints.contains("--cassette is missing"), "\(wanting)")
    }

    @Test func execNeedsNoCassetteWhenAllIsScripted() async throws {
        let ask = """
            import json, os, urllib.request
            body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "Say hi"}]}).encode()
            request = urllib.request.Request(os.environ["OPENAI_BASE_URL"] + "/chat/completions", body)
            request.add_header("authorization", "Bearer " + os.environ["OPENAI_API_KEY"])
            print(json.load(urllib.request.urlopen(request))["choices"][0]["message"]["content"])
            """
        let exec = try await project.run(
            "exec", "--mode", "script", "--script", "answers.yaml", "--", "python3", "-c", ask)
        #expect(exec.status == 0 && exec.output == "hi from a file, friend.\n", "\(exec)")
    }

    @Test(arguments: ["anthropic", "gemini", "azure"])
    func everyModelCanBeScripted(service: String) async throws {
        let wanting = try await project.run(
            "exec", "--cassette", "x", "--mode", "live", "--upstream", "\(service)=script", "--", "true")
        #expect(wanting.status == 2 && wanting.complaints.contains("--script FILE"), "\(wanting)")
        let given = try await project.run(
            "exec", "--cassette", "x", "--mode", "live", "--upstream", "\(service)=script", "--script", "answers.yaml",
            "--", "true")
        #expect(given.status == 0, "\(given)")
    }

    @Test func aBadScriptIsToldAtItsPlaces() async throws {
        try project.write("understudy: script/1\nrules:\n- reply: {txt: a}\notherwise: ecko\n", to: "bad.yaml")
        for arguments in [
            ["script", "check", "bad.yaml"], ["run", "greeting", "--mode", "script", "--script", "bad.yaml"],
        ] {
            let run = try await project.run(arguments)
            #expect(run.status == 2, "\(run)")
            #expect(run.complaints.contains("bad.yaml:3:11: error: unknown key 'txt'"), "\(run)")
            #expect(run.complaints.contains("bad.yaml:4:12: error: otherwise cannot be 'ecko'"), "\(run)")
        }
    }

    @Test func checkCountsWhatItRead() async throws {
        let check = try await project.run("script", "check", "answers.yaml", "scenarios/greeting.yaml")
        #expect(check.status == 0)
        #expect(
            check.output == """
                answers.yaml: 2 rules, 2 replies; every request is answered
                scenarios/greeting.yaml: 2 rules, 2 replies; every request is answered

                """, "\(check)")
    }

    @Test func aRecordingBecomesAScriptThatPlaysItsScenario() async throws {
        let record = try await project.run("record", "greeting", "--upstream", "openai=script")
        #expect(record.status == 0, "\(record)")
        let from = try await project.run("script", "from", "greeting", "--output", "draft.yaml")
        #expect(from.status == 0 && from.output == "draft.yaml: 2 rules\n", "\(from)")
        let text = try project.text("draft.yaml")
        #expect(text.hasPrefix("# From the cassette greeting, by understudy "), "\(text)")
        let run = try await project.run("run", "greeting", "--mode", "script", "--script", "draft.yaml")
        #expect(run.status == 0, "\(run)")
        let again = try await project.run("script", "from", "greeting", "--output", "draft.yaml")
        #expect(again.status == 2 && again.complaints.contains("draft.yaml is there already"), "\(again)")
        #expect(try await project.run("script", "from", "greeting").output == text)
    }
}
