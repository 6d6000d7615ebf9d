public import Transcripts

extension Terminal {
    /// What was found: for each text where it stands, and the part of it that has what was looked for.
    ///
    /// Without colours what was looked for stands in `[` `]`.
    ///
    /// - Parameter others: Ids of runs and attempts beside those that are shown.
    public func search(_ hits: [SearchHit], among others: [String] = []) -> String {
        guard !hits.isEmpty else { return page([Line("nothing is found", .faint)]) }
        let runs = Terminal.shortIDs(hits.map(\.run), among: others)
        let attempts = Terminal.shortIDs(hits.map(\.attempt), among: others)
        return page(hits.indices.flatMap { lines(of: hits[$0], run: runs[$0], attempt: attempts[$0]) })
    }

    private func lines(of hit: SearchHit, run: String, attempt: String) -> [Line] {
        var place = ["run \(run)", "attempt \(attempt)"]
        if let turn = hit.turn { place.append("turn \(turn)") }
        if let speaker = hit.speaker { place.append(speaker) }
        place.append(hit.kind.rawValue)
        if hit.attemptCount > 1 {
            let count = Wording.count(hit.attemptCount, "attempt")
            place.append("in \(hit.attemptCount == SearchHit.attemptLimit ? count + " or more" : count)")
        }
        let head = Line(hit.scenario, .strong) + Line(" · " + place.joined(separator: " · "), .faint)
        let text = Line(
            hit.snippet.map { piece in
                let text = piece.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                let lead = piece.text.first?.isWhitespace == true ? " " : ""
                let tail = piece.text.last?.isWhitespace == true && !text.isEmpty ? " " : ""
                guard piece.isMatch else { return .init(lead + text + tail) }
                return .init(style.needsMarks ? "[\(text)]" : text, .caution)
            })
        return [head] + text.wrapped(to: width - 2).map { $0.indented(by: 2) }
    }
}
