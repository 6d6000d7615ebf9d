public import AgentChats
import Conversations
import TextConditions
public import Transcripts

/// Why an expectation does not hold.
public struct Finding: Sendable, Equatable {
    public var expectation: Expectation
    /// Where to look in the transcript; nil when nothing there bears on it.
    public var turn: Int?
    /// What the transcript has instead, as one line.
    public var seen: String

    public init(expectation: Expectation, turn: Int?, seen: String) {
        self.expectation = expectation
        self.turn = turn
        self.seen = seen
    }
}

/// What is known of a performance beside its transcript.
public struct Circumstances: Sendable {
    /// Recordings that should have been played, a line each.
    public var leftovers: [String]
    /// Where a second performance went otherwise, a line each; nil when it did not, or when there was none.
    public var difference: [String]?
    /// Dollars for a thousand tokens of a model, where the file says so.
    public var prices: [String: Price]
    /// Files of sandboxes, as far as anybody looked at them.
    public var files: [FileSighting]

    public init(
        leftovers: [String] = [], difference: [String]? = nil, prices: [String: Price] = [:],
        files: [FileSighting] = []
    ) {
        self.leftovers = leftovers
        self.difference = difference
        self.prices = prices
        self.files = files
    }
}

extension Expectation {
    /// Nil when the transcript is as expected.
    public func judge(_ transcript: Transcript, _ circumstances: Circumstances = Circumstances()) -> Finding? {
        let part = chat.map(transcript.chat) ?? transcript
        let observation = claim.observe(part, circumstances)
        guard observation.holds == isNegated else { return nil }
        return Finding(expectation: self, turn: observation.turn, seen: observation.seen)
    }
}

/// Whether a claim holds, and the turn that decides it.
struct Observation {
    var holds: Bool
    var turn: Int?
    var seen: String
}

extension Expectation.Claim {
    fileprivate func observe(_ transcript: Transcript, _ circumstances: Circumstances) -> Observation {
        switch self {
        case .exitCode(let code): Self.exitCode(code, in: transcript)
        case .said(let speaker, let condition): Self.said(by: speaker, condition, in: transcript)
        case .saidJSON(let speaker, let schema): Self.saidJSON(by: speaker, schema, in: transcript)
        case .printed(let stream, let condition): Self.printed(stream, condition, in: transcript)
        case .file(let path, let condition):
            Self.file(path, condition, seen: circumstances.files, in: transcript)
        case .turns(let bounds): Self.turns(bounds, in: transcript)
        case .codeRuns(let bounds): Self.count(transcript.codeRuns.map(\.turn), bounds, "code run")
        case .llmCalls(let agent, let bounds):
            Self.count(
                transcript.llmCalls.filter { agent == nil || $0.call.agent == agent }.map(\.turn), bounds,
                "call of a model", "calls of models", by: agent)
        case .toolCalls(let name, let agent, let arguments, let bounds):
            Self.toolCalls(name, by: agent, arguments, bounds, in: transcript)
        case .tools(let order): order.observe(transcript.toolCalls.map { ($0.turn, $0.call.name) }, what: "tools")
        case .speakers(let order):
            order.observe(transcript.messages.map { ($0.turn, $0.message.speaker) }, what: "speakers")
        case .spoke(let agent, let bounds):
            Self.count(
                transcript.messages.filter { $0.message.speaker == agent }.map(\.turn), bounds, "message", by: agent)
        case .share(let agent, let limits): Self.share(of: agent, limits, in: transcript)
        case .tokens(let kind, let bounds): Self.tokens(kind, bounds, in: transcript)
        case .cost(let limits): Self.cost(limits, circumstances.prices, in: transcript)
        case .latency(let limits): Self.latency(limits, in: transcript)
        case .recoveredWithin(let turns): Self.recovered(within: turns, in: transcript)
        case .endedBy(let cause, let agent): Self.ended(by: cause, agent: agent, in: transcript)
        case .allPlayed:
            Observation(
                holds: circumstances.leftovers.isEmpty,
                seen: circumstances.leftovers.isEmpty
                    ? "every recording was played"
                    : "not played: " + circumstances.leftovers.joined(separator: "; "))
        case .byteIdentical:
            Observation(
                holds: circumstances.difference == nil,
                seen: circumstances.difference.map { "a second performance differs: " + $0.joined(separator: "; ") }
                    ?? "a second performance is the same")
        }
    }

    private static func exitCode(_ code: Int, in transcript: Transcript) -> Observation {
        guard let (turn, run) = transcript.codeRuns.last else { return Observation(holds: false, seen: "no code ran") }
        let seen: String
        if let exitCode = run.exitCode {
            seen = "the last code run exited with \(exitCode)"
        } else {
            seen = "the last code run gave no result" + (run.failure.map { ": " + excerpt(of: $0) } ?? "")
        }
        return Observation(holds: run.exitCode == code, turn: turn, seen: seen)
    }

    private static func said(by speaker: String?, _ condition: TextCondition, in transcript: Transcript) -> Observation
    {
        let messages = transcript.messages.filter { speaker == nil || $0.message.speaker == speaker }
        for (turn, message) in messages {
            guard let text = message.text, let range = condition.evidence(in: text) else { continue }
            return Observation(
                holds: true, turn: turn, seen: "\(message.speaker) said \(excerpt(of: text, around: range))")
        }
        guard let (turn, message) = messages.last else {
            return Observation(
                holds: false, seen: "\(speaker ?? "nobody") said \(speaker == nil ? "anything" : "nothing")")
        }
        let text = message.text.map { excerpt(of: $0) } ?? "without text"
        let count = messages.count == 1 ? "the only message" : "the last of \(messages.count) messages"
        return Observation(holds: false, turn: turn, seen: "\(count), by \(message.speaker), is \(text)")
    }

    private static func printed(
        _ stream: Expectation.Stream, _ condition: TextCondition, in transcript: Transcript
    ) -> Observation {
        let runs = transcript.codeRuns
        func text(_ run: CodeRun) -> String {
            switch stream {
            case .output: run.stdout + run.stderr
            case .stdout: run.stdout
            case .stderr: run.stderr
            }
        }
        let name = stream == .output ? "output" : stream.rawValue
        for (turn, run) in runs {
            guard let range = condition.evidence(in: text(run)) else { continue }
            return Observation(
                holds: true, turn: turn, seen: "the \(name) of a code run is \(excerpt(of: text(run), around: range))")
        }
        guard let (turn, run) = runs.last else { return Observation(holds: false, seen: "no code ran") }
        let count = runs.count == 1 ? "the only code run" : "the last of \(runs.count) code runs"
        return Observation(holds: false, turn: turn, seen: "the \(name) of \(count) is \(excerpt(of: text(run)))")
    }

    private static func turns(_ bounds: Expectation.Bounds, in transcript: Transcript) -> Observation {
        let count = transcript.turnCount
        // Beyond the limit the first turn too many is the one to look at.
        let turn = bounds.atMost.map { min($0 + 1, count) } ?? count
        return Observation(
            holds: bounds.contains(count), turn: count == 0 ? nil : turn, seen: count == 1 ? "1 turn" : "\(count) turns"
        )
    }

    /// How many there are; beyond the limit, the first too many is the one to look at.
    static func count(
        _ turns: [Int], _ bounds: Expectation.Bounds, _ one: String, _ many: String? = nil, by agent: String? = nil
    ) -> Observation {
        let decisive = bounds.atMost.map { min($0, turns.count - 1) } ?? turns.count - 1
        let words = turns.count == 1 ? "1 \(one)" : "\(turns.count) \(many ?? one + "s")"
        return Observation(
            holds: bounds.contains(turns.count), turn: turns.indices.contains(decisive) ? turns[decisive] : nil,
            seen: words + (agent.map { " by \($0)" } ?? ""))
    }

    private static func ended(by cause: End.Cause, agent: String?, in transcript: Transcript) -> Observation {
        guard let (turn, end) = transcript.lastEnd else { return Observation(holds: false, seen: "it did not end") }
        let seen =
            "it ended by \(end.cause.rawValue)" + (end.agent.map { ", noticed by \($0)" } ?? "")
            + (end.failure.map { ": " + excerpt(of: $0) } ?? "")
        return Observation(holds: end.cause == cause && (agent == nil || end.agent == agent), turn: turn, seen: seen)
    }
}
