import Foundation
import Testing

@Suite struct SandboxTests {
    let project: ProjectFolder

    init() throws { project = try ProjectFolder() }

    private struct Service {
        let base: String
        let key: String
        let process: ChildProcess

        func create(key: String? = nil) async throws -> Loopback.Answer {
            try await Loopback.send(
                "POST", base + "/v1/sandboxes", headers: ["x-api-key": key ?? self.key],
                body: #"{"template_name": "code-interpreter", "timeout_seconds": 300}"#)
        }
    }

    private func serving(
        _ arguments: [String] = [], endedBy signal: Int32 = SIGTERM, _ body: (Service) async throws -> Void
    ) async throws -> ProjectFolder.Outcome {
        let arguments = ["sandbox", "--format", "json"] + arguments
        let environment = ["MY_SERVICE_TOKEN": "hunter2-hunter2-hunter2"]
        return try await project.running(arguments, environment: environment) { server in
            let line = try await server.output { $0.hasPrefix("{") }
            let exports =
                try JSONDecoder().decode([String: [String: String]].self, from: Data(line.utf8))["exports"] ?? [:]
            try await body(
                Service(
                    base: try #require(exports["HOPX_BASE_URL"]), key: try #require(exports["HOPX_API_KEY"]),
                    process: server))
            server.signal(signal)
            let status = await server.end()
            return .init(arguments: arguments, status: status, output: server.output, complaints: server.complaints)
        }
    }

    private struct Box {
        let host: String
        let token: String

        init(_ created: Loopback.Answer) throws {
            try #require(created.status == 201, "\(created.text)")
            host = try #require(created.string("public_host"))
            token = try #require(created.string("auth_token"))
        }

        func execute(_ code: String, token: String? = nil) async throws -> Loopback.Answer {
            let body = try JSONSerialization.data(withJSONObject: ["language": "python", "code": code, "timeout": 30])
            return try await Loopback.send(
                "POST", host + "/execute", headers: ["authorization": "Bearer \(token ?? self.token)"],
                body: String(decoding: body, as: UTF8.self))
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func pythonRunsWithItsStateKeptAndNothingIsLeftBehind(signal: Int32) async throws {
        var children: Set<ProcessTree.Member> = []
        let sandbox = try await serving(endedBy: signal) { service in
            let box = try Box(try await service.create())
            let first = try await box.execute("numbers = [n * n for n in range(10)]\nprint(sum(numbers))")
            #expect(first.status == 200 && first.string("stdout") == "285\n", "\(first.text)")
            let second = try await box.execute("numbers.append(1)\nprint(len(numbers))")
            #expect(second.string("stdout") == "11\n" && second.value("exit_code") as? Int == 0, "\(second.text)")
            let failed = try await box.execute("print(numbers[99])")
            #expect(failed.value("exit_code") as? Int == 1, "\(failed.text)")
            #expect(failed.string("stderr")?.contains("IndexError") == true, "\(failed.text)")
            // A process of the code's own, which does not end by itself.
            let own = try await box.execute("import subprocess\nsubprocess.Popen(['sleep', '1000'])\nprint('on')")
            #expect(own.string("stdout") == "on\n", "\(own.text)")
            children = ProcessTree.below(service.process.id)
            #expect(children.contains { $0.name == "(sleep)" }, "\(children)")
        }
        #expect(sandbox.status == 0 && sandbox.complaints.isEmpty, "\(sandbox)")
        let members = children
        let areGone = try await onThread { eventually { ProcessTree.alive(members).isEmpty ? true : nil } }
        #expect(areGone == true, "still there: \(ProcessTree.alive(members))")
    }

    @Test func otherKeysAreRefused() async throws {
        let sandbox = try await serving { service in
            for key in ["guess", "", "us-anything", service.key + "x"] {
                let refused = try await service.create(key: key)
                #expect(refused.status == 401, "\(key): \(refused.text)")
            }
            let box = try Box(try await service.create())
            #expect(try await box.execute("print(1)", token: "guess").status == 401)
            #expect(try await box.execute("print(1)", token: "").status == 401)
        }
        #expect(sandbox.status == 0, "\(sandbox)")
    }

    @Test func givenKeysAreAcceptedInsteadOfAMadeOne() async throws {
        let sandbox = try await serving(["--key", "sesame-sesame", "--key", "second-key"]) { service in
            #expect(service.key == "sesame-sesame")
            for (key, status) in [("sesame-sesame", 201), ("second-key", 201), ("third-key", 401)] {
                let created = try await service.create(key: key)
                #expect(created.status == status, "\(key): \(created.text)")
            }
        }
        #expect(sandbox.status == 0, "\(sandbox)")
    }

    @Test func codeSeesNeitherTheNetworkNorTheEnvironmentNorTheProject() async throws {
        try project.write("private\n", to: "notes.txt")
        let sandbox = try await serving { service in
            let box = try Box(try await service.create())
            let port = try #require(URLComponents(string: service.base)?.port)
            let network = try await box.execute("import socket\nsocket.create_connection(('127.0.0.1', \(port)), 5)")
            #expect(network.value("exit_code") as? Int == 1, "\(network.text)")
            let environment = try await box.execute("import os\nprint([k for k in os.environ if 'TOKEN' in k])")
            #expect(environment.string("stdout") == "[]\n", "\(environment.text)")
            let file = try await box.execute("print(open('\(project.path)/notes.txt').read())")
            #expect(file.value("exit_code") as? Int == 1, "\(file.text)")
        }
        #expect(sandbox.status == 0, "\(sandbox)")
        #expect(project.files == ["notes.txt"])
    }

    @Test func whoHasNoKeyIsToldThatItIsThereAndNoMore() async throws {
        let sandbox = try await serving { service in
            for (path, status) in [("/health", 200), ("/info", 401), ("/v1/sandboxes", 401)] {
                let answer = try await Loopback.send("GET", service.base + path, headers: [:], body: "")
                #expect(answer.status == status, "\(path): \(answer.text)")
            }
        }
        #expect(sandbox.status == 0, "\(sandbox)")
    }

    @Test func strangersAreRefused() async throws {
        let sandbox = try await serving { service in
            let answer = try await Loopback.send(
                "POST", service.base + "/v1/sandboxes", headers: ["x-api-key": service.key, "host": "evil.example"],
                body: "{}")
            #expect(answer.status == 403, "\(answer.text)")
        }
        #expect(sandbox.status == 0, "\(sandbox)")
    }

    @Test func aDeletedSandboxLeavesNoProcess() async throws {
        let sandbox = try await serving { service in
            let created = try await service.create()
            _ = try await Box(created).execute("print(1)")
            let members = ProcessTree.below(service.process.id)
            #expect(!members.isEmpty)
            let id = try #require(created.string("id"))
            let deleted = try await Loopback.send(
                "DELETE", service.base + "/v1/sandboxes/\(id)", headers: ["x-api-key": service.key])
            #expect((200...204).contains(deleted.status), "\(deleted.text)")
            let areGone = try await onThread { eventually { ProcessTree.alive(members).isEmpty ? true : nil } }
            #expect(areGone == true, "still there: \(ProcessTree.alive(members))")
        }
        #expect(sandbox.status == 0, "\(sandbox)")
    }

    @Test func withoutBubblewrapItRefusesAndSaysWhatToDo() async throws {
        let tools = "\(project.path)/tools"
        try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
        let sandbox = try await project.run("sandbox", environment: ["PATH": tools])
        #expect(sandbox.status == 4 && sandbox.output.isEmpty, "\(sandbox)")
        #expect(sandbox.complaints.contains("bubblewrap") && sandbox.complaints.contains("\n  fix: "), "\(sandbox)")
    }
}
