import Cassettes
import Documents
import HTTPMessages
import Responders
import SessionStand
import Testing

@Suite struct MetricsTests {
    private let stand: SessionStand

    init() throws { stand = try SessionStand() }

    private func lines(_ path: String = "/_understudy/metrics") async throws -> [String] {
        let answer = try await stand.ask("GET", path)
        #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.text.hasSuffix("\n"))
        return answer.text.split(separator: "\n").map(String.init)
    }

    @Test func requestsAreCountedByServiceAndOutcome() async throws {
        for _ in 0..<3 { _ = try await stand.chat() }
        _ = try await stand.ask("GET", "/health", headers: ["authorization": "Bearer us-primes"])
        try await stand.control("POST", "faults", #"{"drop": true}"#)
        await #expect(throws: (any Error).self) { try await stand.chat() }
        let lines = try await lines()
        for line in [
            #"understudy_requests_total{service="openai",outcome="hit"} 2"#,
            #"understudy_requests_total{service="openai",outcome="miss"} 1"#,
            #"understudy_requests_total{service="openai",outcome="fault"} 1"#,
            #"understudy_requests_total{service="hopx",outcome="simulated"} 1"#, "understudy_misses_total 1",
            "understudy_open_streams 0", "understudy_sessions 1",
        ] { #expect(lines.contains(line), "\(line)") }
        #expect(lines.count { $0.hasPrefix("understudy_requests_total{") } == 4)
    }

    /// By the clock that is handed in: a second for each of two requests, none for the third.
    @Test func latenciesAreTakenFromTheMeter() async throws {
        let meter = VirtualClock(start: 0)
        struct Slow: Responder {
            let meter: VirtualClock

            func respond(to request: Request) async throws -> Response {
                meter.advance(by: request.query == "slow" ? 0.75 : 0)
                return Response(body: [])
            }
        }
        let session = Session(name: "s", notes: SessionNotes(), clock: VirtualClock(start: 0), meter: meter) {
            Session.Services([.openai: Slow(meter: meter)])
        }
        let sessions = Sessions(fallback: .single) { _ in session }
        let responder = ControlAPI(Route(sessions), sessions: sessions)
        for query in ["slow", "slow", "fast"] {
            _ = try await responder.respond(to: Request(method: "POST", path: "/v1/chat/completions", query: query))
        }
        let page =
            try await responder.respond(to: Request(method: "GET", path: "/_understudy/metrics")).content.joined() ?? []
        let lines = String(decoding: page, as: UTF8.self).split(separator: "\n")
        let name = "understudy_request_duration_seconds"
        for line in [
            #"\#(name)_bucket{service="openai",le="0.0005"} 1"#, #"\#(name)_bucket{service="openai",le="0.5"} 1"#,
            #"\#(name)_bucket{service="openai",le="1.0"} 3"#, #"\#(name)_bucket{service="openai",le="+Inf"} 3"#,
            #"\#(name)_sum{service="openai"} 1.5"#, #"\#(name)_count{service="openai"} 3"#,
        ] { #expect(lines.contains { $0 == line }, "\(line)") }
    }

    /// Open from its first part until its reader lets go, at the end or before.
    @Test(arguments: [true, false]) func streamsAreOpenWhileTheyAreRead(toTheEnd: Bool) async throws {
        try await stand.control("POST", "faults", #"{"malformed": true, "after_events": 4}"#)
        let response = try await stand.respond("POST", "/v1/chat/completions", SessionStand.streamed)
        #expect(try await lines().contains("understudy_open_streams 0"))
        do {
            guard case .stream(let stream) = response.content else {
                Issue.record("no stream")
                return
            }
            var iterator = stream.makeAsyncIterator()
            _ = try await iterator.next()
            #expect(try await lines().contains("understudy_open_streams 1"))
            while toTheEnd, try await iterator.next() != nil {}
        }
        #expect(try await lines().contains("understudy_open_streams 0"))
    }

    @Test func aNamedSessionHasItsOwnNumbersAndAllOthersAreAddedUp() async throws {
        _ = try await stand.chat()
        _ = try await stand.chat(headers: ["authorization": "Bearer us-primes.w1"])
        let hit = #"understudy_requests_total{service="openai",outcome="hit"}"#
        #expect(try await lines().contains("\(hit) 2"))
        #expect(try await lines("/_understudy/sessions/primes.w1/metrics").contains("\(hit) 1"))
    }

    @Test func aResetTakesNothingBack() async throws {
        _ = try await stand.chat()
        try await stand.control("POST", "reset")
        #expect(try await lines().contains(#"understudy_requests_total{service="openai",outcome="hit"} 1"#))
    }
}
