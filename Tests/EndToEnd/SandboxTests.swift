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

    @Test func fiftyAtOnceLeaveNothingBehind() async throws {
        let sandbox = try await serving { service in
            let server = service.process.id
            // The first makes what the server keeps: threads, event loops.
            try await useOne(of: service, number: 0)
            let before = try descriptors(of: server)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...50 { group.addTask { try await useOne(of: service, number: number) } }
                try await group.waitForAll()
            }
            let left = try await onThread {
                eventually { () -> Bool? in
                    let count = (try? descriptors(of: server)) ?? .max
                    return ProcessTree.below(server).isEmpty && count <= before ? true : nil
                }
            }
            let after = try descriptors(of: server)
            #expect(left == true, "\(ProcessTree.below(server)), \(after) descriptors, \(before) before")
            #expect(controlGroups(of: server).isEmpty)
        }
        #expect(sandbox.status == 0 && sandbox.complaints.isEmpty, "\(sandbox)")
        #expect(project.files == [])
    }

    /// One is started ahead when a program has asked for two.
    @Test func sandboxThatDiedBeforeItsUseIsReplaced() async throws {
        let sandbox = try await serving { service in
            let before = try await trees(of: service) { $0.count == 0 }
            _ = try await service.create()
            _ = try await service.create()
            let spare = try #require(
                try await trees(of: service) { $0.count == 3 }.subtracting(before).max { $0.id < $1.id })
            #expect(kill(spare.id, SIGKILL) == 0)
            _ = try await trees(of: service) { !$0.contains(spare) }
            let answer = try await Box(try await service.create()).execute("print(3)")
            #expect(answer.string("stdout") == "3\n", "\(answer.text)")
        }
        #expect(sandbox.status == 0 && sandbox.complaints.isEmpty, "\(sandbox)")
    }

    /// The first process of each sandbox of a server, when they are as wanted.
    private func trees(
        of service: Service, when isWanted: @escaping @Sendable (Set<ProcessTree.Member>) -> Bool
    ) async throws -> Set<ProcessTree.Member> {
        let server = service.process.id
        let found = try await onThread {
            eventually { () -> Set<ProcessTree.Member>? in
                let found = ProcessTree.children(of: server)
                return isWanted(found) ? found : nil
            }
        }
        return try #require(found)
    }

    /// Creates a sandbox, has it run code that leaves processes and files, and deletes it.
    private func useOne(of service: Service, number: Int) async throws {
        let created = try await service.create()
        let box = try Box(created)
        let code = """
            import subprocess
            subprocess.Popen(['setsid', 'sh', '-c', 'trap "" TERM HUP; sleep 1000 & sleep 1000'])
            open('/tmp/file', 'w').write('x' * 1000)
            print(\(number))
            """
        let answer = try await box.execute(code)
        #expect(answer.string("stdout") == "\(number)\n", "\(answer.text)")
        let id = try #require(created.string("id"))
        let deleted = try await Loopback.send(
            "DELETE", service.base + "/v1/sandboxes/\(id)", headers: ["x-api-key": service.key])
        #expect(deleted.status == 200, "\(deleted.text)")
    }

    @Test func environmentOfTheServerIsNowhereInASandbox() async throws {
        let sandbox = try await serving { service in
            let box = try Box(try await service.create())
            let code = """
                import glob
                for path in glob.glob('/proc/[0-9]*/environ') + glob.glob('/proc/[0-9]*/cmdline'):
                    try:
                        print(path, b'hunter2' in open(path, 'rb').read())
                    except OSError as error:
                        print(path, error.strerror)
                """
            let seen = try await box.execute(code)
            #expect(seen.string("stdout")?.isEmpty == false && seen.value("exit_code") as? Int == 0, "\(seen.text)")
            #expect(seen.string("stdout")?.contains("True") == false, "\(seen.text)")
            for path in ["/proc/self/environ", "/proc/1/environ", "/proc/2/environ", "/proc/self/cmdline"] {
                let read = try await Loopback.send(
                    "GET", box.host + "/files/read?path=\(path)", headers: ["authorization": "Bearer \(box.token)"])
                #expect(!read.text.contains("hunter2"), "\(path): \(read.text)")
            }
        }
        #expect(sandbox.status == 0, "\(sandbox)")
    }

    @Test func serverThatIsKilledTakesItsSandboxesWithIt() async throws {
        var children: Set<ProcessTree.Member> = []
        let sandbox = try await serving(endedBy: SIGKILL) { service in
            _ = try await Box(try await service.create()).execute(
                "import subprocess\nsubprocess.Popen(['setsid', 'sleep', '1000'])")
            children = ProcessTree.below(service.process.id)
            #expect(children.contains { $0.name == "(sleep)" }, "\(children)")
        }
        #expect(sandbox.status != 0)
        let members = children
        let areGone = try await onThread { eventually { ProcessTree.alive(members).isEmpty ? true : nil } }
        #expect(areGone == true, "still there: \(ProcessTree.alive(members))")
    }

    private func descriptors(of process: pid_t) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
    }

    private func controlGroups(of process: pid_t) -> [String] {
        let trees = FileManager.default.enumerator(atPath: "/sys/fs/cgroup")
        return (trees?.compactMap { $0 as? String } ?? []).filter { $0.contains("understudy-\(process)-") }
    }

    @Test func withoutBubblewrapItRefusesAndSaysWhatToDo() async throws {
        let tools = "\(project.path)/tools"
        try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
        let sandbox = try await project.run("sandbox", environment: ["PATH": tools])
        #expect(sandbox.status == 4 && sandbox.output.isEmpty, "\(sandbox)")
        #expect(sandbox.complaints.contains("bubblewrap") && sandbox.complaints.contains("\n  fix: "), "\(sandbox)")
    }
}
