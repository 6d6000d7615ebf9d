import Cassettes
import Documents
import HTTPMessages
import SessionStand
import Testing

@testable import Responders

@Suite struct JournalTests {
    @Test func tellsOutcomesInOrderOfArrival() async throws {
        let stand = try SessionStand()
        let key: Headers = ["x-api-key": "us-primes"]
        _ = try await stand.chat()
        _ = try await stand.chat(#"{"model": "gpt-4o", "messages": []}"#)
        let created = try await stand.ask("POST", "/v1/sandboxes?region=eu", SessionStand.creation, headers: key).json
        let token = try #require(created?["auth_token"]?.stringValue)
        _ = try await stand.ask("POST", "/execute", SessionStand.code, headers: ["authorization": "Bearer \(token)"])
        try await stand.control("POST", "faults", #"{"status": 500}"#)
        _ = try await stand.chat()
        let entries = try await stand.journal()
        #expect(entries.map { $0["outcome"]?.stringValue } == ["hit", "miss", "simulated", "hit", "fault"])
        #expect(entries.map { $0["status"]?.intValue } == [200, 422, 201, 200, 500])
        #expect(entries.map { $0["service"]?.stringValue } == ["openai", "openai", "hopx", "hopx", "openai"])
        #expect(
            entries.map { $0["path"]?.stringValue } == [
                "/v1/chat/completions", "/v1/chat/completions", "/v1/sandboxes", "/execute", "/v1/chat/completions",
            ])
        #expect(entries.map { $0["turn"]?.intValue } == [1, 2, 1, 2, 3])
        #expect(entries[2]["query"] == "region=eu")
        #expect(entries[0]["query"] == .null)
        #expect(entries.map { $0["key"]?.stringValue?.utf8.count } == [32, 32, nil, 32, nil])
    }

    /// 64 at once: each has one line, and turns are given in the order of the lines.
    @Test func everyRequestHasOneLine() async throws {
        let stand = try SessionStand()
        try await stand.control("POST", "faults", #"{"path": "/nothing", "status": 500}"#)
        await withTaskGroup { tasks in
            for number in 0..<64 {
                tasks.addTask {
                    _ = try? await stand.ask("POST", "/v1/chat/completions?n=\(number)", SessionStand.question)
                }
            }
        }
        let entries = try await stand.journal()
        #expect(entries.map { $0["turn"]?.intValue } == Array(1...64))
        #expect(Set(entries.compactMap { $0["query"]?.stringValue }) == Set((0..<64).map { "n=\($0)" }))
        #expect(entries.allSatisfy { $0["outcome"]?.stringValue == "miss" })
    }

    @Test func keepsTheNewestAndCountsTheOthers() {
        let journal = Journal(bound: 3)
        let arrivals = (1...5).map { journal.arrive(Request(method: "GET", path: "/\($0)"), service: .http) }
        for arrival in arrivals { journal.complete(arrival, status: 200 + arrival.number, account: .init(.hit)) }
        #expect(journal.entries.map(\.path) == ["/3", "/4", "/5"])
        #expect(journal.entries.map(\.status) == [202, 203, 204])
        #expect(journal.entries.map(\.turn) == [3, 4, 5])
        #expect(journal.fallenOut == 2)
    }

    /// Completed late, in any order, and after others have come.
    @Test func anAnswerFindsItsLine() {
        let journal = Journal(bound: 2)
        let first = journal.arrive(Request(method: "GET", path: "/1"), service: .http)
        let second = journal.arrive(Request(method: "GET", path: "/2"), service: .http)
        let third = journal.arrive(Request(method: "GET", path: "/3"), service: .http)
        journal.complete(third, status: 203, account: nil)
        journal.complete(first, status: 201, account: nil)
        journal.complete(second, status: 202, account: nil)
        #expect(journal.entries.map(\.status) == [202, 203])
        #expect(journal.removeAll() == 2)
        journal.complete(third, status: 500, account: nil)
        #expect(journal.entries.isEmpty)
        let fourth = journal.arrive(Request(method: "GET", path: "/4"), service: .http)
        journal.complete(third, status: 500, account: nil)
        journal.complete(fourth, status: 204, account: nil)
        #expect(journal.entries.map(\.status) == [204])
        #expect(journal.entries.map(\.turn) == [4], "forgetting does not count anew")
    }

    @Test func theBoundHolds() {
        let journal = Journal()
        for _ in 0..<(Journal.bound + 7) { _ = journal.arrive(Request(method: "GET", path: "/"), service: .http) }
        #expect(journal.entries.count == Journal.bound)
        #expect(journal.fallenOut == 7)
        #expect(journal.entries.first?.turn == 8)
    }

    @Test func secretsDoNotGetIn() {
        let journal = Journal()
        let secret = "sk-proj-" + String(repeating: "aB3", count: 16)
        _ = journal.arrive(
            Request(method: "GET", path: "/v1/\(secret)", query: "key=abc123&q=\(secret)&n=1"), service: .gemini)
        let text = journal.entries[0].json.text()
        #expect(!text.contains("aB3aB3"))
        #expect(!text.contains("abc123"))
        #expect(text.contains("n=1"))
    }

    @Test func longPathsAreCut() {
        let journal = Journal()
        _ = journal.arrive(
            Request(
                method: "GET", path: "/" + String(repeating: "a ", count: 50_000),
                query: String(repeating: "b=1&", count: 50_000)),
            service: .http)
        #expect(journal.entries[0].path.utf8.count < 9_000)
        #expect(journal.entries[0].query?.utf8.count ?? .max < 9_000)
    }
}
