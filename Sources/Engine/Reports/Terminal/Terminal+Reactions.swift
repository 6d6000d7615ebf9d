public import Transcripts

extension Terminal {
    /// A transcript, and behind it what was done about the faults that hit, if any did.
    public func attempt(_ attempt: Attempt) -> String {
        let reactions = attempt.outcome.reactions
        return transcript(attempt.transcript) + (reactions.isEmpty ? "" : "\n" + self.reactions(reactions))
    }

    /// What a client did about the faults that it met, a line for each: `rate_limit (429) · openai request 1 · …`.
    public func reactions(_ reactions: [FaultReaction]) -> String {
        let title =
            "\(Wording.count(reactions.count, "fault")) hit, and what was done about \(reactions.count == 1 ? "it" : "them")"
        return page(
            [Line(title, .strong)]
                + reactions.flatMap { row in
                    prose("- " + Wording.reaction(row), row.recovered ? .plain : .caution, indent: 2)
                })
    }
}

extension Wording {
    /// One row of a verdict on a client.
    static func reaction(_ row: FaultReaction) -> String {
        let status = row.status.map { " (\($0))" } ?? ""
        let session = row.session.map { "\($0), " } ?? ""
        let model = row.model.map { " to \($0)" } ?? ""
        return "\(row.fault)\(status) · \(session)\(row.service) request \(row.turn)\(model) · "
            + ([doing(row)] + details(of: row)).joined(separator: ", ")
    }

    private static func doing(_ row: FaultReaction) -> String {
        let after = row.wait.map { " after \(duration($0))" } ?? ""
        switch row.reaction {
        case .retried: return "retried\(after)" + (row.retries > 1 ? ", \(count(row.retries)) times in all" : "")
        case .fellBack: return "fell back to \(row.fallback ?? "another service")\(after)"
        case .accepted: return row.fault == "truncated" ? "took the cut answer for a whole one" : "went on with it"
        case .waited: return "waited for the answer"
        case .gaveUp: return "gave up"
        }
    }

    private static func details(of row: FaultReaction) -> [String] {
        var details: [String] = []
        if let asked = row.retryAfter, let obeyed = row.obeyedRetryAfter {
            details.append((obeyed ? "obeyed" : "did not obey") + " retry-after (\(duration(asked)))")
        }
        if let backedOff = row.backedOff { details.append(backedOff ? "backed off" : "did not back off") }
        if row.reaction == .retried || row.reaction == .fellBack {
            details.append(row.recovered ? "and was answered" : "and was not answered")
        }
        return details
    }
}
