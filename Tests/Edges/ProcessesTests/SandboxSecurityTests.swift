import Foundation
import HopXProtocol
import Processes
import Testing

/// Each is a real attempt from inside, which must fail, and leave the sandbox and its neighbour as they were.
@Suite(.enabled(if: LocalSandbox.isPossibleHere)) struct SandboxSecurityTests {
    private static let limits: SandboxLimits = {
        var limits = SandboxLimits()
        limits.processes = 48
        limits.memory = 256 << 20
        limits.fileSpace = 16 << 20
        return limits
    }()

    /// Runs an attack on one sandbox while another works; both must be of use after it.
    private func attacking(_ attack: (LocalSandbox) async throws -> Void) async throws {
        try await withSandboxes(["main", "neighbour"], limits: SandboxSecurityTests.limits) { backend in
            try await backend.python("x = 1", in: "neighbour")
            async let beside = work(beside: backend)
            try await attack(backend)
            #expect(try await beside == 40)
            #expect(try await backend.python("print(x)", in: "neighbour").stdout == "1\n")
            #expect(try await backend.python("print('alive')").stdout == "alive\n")
            #expect(try await backend.bash("echo alive").stdout == "alive\n")
        }
    }

    private func work(beside backend: LocalSandbox) async throws -> Int {
        for _ in 0..<20 {
            try await backend.python("x += 1", in: "neighbour")
            // A process of its own: the neighbour's count is not ours.
            #expect(try await backend.bash("/bin/true && echo on", in: "neighbour").stdout == "on\n")
        }
        return try await backend.python("x, y = 1, x + 19; print(y)", in: "neighbour").stdout == "40\n" ? 40 : 0
    }

    @Test func limitsAreInForce() async throws {
        try await withSandboxes(limits: SandboxSecurityTests.limits) { (backend) async throws in
            let code = """
                import resource
                for name in ("NPROC", "DATA", "CPU", "FSIZE", "NOFILE", "CORE"):
                    print(name, *resource.getrlimit(getattr(resource, "RLIMIT_" + name)))
                """
            let expected = """
                NPROC 48 48
                DATA 268435456 268435456
                CPU 3600 3600
                FSIZE 16777216 16777216
                NOFILE 1024 1024
                CORE 0 0

                """
            #expect(try await backend.python(code).stdout == expected)
            // The interpreter that takes the place of a crashed one, and programs.
            try await backend.python("import os; os._exit(0)")
            #expect(try await backend.python(code).stdout == expected)
            try await backend.write(FileWrite(path: "/workspace/limits.py", bytes: Array(code.utf8)), in: "main")
            #expect(try await backend.bash("python3 limits.py").stdout == expected)
            let raised = try await backend.python("resource.setrlimit(resource.RLIMIT_NPROC, (1000, 1000))")
            #expect(raised.stderr.hasSuffix("ValueError: not allowed to raise maximum limit\n"))
            let rights = try await backend.python("print(open('/proc/self/status').read())").stdout
            #expect(rights.contains("CapEff:\t0000000000000000\nCapBnd:"))
            #expect(rights.contains("CapPrm:\t0000000000000000\n"))
        }
    }

    @Test(arguments: [
        ":(){ :|:& };:; sleep 60",
        // Each in a session of its own.
        "export -f f; f() { setsid bash -c f & setsid bash -c f & sleep 60; }; export -f f; f",
    ])
    func forkBombEndsAtTheLimitAndIsKilledWhole(bomb: String) async throws {
        try await attacking { backend in
            let bounded = try await backend.python(
                """
                import os, time
                children = []
                try:
                    while len(children) < 200:
                        child = os.fork()
                        if child == 0:
                            time.sleep(60)
                            os._exit(0)
                        children.append(child)
                except BlockingIOError:
                    pass
                print(len(children))
                for child in children:
                    os.kill(child, 9)
                    os.waitpid(child, 0)
                """)
            let count = Int(bounded.stdout.trimmingCharacters(in: .newlines)) ?? 0
            #expect((20..<48).contains(count), "\(bounded)")
            await #expect(throws: HopXError.executionTimedOut(seconds: 1)) { try await backend.bash(bomb, timeout: 1) }
            let left = try await backend.bash("cat /proc/[0-9]*/comm | grep -c -e sleep -e bash").stdout
            // Itself and its substitution.
            #expect(Int(left.trimmingCharacters(in: .newlines)).map { $0 <= 2 } == true, "\(left)")
        }
    }

    @Test func memoryBombEndsAtTheLimit() async throws {
        try await attacking { backend in
            let failed = try await backend.python("whole = bytearray(1 << 30)")
            #expect(failed.exitCode == 1 && failed.stderr.hasSuffix("MemoryError\n"))
            guard backend.limitsWholeSandboxes else { return }
            // Shared memory and many processes are counted only for the sandbox as a whole.
            let shared = try await backend.python(
                "import mmap\nm = mmap.mmap(-1, 1 << 30)\nfor at in range(0, 1 << 30, 4096): m[at] = 1")
            #expect(shared.exitCode == 137, "\(shared)")
            #expect(shared.stderr.contains("by signal 9 (SIGKILL, perhaps for want of memory); its variables are gone"))
        }
    }

    @Test func filesAreBoundedTogether() async throws {
        try await attacking { backend in
            let code = """
                import os
                for number in range(3):
                    try:
                        with open("/workspace/%d" % number, "wb") as file:
                            for block in range(64):
                                file.write(bytes(1 << 20))
                    except OSError as error:
                        print(error.strerror)
                print(sum(os.path.getsize(name) for name in os.listdir()) <= 16 << 20)
                for name in os.listdir(): os.remove(name)
                """
            let outcome = try await backend.python(code)
            #expect(outcome.stdout.hasSuffix("No space left on device\nTrue\n"), "\(outcome)")
        }
    }

    @Test func tenGigabytesOfOutputAreCountedAndDropped() async throws {
        try await attacking { backend in
            let outcome = try await backend.bash(
                "head -c 1000 /dev/zero | tr '\\0' x; dd if=/dev/zero bs=1M count=10240 status=none; echo done >&2")
            let size = 10240 << 20
            let kept = 1 << 20
            #expect(outcome.stdout.utf8.prefix(1000).allSatisfy { $0 == UInt8(ascii: "x") })
            #expect(
                outcome.stdout.hasSuffix("\n[output cut: \(size + 1000 - kept) of \(size + 1000) bytes left out]\n"))
            #expect(outcome.stdout.utf8.count < kept + 100)
            #expect(outcome.stderr == "done\n" && outcome.exitCode == 0)
        }
    }

    @Test func filesOfTheHostAreOutOfReachByEveryPath() async throws {
        let folder = try SecretFolder()
        defer { folder.remove() }
        try await withSandboxes { (backend) async throws in
            let links = """
                ln -s \(folder.path) folder; ln -s \(folder.path)/secret file; ln -s /etc/shadow shadow; ln -s / root
                ln -s /proc/1/root first; ln -s /proc/self/fd descriptors
                """
            #expect(try await backend.bash(links).exitCode == 0)
            let paths = [
                "\(folder.path)/secret", "folder/secret", "file", "root\(folder.path)/secret",
                "first\(folder.path)/secret",
                "../../../..\(folder.path)/secret", "/workspace/../..\(folder.path)/secret",
                "/workspace/root/../..\(folder.path)/secret", "/proc/1/cwd\(folder.path)/secret",
                "/proc/1/root\(folder.path)/secret",
                "/etc/shadow", "shadow", "../etc/shadow", "/proc/1/root/etc/shadow", "/root/.bashrc",
                "/proc/1/mem", "descriptors/0", "descriptors/3", "/proc/kcore", "/dev/mem",
            ]
            for path in paths {
                await #expect(throws: HopXError.self, "\(path)") {
                    _ = try await backend.read(SandboxPath.absolute(path), in: "main")
                }
            }
            // Some of these make files in the sandbox's own folders of the same names.
            for path in paths {
                try? await backend.write(FileWrite(path: SandboxPath.absolute(path), bytes: [1]), in: "main")
                try? await backend.write(FileWrite(path: SandboxPath.absolute(path) + "/x", bytes: [1]), in: "main")
                try? await backend.remove(SandboxPath.absolute(path), in: "main")
            }
            #expect(folder.isUntouched)
        }
    }

    @Test func linkThatChangesDuringFileOperationsLeadsNowhereElse() async throws {
        let folder = try SecretFolder()
        defer { folder.remove() }
        try await withSandboxes { (backend) async throws in
            // The link is there before the first write, which would make a folder of its name.
            let prepared = try await backend.bash(
                "mkdir -p /app/real; echo own > /app/real/secret; ln -s /app/real at")
            #expect(prepared.exitCode == 0)
            async let flipping = backend.bash(
                """
                while [ ! -e stop ]; do
                    ln -sfn \(folder.path) at; ln -sfn /app/real at; ln -sfn /etc at
                done
                """, timeout: 600)
            // A busy machine may start the script late, so the race goes on until it was surely run.
            var (own, rounds) = (0, 0)
            while rounds < 150 || own < 5, rounds < 20_000 {
                rounds += 1
                if let bytes = try? await backend.read("/workspace/at/secret", in: "main") {
                    #expect(bytes == Array("own\n".utf8))
                    own += 1
                }
                try? await backend.write(FileWrite(path: "/workspace/at/written", bytes: [1]), in: "main")
                try? await backend.remove("/workspace/at/written", in: "main")
                _ = try? await backend.list("/workspace/at", in: "main")
            }
            try await backend.write(FileWrite(path: "/workspace/stop", bytes: []), in: "main")
            #expect(try await flipping.exitCode == 0)
            #expect(own >= 5, "the race was never run")
            #expect(folder.isUntouched)
        }
    }

    @Test func supervisorIsOutOfReach() async throws {
        try await withSandboxes { (backend) async throws in
            let code = """
                import os
                parent = os.getppid()
                for name in ("environ", "mem", "fd", "maps", "root", "cwd"):
                    try:
                        path = "/proc/%d/%s" % (parent, name)
                        print(name, os.listdir(path) if name == "fd" else open(path, "rb").read(1) if name != "cwd" else os.readlink(path))
                    except OSError as error:
                        print(name, "no")
                """
            #expect(
                try await backend.python(code).stdout == "environ no\nmem no\nfd no\nmaps no\nroot no\ncwd no\n")
        }
    }
}

/// A folder of the host with a file in it, both open to everybody.
private struct SecretFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/understudy-secret-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777])
        try "secret".write(toFile: path + "/secret", atomically: false, encoding: .utf8)
    }

    var isUntouched: Bool {
        (try? FileManager.default.contentsOfDirectory(atPath: path)) == ["secret"]
            && (try? String(contentsOfFile: path + "/secret", encoding: .utf8)) == "secret"
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
