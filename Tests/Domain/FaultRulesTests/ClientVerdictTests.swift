import FaultRules
import Testing
import Transcripts

/// Each row of a verdict, from requests by hand.
@Suite struct ClientVerdictTests {
    /// A request that is answered at once.
    private static func request(
        _ key: String = "a", at start: Double, until end: Double? = nil, turn: Int = 1, status: Int? = 200,
        model: String = "gpt", question: String = "q", text: String = "", service: String = "openai",
        _ fault: PassedRequest.Fault? = nil
    ) -> PassedRequest {
        PassedRequest(
            service: service, operation: "POST /v1/chat/completions", key: key, model: model,
            question: question + key, text: text, turn: turn, start: start, end: end ?? start, status: status,
            fault: fault)
    }

    private static func fault(_ name: String, _ retryAfter: Double? = nil) -> PassedRequest.Fault {
        PassedRequest.Fault(name: name, retryAfter: retryAfter)
    }

    private func rows(_ requests: [PassedRequest]) -> [FaultReaction] { ClientVerdict.reactions(to: requests) }

    @Test func withoutFaultsThereIsNothingToSay() {
        #expect(rows([]) == [])
        #expect(rows([Self.request(at: 0), Self.request(at: 1)]) == [])
    }

    @Test func aFaultWithNothingAfterItWasTheEnd() throws {
        let row = try #require(rows([Self.request(at: 0, status: 500, Self.fault("server_error"))]).first)
        #expect(row.reaction == .gaveUp)
        #expect(row.retries == 0 && !row.recovered && row.wait == nil && row.backedOff == nil)
        #expect(row.status == 500 && row.service == "openai" && row.model == "gpt" && row.turn == 1)
    }

    @Test func anotherRequestIsNoRetry() {
        let all = [Self.request(at: 0, status: 500, Self.fault("server_error")), Self.request("b", at: 1, turn: 2)]
        #expect(rows(all).map(\.reaction) == [.gaveUp])
    }

    /// A repetition that came before the fault was over is another asker's.
    @Test func whatWasAskedMeanwhileIsNoRetry() {
        let all = [Self.request(at: 0, until: 5, status: 500, Self.fault("server_error")), Self.request(at: 2)]
        #expect(rows(all).map(\.reaction) == [.gaveUp])
    }

    @Test func retriesAreCountedAndTheirEndIsTold() {
        let all = [
            Self.request(at: 0, turn: 1, status: 500, Self.fault("server_error")),
            Self.request(at: 0.5, turn: 2, status: 500, Self.fault("server_error")),
            Self.request(at: 1.5, turn: 3),
        ]
        let found = rows(all)
        #expect(found.map(\.reaction) == [.retried, .retried])
        #expect(found.map(\.retries) == [2, 1])
        #expect(found.map(\.wait) == [0.5, 1])
        #expect(found.map(\.recovered) == [true, true])
        #expect(found.map(\.backedOff) == [nil, true])
        #expect(found.map(\.obeyedRetryAfter) == [nil, nil])
    }

    @Test func equalWaitsAreNoBackingOff() {
        let fault = Self.fault("server_error")
        let all = [0.0, 1, 2, 3].map { Self.request(at: $0, status: 500, fault) }
        let found = rows(all)
        #expect(found.map(\.backedOff) == [nil, false, false, nil])
        #expect(found.map(\.reaction) == [.retried, .retried, .retried, .gaveUp])
        #expect(found.map(\.retries) == [3, 2, 1, 0])
        #expect(found.allSatisfy { !$0.recovered })
    }

    @Test(arguments: [(2.0, true), (1.997, true), (1.5, false), (0, false)])
    func retryAfterIsObeyedOrNot(wait: Double, isObeyed: Bool) throws {
        let all = [Self.request(at: 10, status: 429, Self.fault("rate_limit", 2)), Self.request(at: 10 + wait)]
        let row = try #require(rows(all).first)
        #expect(row.retryAfter == 2)
        #expect(row.obeyedRetryAfter == isObeyed)
        #expect(row.recovered)
    }

    /// Waits that were told say nothing of the client's own.
    @Test func waitsThatWereToldAreNoBackingOff() {
        let all = [0.0, 1, 2].map { Self.request(at: $0, status: 429, Self.fault("rate_limit", 1)) }
        #expect(rows(all).map(\.backedOff) == [nil, nil, nil])
    }

    @Test func aRetryThatWasRefusedIsNoRecovery() {
        let all = [Self.request(at: 0, status: 500, Self.fault("server_error")), Self.request(at: 1, status: 422)]
        #expect(rows(all).map(\.recovered) == [false])
    }

    @Test(arguments: [("gpt", "mini", "openai"), ("gpt", "claude", "anthropic"), ("gpt", "gpt", "azure")])
    func theSameQuestionToAnotherIsAFallback(model: String, other: String, service: String) throws {
        let all = [
            Self.request(at: 0, status: 529, model: model, Self.fault("overloaded")),
            PassedRequest(
                service: service, operation: "POST", key: "b", model: other, question: "qa", turn: 1, start: 1,
                end: 1, status: 200),
        ]
        let row = try #require(rows(all).first)
        #expect(row.reaction == .fellBack)
        #expect(row.fallback == other)
        #expect(row.recovered)
        #expect(row.wait == 1)
    }

    @Test func aFallbackAfterRetriesIsTheLastFaults() {
        let fault = Self.fault("server_error")
        var other = Self.request("b", at: 3, model: "mini")
        other.question = "qa"
        let all = [Self.request(at: 0, status: 500, fault), Self.request(at: 1, status: 500, fault), other]
        #expect(rows(all).map(\.reaction) == [.retried, .fellBack])
        #expect(rows(all).map(\.recovered) == [true, true])
    }

    @Test func aCutThatDoesNotShowIsAccepted() {
        #expect(rows([Self.request(at: 0, Self.fault("truncated"))]).map(\.reaction) == [.accepted])
    }

    @Test func aCutTextThatIsSaidAgainWasAccepted() {
        let cut = PassedRequest.Fault(name: "truncated", text: "The answer is fo")
        let all = [
            Self.request(at: 0, cut), Self.request("b", at: 1, turn: 2, text: "q\nThe answer is fo\nGo on."),
            Self.request(at: 2, turn: 3),
        ]
        #expect(rows(all).map(\.reaction) == [.accepted])
    }

    @Test func aCutAnswerThatIsAskedForAgainWasNot() {
        let cut = PassedRequest.Fault(name: "truncated", text: "The answer is fo")
        let all = [
            Self.request(at: 0, cut), Self.request(at: 1, turn: 2), Self.request("b", at: 2, text: "The answer"),
        ]
        #expect(rows(all).map(\.reaction) == [.retried])
    }

    @Test(arguments: ["empty", "malformed", "content_type", "truncated_utf8"])
    func whatMayBeTakenForAnAnswerIsAcceptedByWhoGoesOn(name: String) {
        let first = Self.request(at: 0, Self.fault(name))
        #expect(rows([first]).map(\.reaction) == [.gaveUp])
        #expect(rows([first, Self.request("b", at: 1)]).map(\.reaction) == [.accepted])
        #expect(rows([first, Self.request("b", at: 1, service: "hopx")]).map(\.reaction) == [.gaveUp])
    }

    @Test(arguments: [
        (nil, false, FaultReaction.Reaction.waited), (false, false, .waited), (true, false, .gaveUp),
        (nil, true, .retried), (false, true, .waited), (true, true, .retried),
    ])
    func aLateAnswerIsWaitedForOrNot(clientLeft: Bool?, comesAgain: Bool, reaction: FaultReaction.Reaction) {
        let late = PassedRequest.Fault(name: "slow", isOnlyLate: true, clientLeft: clientLeft)
        let all = [Self.request(at: 0, until: 30, late)] + (comesAgain ? [Self.request(at: 31)] : [])
        #expect(rows(all).map(\.reaction) == [reaction])
    }

    /// Nobody has seen the first client leave; its retry comes while it is still kept waiting.
    @Test func aRetryOfWhatIsStillUnansweredIsOne() {
        var first = Self.request(at: 0, status: nil, Self.fault("timeout"))
        first.end = nil
        let found = rows([first, Self.request(at: 10)])
        #expect(found.map(\.reaction) == [.retried])
        #expect(found.map(\.wait) == [nil])
    }

    /// A connection's end may come behind the next one's first request.
    @Test func aClientThatLeftMayAskAgainBeforeThatIsNoticed() {
        let left = PassedRequest.Fault(name: "timeout", clientLeft: true)
        let found = rows([Self.request(at: 0, until: 10.1, status: nil, left), Self.request(at: 10)])
        #expect(found.map(\.reaction) == [.retried])
        #expect(found.map(\.wait) == [0])
    }

    @Test func aRepetitionAnswersOneFaultOnly() {
        let fault = Self.fault("server_error")
        let all = [
            Self.request(at: 0, status: 500, fault), Self.request(at: 0, status: 500, fault), Self.request(at: 1),
        ]
        #expect(rows(all).map(\.reaction) == [.retried, .retried])
        #expect(rows(all).map(\.retries) == [2, 1])
    }

    @Test func timesDecideNoEquality() {
        var a = FaultReaction(fault: "x", service: "openai", operation: "POST /", turn: 1, reaction: .retried, wait: 1)
        var b = a
        b.wait = 2
        #expect(a == b)
        b.retries = 7
        #expect(a != b)
        a.retries = 7
        #expect(a == b)
    }
}
