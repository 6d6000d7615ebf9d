import Foundation
import TranscriptStore
import Transcripts

/// Fills a store with made-up conversations by the store's own ways, and measures how it answers.
///
///     store-load fill STORE MESSAGES FIRST COUNT   conversations FIRST to FIRST + COUNT of a set of MESSAGES messages
///     store-load probe STORE MESSAGES              how fast it opens, loads and finds
///     store-load merge STORE OTHER                 how long taking another one over takes
///
/// Each prints one line of JSON; times are seconds.
@main
enum StoreLoad {
    static func main() async throws {
        var arguments = CommandLine.arguments.dropFirst()
        func number() -> Int { arguments.popFirst().flatMap { Int($0) } ?? 0 }
        let command = arguments.popFirst()
        guard let path = arguments.popFirst() else {
            FileHandle.standardError.write(Data("store-load fill | probe | merge STORE …\n".utf8))
            exit(2)
        }
        switch command {
        case "fill":
            let messages = number()
            let first = number()
            try await fill(path, Conversations(messages: messages), first..<(first + number()))
        case "probe": try await probe(path, messages: number())
        case "merge": try await merge(path, arguments.popFirst() ?? "")
        default: exit(2)
        }
    }

    /// Conversations are made in advance, so that only the store is measured.
    private static func fill(_ path: String, _ conversations: Conversations, _ numbers: Range<Int>) async throws {
        let store = try TranscriptStore(path: path, for: .writing)
        let clock = ContinuousClock()
        var spent = Duration.zero
        var cpu = 0.0
        for first in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 500) {
            let batch = (first..<min(first + 500, numbers.upperBound)).map { ($0, conversations.transcript($0)) }
            let start = clock.now
            let cpuBefore = cpuSeconds
            let run = "01a20000-0000-7000-8000-" + padded(first)
            try await store.start(Run(id: run, startedAt: 1e9 + Double(first), toolVersion: "bench"))
            // As many at a time as a run with --jobs 64 performs.
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for (index, item) in batch.enumerated() {
                    if index >= 64 { try await tasks.next() }
                    tasks.addTask { try await perform(item.1, item.0, run, store) }
                }
                try await tasks.waitForAll()
            }
            try await store.endRun(run, as: .passed, at: 2e9)
            spent += clock.now - start
            cpu += cpuSeconds - cpuBefore
        }
        tell([
            "messages": Double(numbers.count * Conversations.length), "seconds": spent / .seconds(1),
            "cpu_seconds": cpu,
        ])
    }

    /// What all threads of this process have used.
    private static var cpuSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func perform(
        _ transcript: Transcript, _ number: Int, _ run: String, _ store: TranscriptStore
    ) async throws {
        let id = "01a20000-0000-7000-9000-" + padded(number)
        var attempt = Attempt(
            id: id, run: run, scenario: "scenario/\(number % 1000)", startedAt: 1e9 + Double(number),
            transcript: Transcript(subject: transcript.subject))
        attempt.number.place = number
        try await store.start(attempt)
        for entry in transcript.entries { try await store.add(entry, toAttempt: id) }
        try await store.endAttempt(id, with: .init(status: .passed), at: 1e9 + Double(number) + 20)
    }

    private static func probe(_ path: String, messages: Int) async throws {
        let conversations = Conversations(messages: messages)
        let clock = ContinuousClock()
        var results: [String: Double] = [:]
        func measure(_ name: String, _ count: Int, _ body: (Int) async throws -> Void) async throws {
            var times: [Double] = []
            let cpuBefore = cpuSeconds
            for index in 0..<count {
                let start = clock.now
                try await body(index)
                times.append((clock.now - start) / .seconds(1))
            }
            results[name + "_cpu"] = (cpuSeconds - cpuBefore) / Double(count)
            times.sort()
            results[name + "_p50"] = times[times.count / 2]
            results[name + "_p95"] = times[times.count * 95 / 100]
        }
        try await measure("open", 20) { _ in
            _ = try await TranscriptStore(path: path, for: .reading).runs(limit: 20)
        }
        let store = try TranscriptStore(path: path, for: .reading)
        var random = SplitMix(state: 7)
        try await measure("load", 1000) { _ in
            let number = Int(random.next() % UInt64(messages / Conversations.length))
            let attempt = try await store.attempt("01a20000-0000-7000-9000-" + padded(number))
            precondition(attempt.transcript.entries.count == Conversations.length)
        }
        func find(_ text: String) async throws { _ = try await store.search(SearchQuery(text), limit: 20) }
        func word(from low: Int, to high: Int) -> String {
            conversations.word(rank: low + Int(random.next() % UInt64(high - low)))
        }
        try await measure("search_rare", 300) { _ in try await find(word(from: 10_000, to: 20_000)) }
        try await measure("search_common", 300) { _ in try await find(word(from: 0, to: 50)) }
        try await measure("search_two", 300) { _ in
            try await find(word(from: 0, to: 2000) + " " + word(from: 0, to: 2000))
        }
        try await measure("search_phrase", 300) { _ in
            let words = conversations.text(Int(random.next() % UInt64(conversations.textCount))).split(separator: " ")
            try await find("\"\(words[3]) \(words[4])\"")
        }
        try await measure("search_prefix", 300) { _ in try await find(word(from: 0, to: 20_000).prefix(4) + "*") }
        tell(results)
    }

    private static func merge(_ path: String, _ other: String) async throws {
        let store = try TranscriptStore(path: path, for: .writing)
        let source = try TranscriptStore(path: other, for: .reading)
        let start = ContinuousClock().now
        let cpuBefore = cpuSeconds
        let counts = try await store.merge(source)
        tell([
            "attempts": Double(counts.attempts), "seconds": (ContinuousClock().now - start) / .seconds(1),
            "cpu_seconds": cpuSeconds - cpuBefore,
        ])
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }

    private static func tell(_ values: [String: Double]) {
        let members = values.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
        print("{" + members.joined(separator: ", ") + "}")
    }
}
