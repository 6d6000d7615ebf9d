import Foundation
import HopXProtocol
import Processes
import Testing

@Suite(.enabled(if: LocalSandbox.isPossibleHere)) struct LocalSandboxTests {
    /// The third of them was started ahead.
    @Test func sandboxesThatFollowEachOtherHaveNothingInCommon() async throws {
        try await withSandboxes(["first", "second", "third"]) { backend in
            for name in ["first", "second", "third"] {
                let left = "print('x' in dir(), os.listdir('/tmp'), os.getpid()); x = 1; open('/tmp/f', 'w').close()"
                let outcome = try await backend.python("import os\n" + left, in: name)
                #expect(outcome.stdout.hasPrefix("False [] "), "\(outcome)")
                await backend.destroy(name)
                await #expect(throws: HopXError.self) { try await backend.python("1", in: name) }
            }
        }
    }

    @Test func variablesAreKeptBetweenCallsAndNotBetweenSandboxes() async throws {
        try await withSandboxes(["a", "b"]) { (backend) async throws in
            _ = try await backend.python("x = 41\ndef f(): return x + 1", in: "a")
            #expect(try await backend.python("print(f())", in: "a").stdout == "42\n")
            let other = try await backend.python("print(x)", in: "b")
            #expect(other.exitCode == 1)
            #expect(other.stderr.hasSuffix("NameError: name 'x' is not defined\n"))
        }
    }

    /// With the arguments of the sleeps that it starts.
    @Test(
        arguments: [
            (
                .code(
                    "import subprocess, time\nsubprocess.Popen(['sleep', '301'])\nwhile True: time.sleep(1)",
                    language: .python), [301]
            ),
            (.code("sleep 301 & wait", language: .bash), [301]), (.code("sleep 301", language: .sh), [301]),
            (
                .code(
                    "require('child_process').spawn('sleep', ['301']); setInterval(() => {}, 1000)",
                    language: .javascript),
                [301]
            ),
            (.command(["bash", "-c", "sleep 301 & wait"]), [301]), (.command(["sleep", "301"]), [301]),
            // What leaves its session, and what leaves its parent, too.
            (.command(["bash", "-c", "setsid sleep 301 & wait"]), [301]),
            (.command(["bash", "-c", "(setsid sleep 301 &); sleep 302"]), [301, 302]),
            (
                .code(
                    """
                    import os
                    if os.fork() == 0:
                        os.setsid()
                        os.execvp("sleep", ["sleep", "301" if os.fork() else "302"])
                    os.execvp("sleep", ["sleep", "303"])
                    """, language: .python), [301, 302, 303]
            ),
        ] as [(CodeRun.Work, [Int])])
    func whatNobodyWaitsForIsKilledByItsName(work: CodeRun.Work, sleeps: [Int]) async throws {
        if case .code(_, .javascript) = work, !LocalSandbox.hasNode { return }
        try await withSandboxes(["a"]) { (backend) async throws in
            let before = try await backend.processes(of: "a")
            var run = CodeRun(work, timeoutSeconds: 60)
            run.process = "proc_1"
            let apart = run
            async let ended = backend.run(apart, in: "a")
            // All that it starts is there before it is killed.
            while try await !Set(backend.processes(of: "a")).isSuperset(of: sleeps.map { "sleep \($0)" }) {}
            try await backend.kill("proc_1", in: "a")
            #expect(try await backend.processes(of: "a") == before)
            #expect(try await ended.exitCode == 137)
        }
    }

    /// Its number is known while it runs, and what clients do to that number is done to the program.
    @Test func whatRunsApartHasANumber() async throws {
        try await withSandboxes(["a"]) { (backend) async throws in
            var run = CodeRun(.command(["sleep", "301"]), timeoutSeconds: 60)
            run.process = "proc_1"
            let apart = run
            let before = try await backend.processes(of: "a")
            let (numbers, told) = AsyncStream<Int>.makeStream()
            async let ended = backend.run(apart, in: "a") { told.yield($0) }
            let number = try #require(await numbers.first { _ in true })
            while try await !backend.processes(of: "a").contains("sleep 301") {}
            try await backend.bash("kill -TERM \(number)", in: "a")
            #expect(try await ended.exitCode == 143)
            while try await backend.processes(of: "a") != before {}
        }
    }

    /// The kill may come before the process has been started.
    @Test func aKillThatComesFirstIsNotLost() async throws {
        try await withSandboxes(["a"]) { (backend) async throws in
            let before = try await backend.processes(of: "a")
            try await backend.kill("proc_1", in: "a")
            var run = CodeRun(.command(["sleep", "301"]), timeoutSeconds: 60)
            run.process = "proc_1"
            #expect(try await backend.run(run, in: "a").exitCode == 137)
            #expect(try await backend.processes(of: "a") == before)
        }
    }

    /// It is started by way of another process, of which its program sees nothing.
    @Test func whatRunsApartHasItsEndAndItsEnvironment() async throws {
        try await withSandboxes(["a"]) { (backend) async throws in
            for (words, code) in [(["bash", "-c", "exit 7"], 7), (["bash", "-c", "kill -TERM $$"], 143)] {
                var run = CodeRun(.command(words))
                run.process = "proc_\(code)"
                #expect(try await backend.run(run, in: "a").exitCode == code)
            }
            var absent = CodeRun(.command(["no-such-program"]))
            absent.process = "proc_absent"
            let outcome = try await backend.run(absent, in: "a")
            #expect((outcome.exitCode, outcome.stderr) == (127, "no-such-program: No such file or directory\n"))
            let names = CodeRun(.command(["bash", "-c", "compgen -e | sort"]), environment: ["OWN": "1"])
            var apart = names
            apart.process = "proc_names"
            #expect(try await backend.run(apart, in: "a").stdout == (try await backend.run(names, in: "a")).stdout)
            var long = CodeRun(.code("print(1)\n" + String(repeating: "#", count: 300_000), language: .python))
            long.process = "proc_long"
            #expect(try await backend.run(long, in: "a").stdout == "1\n")
        }
    }

    @Test func backgroundCodeLeavesTheInterpreterAlone() async throws {
        try await withSandboxes(["a"]) { (backend) async throws in
            _ = try await backend.python("x = 1", in: "a")
            var run = CodeRun(.code("x = 2; print('apart')", language: .python))
            run.process = "proc_2"
            #expect(try await backend.run(run, in: "a").stdout == "apart\n")
            #expect(try await backend.python("print(x)", in: "a").stdout == "1\n")
        }
    }

    @Test func tracebackIsPythonsOwn() async throws {
        try await withSandboxes { (backend) async throws in
            let outcome = try await backend.python("def f():\n    return 1 / 0\nprint('before')\nf()")
            #expect(outcome.exitCode == 1)
            #expect(outcome.stdout == "before\n")
            let lines = outcome.stderr.split(separator: "\n").map(String.init)
            #expect(lines.first == "Traceback (most recent call last):")
            #expect(lines.dropFirst().first == #"  File "<execution 1>", line 4, in <module>"#)
            #expect(lines.contains("    return 1 / 0"))
            #expect(lines.last == "ZeroDivisionError: division by zero")
            let syntax = try await backend.python("print(")
            #expect(syntax.exitCode == 1)
            #expect(syntax.stderr.hasSuffix("SyntaxError: '(' was never closed\n"))
        }
    }

    @Test(arguments: [
        ("import sys; sys.exit(7)", 7, ""), ("import sys; sys.exit()", 0, ""),
        ("raise SystemExit('stop')", 1, "stop\n"),
        ("import os; os._exit(5)", 5, "[the Python process was ended; its variables are gone]\n"),
        (
            "import os; os.kill(os.getpid(), 11)", 139,
            "[the Python process was ended by signal 11 (SIGSEGV); its variables are gone]\n"
        ),
        ("1 + 1", 0, ""),
    ])
    func exitCodeIsTheProgramsOwn(code: String, exitCode: Int, stderr: String) async throws {
        try await withSandboxes { (backend) async throws in
            let outcome = try await backend.python(code)
            #expect(outcome.exitCode == exitCode)
            #expect(outcome.stderr == stderr)
            #expect(outcome.stdout == "")
            #expect(try await backend.python("print('next')").stdout == "next\n")
        }
    }

    @Test func outputIsCapturedFromEveryLevelAndCannotDisturbTheChannel() async throws {
        try await withSandboxes { (backend) async throws in
            let code = """
                import os, subprocess, sys
                print('{"id": 1, "result": {}}', flush=True)
                os.write(1, b'raw\\n')
                subprocess.run(['echo', 'child'])
                print('err\\u00e9\\U0001f600', file=sys.stderr)
                sys.stdout.close()
                """
            let outcome = try await backend.python(code)
            #expect(outcome.stdout == "{\"id\": 1, \"result\": {}}\nraw\nchild\n")
            #expect(outcome.stderr == "err\u{e9}\u{1f600}\n")
            #expect(try await backend.python("print('again')").stdout == "again\n")
        }
    }

    @Test func outputBeyondTheLimitIsCountedAndDropped() async throws {
        try await withSandboxes { (backend) async throws in
            let outcome = try await backend.python("print('x' * 5_000_000)")
            let kept = 1 << 20
            #expect(outcome.stdout.hasSuffix("x\n[output cut: \(5_000_001 - kept) of 5000001 bytes left out]\n"))
            #expect(outcome.stdout.utf8.prefix(kept).allSatisfy { $0 == UInt8(ascii: "x") })
        }
    }

    @Test func timeLimitStopsTheRunAndTheSandboxGoesOn() async throws {
        try await withSandboxes { (backend) async throws in
            _ = try await backend.python("x = 1\nopen('kept', 'w').write('data')")
            await #expect(throws: HopXError.executionTimedOut(seconds: 1)) {
                try await backend.python("while True: pass", timeout: 1)
            }
            let after = try await backend.python("print(open('kept').read(), 'x' in globals())")
            #expect(after.stdout == "data False\n")
            await #expect(throws: HopXError.executionTimedOut(seconds: 1)) {
                try await backend.run(CodeRun(.command(["sleep", "60"]), timeoutSeconds: 1), in: "main")
            }
        }
    }

    @Test func variablesOfARunAreGoneAfterItUnlessCodeSetThem() async throws {
        try await withSandboxes { (backend) async throws in
            let code = "import os; print(os.environ.get('A'), os.environ.get('B')); os.environ['B'] = 'own'"
            var run = CodeRun(.code(code, language: .python))
            run.environment = ["A": "1", "B": "2"]
            #expect(try await backend.run(run, in: "main").stdout == "1 2\n")
            run.environment = [:]
            #expect(try await backend.run(run, in: "main").stdout == "None own\n")
        }
    }

    @Test func environmentRepeats() async throws {
        try await withSandboxes(["a", "b"]) { (backend) async throws in
            let code = """
                import os, time, getpass
                print(hash('x'), time.tzname[0], sorted(os.environ), os.getcwd(), getpass.getuser(), os.uname().nodename)
                """
            let first = try await backend.python(code, in: "a").stdout
            #expect(first == (try await backend.python(code, in: "b").stdout))
            #expect(first.contains(" UTC ['HOME', 'LANG', "))
            #expect(first.hasSuffix(" /workspace user sandbox\n"))
        }
    }

    @Test func bashRunsWithItsExitCode() async throws {
        try await withSandboxes { (backend) async throws in
            let outcome = try await backend.run(
                CodeRun(.code("echo out; echo err >&2; (sleep 100 &); exit 3", language: .bash)), in: "main")
            #expect((outcome.stdout, outcome.stderr, outcome.exitCode) == ("out\n", "err\n", 3))
            let long = "echo " + String(repeating: "a", count: 300_000)
            let echoed = try await backend.run(CodeRun(.code(long, language: .bash)), in: "main")
            #expect(echoed.stdout.utf8.count == 300_001)
            await #expect(throws: HopXError(422, "COMMAND_FAILED", "no-such: No such file or directory")) {
                try await backend.run(CodeRun(.command(["no-such"])), in: "main")
            }
        }
    }

    @Test func nothingOfTheHostIsReachable() async throws {
        let secret = FileManager.default.temporaryDirectory.appendingPathComponent("understudy-\(UUID().uuidString)")
        try "secret".write(to: secret, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: secret) }
        try await withSandboxes { (backend) async throws in
            let code = """
                import os, socket
                def attempt(name, work):
                    try:
                        work()
                        print(name, 'WORKED')
                    except OSError as error:
                        print(name, 'no')
                for path in ('/x', '/etc/x', '/usr/x', '/usr/bin/x', '/dev/x', '/proc/sys/kernel/hostname'):
                    attempt('write ' + path, lambda: open(path, 'w').write('x'))
                attempt('host file', lambda: open(\(String(reflecting: secret.path))).read())
                attempt('shadow', lambda: open('/etc/shadow').read())
                attempt('connect', lambda: socket.create_connection(('127.0.0.1', 22), timeout=1))
                attempt('internet', lambda: socket.create_connection(('1.1.1.1', 53), timeout=1))
                attempt('setuid', lambda: os.setuid(0))
                print(os.getuid() != 0, os.listdir('/home'), os.path.exists('/etc/hostname'))
                print(sorted(name for _, name in socket.if_nameindex()))
                print(len([name for name in os.listdir('/proc') if name.isdigit()]) < 6)
                """
            let outcome = try await backend.python(code)
            #expect(outcome.stderr == "")
            #expect(!outcome.stdout.contains("WORKED"))
            #expect(outcome.stdout.hasSuffix("setuid no\nTrue ['user'] False\n['lo']\nTrue\n"))
        }
    }

    @Test func filesGoRoundByTheSandboxesOwnPaths() async throws {
        try await withSandboxes { (backend) async throws in
            let bytes = (0...255).map { UInt8($0) }
            try await backend.write(FileWrite(path: "data/all.bin", bytes: bytes, mode: 0o600), in: "main")
            #expect(try await backend.read("/workspace/data/all.bin", in: "main") == bytes)
            let seen = try await backend.python("print(len(open('data/all.bin', 'rb').read()))")
            #expect(seen.stdout == "256\n")
            _ = try await backend.python("import os; os.symlink('/etc/passwd', 'link'); os.mkfifo('pipe')")
            let names = try await backend.list("/workspace", in: "main").map(\.name)
            #expect(names == ["data", "link", "pipe"])
            let listed = try await backend.list("/workspace/data", in: "main")
            #expect(listed.first?.size == 256)
            #expect(listed.first?.mode == 0o600)
            // The sandbox's own, not the host's.
            let passwd = try await backend.read("/workspace/link", in: "main")
            #expect(String(decoding: passwd, as: UTF8.self).hasSuffix("user:x:65534:65534:user:/home/user:/bin/bash\n"))
            try await backend.makeDirectory("/app/a/b", in: "main")
            #expect(try await backend.exists("/app/a/b", in: "main"))
            try await backend.remove("/app/a", in: "main")
            #expect(try await !backend.exists("/app/a/b", in: "main"))

            await #expect(throws: HopXError.fileNotFound("/workspace/none")) {
                try await backend.read("/workspace/none", in: "main")
            }
            await #expect(throws: HopXError.permissionDenied("/usr/x")) {
                try await backend.write(FileWrite(path: "/usr/x", bytes: []), in: "main")
            }
            await #expect(throws: HopXError.fileAlreadyExists("/workspace/data/all.bin")) {
                try await backend.write(FileWrite(path: "data/all.bin", bytes: [], overwrites: false), in: "main")
            }
            await #expect(throws: HopXError.directoryNotFound("/nowhere")) {
                try await backend.list("/nowhere", in: "main")
            }
            await #expect(throws: HopXError.invalidPath("/workspace/pipe", "Not a regular file")) {
                try await backend.read("/workspace/pipe", in: "main")
            }
        }
    }

    @Test func destroyLeavesNoProcess() async throws {
        // A number that no other program sleeps for.
        let mark = "98765\(Int.random(in: 100_000...999_999))"
        try await withSandboxes(["a", "b"]) { (backend) async throws in
            for sandbox in ["a", "b"] {
                let code = "import subprocess; subprocess.Popen(['setsid', 'sleep', '\(mark)'], start_new_session=True)"
                _ = try await backend.python(code, in: sandbox)
            }
            #expect(try await processes(with: mark, settlingAt: 2) == 2)
            await backend.destroy("a")
            #expect(try await processes(with: mark, settlingAt: 1) == 1)
            await #expect(throws: HopXError.sandboxNotFound("a")) { try await backend.python("1", in: "a") }
        }
        #expect(try await processes(with: mark, settlingAt: 0) == 0)
    }

    @Test func codeThatEndsItsOwnSandboxIsToldSo() async throws {
        try await withSandboxes(["main", "other"]) { (backend) async throws in
            // Every process it can reach, its supervisor among them.
            let error = await #expect(throws: HopXError.self) { try await backend.python("import os; os.kill(-1, 9)") }
            #expect(error?.code == "EXECUTION_FAILED")
            #expect(error?.message.hasPrefix("the sandbox's processes have ended") == true)
            let other = try await backend.python("print(1)", in: "other")
            #expect(other.stdout == "1\n")
        }
    }

    @Test func manySandboxesRunAtOnce() async throws {
        let names = ["a", "b", "c", "d"]
        try await withSandboxes(names) { backend in
            for name in names { _ = try await backend.python("total = 0", in: name) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    let name = names[number % names.count]
                    group.addTask {
                        let outcome = try await backend.python("total += 1; print('\(name)', \(number))", in: name)
                        #expect(outcome.stdout == "\(name) \(number)\n")
                    }
                }
                try await group.waitForAll()
            }
            for name in names { #expect(try await backend.python("print(total)", in: name).stdout == "25\n") }
        }
    }

    @Test func cancelledCallReturnsAtOnceAndTheSandboxGoesOn() async throws {
        try await withSandboxes { (backend) async throws in
            let call = Task { try await backend.python("import time; time.sleep(2); x = 1", timeout: 60) }
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
            let after = try await backend.run(CodeRun(.command(["echo", "on"])), in: "main")
            #expect(after.stdout == "on\n")
        }
    }

    @Test func withoutBubblewrapItSaysWhatToInstall() async throws {
        let error = await #expect(throws: ProcessError.self) {
            try await LocalSandbox(LocalSandbox.Configuration(path: "/nowhere"))
        }
        #expect(error?.problem == .bubblewrapMissing)
        #expect(error?.description.contains("apt-get install bubblewrap") == true)
    }

    @Test func withoutIsolationItRunsOnlyWhenAllowed() async throws {
        let mark = "98765\(Int.random(in: 100_000...999_999))"
        let backend = try await LocalSandbox(
            LocalSandbox.Configuration(path: "/nowhere", python: "/usr/bin/python3", allowsNoIsolation: true))
        #expect(!backend.isIsolated)
        try await backend.create("main")
        let folder = try await backend.python("x = 2\nopen('f', 'w').write('data')\nimport os; print(os.getcwd())")
            .stdout
        #expect(FileManager.default.fileExists(atPath: folder.trimmingCharacters(in: .newlines) + "/f"))
        #expect(try await backend.python("print(x)").stdout == "2\n")
        #expect(try await backend.read("/workspace/f", in: "main") == Array("data".utf8))
        _ = try await backend.python("import subprocess; subprocess.Popen(['sleep', '\(mark)'])")
        await backend.shutDown()
        #expect(try await processes(with: mark, settlingAt: 0) == 0)
        #expect(!FileManager.default.fileExists(atPath: folder.trimmingCharacters(in: .newlines)))
    }

    @Test func interpreterThatDoesNotRunIsNamedWithTheReason() async throws {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let error = await #expect(throws: ProcessError.self) {
            try await LocalSandbox(LocalSandbox.Configuration(path: path, python: "/bin/false"))
        }
        #expect(error?.problem == .noPython(tried: ["/bin/false: it does not run"]))
    }
}

/// How many processes of the host have this in their command line, once that is the expected number; at most 5 s.
private func processes(with mark: String, settlingAt expected: Int) async throws -> Int {
    let deadline = ContinuousClock.now + .seconds(5)
    while true {
        let names = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }
        let count = names.count { name in
            let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") ?? Data()
            return String(decoding: line, as: UTF8.self).hasPrefix("sleep\0\(mark)")
        }
        if count == expected || ContinuousClock.now > deadline { return count }
        await Task.yield()
    }
}
