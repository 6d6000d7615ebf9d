import Foundation
import Synchronization
import Testing

/// `kill -9` of a server that several clients record through: no exchange that had an end for a client is lost.
@Suite struct KilledUnderLoadTests {
    private static let roundCount = 200

    /// Kills a process at the n-th thing that happens, wherever that is.
    private final class Fuse: Sendable {
        private let left: Mutex<Int>
        private let process = Mutex<ChildProcess?>(nil)

        init(_ count: Int) { left = Mutex(count) }

        func arm(_ process: ChildProcess) { self.process.withLock { $0 = process } }

        func burn() {
            let isOver = left.withLock { left in
                left -= 1
                return left == 0
            }
            if isOver { process.withLock { $0 }?.signal(SIGKILL) }
        }
    }

    /// What a round left behind.
    private struct Round: Sendable {
        let name: String
        let status: Int32
        /// The questions whose answers a client had whole.
        let answered: [String]
    }

    @Test(.timeLimit(.minutes(5)))
    func whatTheClientsHadWholeIsInTheFile() async throws {
        let project = try ProjectFolder()
        var seed: UInt64 = 20_261_126
        let counts = (0..<Self.roundCount).map { _ in
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return 1 + Int(seed >> 33) % 60
        }
        let rounds = try await withThrowingTaskGroup(of: Round.self) { group in
            var rounds: [Round] = []
            for (number, count) in counts.enumerated() {
                if number >= 3, let round = try await group.next() { rounds.append(round) }
                group.addTask { try await round(number, killedAfter: count, in: project) }
            }
            for try await round in group { rounds.append(round) }
            return rounds
        }
        #expect(rounds.count == Self.roundCount)

        var expected: [String: Int] = [:]
        for round in rounds {
            #expect(round.status == 128 + SIGKILL, "\(round)")
            let file = "\(project.path)/cassettes/\(round.name).yaml"
            #expect(!project.has("cassettes/\(round.name).yaml"))
            guard project.has("cassettes/\(round.name).yaml.recording") else {
                #expect(round.answered.isEmpty, "nothing is left of \(round)")
                continue
            }
            let text = try project.text("cassettes/\(round.name).yaml.recording")
            for question in round.answered {
                #expect(text.contains("answer to \(question)."), "\(question) is not in \(round.name): \(text)")
            }
            // Killed before its first line was written.
            guard !round.answered.isEmpty || text.contains("\n...\n") else { continue }
            try FileManager.default.moveItem(atPath: file + ".recording", toPath: file)
            expected["cassettes/\(round.name).yaml"] = round.answered.count
        }
        #expect(expected.values.reduce(0, +) > Self.roundCount, "the clients hardly had an answer: \(expected)")

        let verify = try await project.run("cassette", "verify")
        #expect(verify.status == 0, "\(verify)")
        var opened: [String: Int] = [:]
        for line in verify.output.matches(of: #/(?m)^(\S+\.yaml): (\d+) interactions?/#) {
            opened[String(line.1)] = Int(line.2)
        }
        #expect(opened.keys.sorted() == expected.keys.sorted())
        for (file, count) in expected { #expect(opened[file, default: 0] >= count, "\(file)") }
    }

    private func round(_ number: Int, killedAfter count: Int, in project: ProjectFolder) async throws -> Round {
        let fuse = Fuse(count)
        let upstream = try ScriptedUpstream { asked, client in
            fuse.burn()
            let text = "answer to \(asked.question)."
            let answer =
                asked.number % 2 == 0
                ? ScriptedUpstream.message(text)
                : ScriptedUpstream.eventStream + ScriptedUpstream.chunk("data: {\"text\":\"\(text)\"}\n\n")
                    + ScriptedUpstream.chunk("data: [DONE]\n\n") + "0\r\n\r\n"
            let half = answer.utf8.count / 2
            client.write(Array(answer.utf8.prefix(half)))
            fuse.burn()
            client.write(Array(answer.utf8.dropFirst(half)))
            fuse.burn()
            return true
        }
        let name = "killed/n\(number)"
        let arguments = [
            "serve", "--format", "json", "--cassette", name, "--mode", "record", "--upstream",
            "openai=\(upstream.origin)/v1",
        ]
        return try await project.running(arguments) { process in
            let line = try await process.output { $0.hasPrefix("{") }
            let exports = try JSONDecoder().decode([String: [String: String]].self, from: Data(line.utf8))["exports"]
            let server = Served(process: process, exports: try #require(exports))
            fuse.arm(process)
            let answered = try await withThrowingTaskGroup(of: [String].self) { clients in
                for client in 0..<4 {
                    clients.addTask { try await onThread { try ask(server, "\(number)-\(client)", fuse) } }
                }
                return try await clients.reduce([], +)
            }
            return Round(name: name, status: await process.end(), answered: answered)
        }
    }

    /// Asks one question after another until the server is gone; returns those that were answered whole.
    private func ask(_ server: Served, _ name: String, _ fuse: Fuse) throws -> [String] {
        var answered: [String] = []
        // Its process may be gone before the connection is made.
        guard let client = try? RawClient(port: server.port) else { return [] }
        while true {
            let question = "\(name)-\(answered.count)"
            let body = Served.question(question)
            client.send(Served.head("content-length: \(body.utf8.count)", key: server.key) + body)
            let answer = client.readAnswer()
            guard answer.isWhole else { return answered }
            #expect(answer.text.contains("answer to \(question)."), "\(answer.text)")
            answered.append(question)
            fuse.burn()
        }
    }
}
