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

extension Expectation {
    /// Nil when the transcript is as expected.
    public func judge(_ transcript: Transcript) -> Finding? {
        let observation = claim.observe(transcript)
        guard observation.holds == isNegated else { return nil }
        return Finding(expectation: self, turn: observation.turn, seen: observation.seen)
    }
}

/// Whether a claim holds, and the entry that decides it.
private struct Observation {
    var holds: Bool
    var turn: Int?
    var seen: String
}

extension Expectation.Claim {
    fileprivate func observe(_ transcript: Transcript) -> Observation {
        switch self {
        case .exitCode(let code): Self.exitCode(code, in: transcript)
        case .said(let speaker, let condition): Self.said(by: speaker, condition, in: transcript)
        case .printed(let stream, let condition): Self.printed(stream, condition, in: transcript)
        case .turns(let bounds): Self.turns(bounds, in: transcript)
        case .codeRuns(let bounds): Self.codeRuns(bounds, in: transcript)
        case .endedBy(let cause, let agent): Self.ended(by: cause, agent: agent, in: transcript)
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

    private static func codeRuns(_ bounds: Expectation.Bounds, in transcript: Transcript) -> Observation {
        let runs = transcript.codeRuns
        let decisive = bounds.atMost.map { min($0, runs.count - 1) } ?? runs.count - 1
        return Observation(
            holds: bounds.contains(runs.count), turn: runs.indices.contains(decisive) ? runs[decisive].turn : nil,
            seen: runs.count == 1 ? "1 code run" : "\(runs.count) code runs")
    }

    private static func ended(by cause: End.Cause, agent: String?, in transcript: Transcript) -> Observation {
        guard let (turn, end) = transcript.end else { return Observation(holds: false, seen: "it did not end") }
        let seen =
            "it ended by \(end.cause.rawValue)" + (end.agent.map { ", noticed by \($0)" } ?? "")
            + (end.failure.map { ": " + excerpt(of: $0) } ?? "")
        return Observation(holds: end.cause == cause && (agent == nil || end.agent == agent), turn: turn, seen: seen)
    }
}

extension Transcript {
    fileprivate var messages: [(turn: Int, message: MessageSent)] {
        entries.compactMap { if case .message(let message) = $0.kind { ($0.turn, message) } else { nil } }
    }

    fileprivate var codeRuns: [(turn: Int, run: CodeRun)] {
        entries.compactMap { if case .codeRun(let run) = $0.kind { ($0.turn, run) } else { nil } }
    }

    fileprivate var end: (turn: Int, end: End)? {
        entries.lazy.compactMap { if case .end(let end) = $0.kind { ($0.turn, end) } else { nil } }.last
    }
}
