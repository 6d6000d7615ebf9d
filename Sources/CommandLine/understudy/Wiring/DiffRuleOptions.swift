import ArgumentParser
import Cassettes
import Transcripts

/// What a comparison of transcripts leaves out.
struct DiffRuleOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Leave out what a pattern finds: uuid, iso-time, epoch, hex-id, temp-path, or 'regex: EXPRESSION'; after a "
                + "JSON path and '=', only there ('$.stdout=epoch'). May be given more than once.",
            valueName: "[path=]pattern"))
    var mask: [String] = []

    @Option(
        help: ArgumentHelp(
            "How far numbers in arguments may differ, as a part of the larger. (default: 1e-9, whole numbers not at all)",
            valueName: "part"))
    var tolerance: Double?

    func validate() throws {
        if let tolerance, !(tolerance >= 0 && tolerance < 1) {
            throw ValidationError("--tolerance takes a number from 0 to below 1, not \(tolerance)")
        }
        _ = try rules
    }

    var rules: DiffRules {
        get throws { DiffRules(masks: try mask.map(parse), tolerance: tolerance) }
    }

    private func parse(_ text: String) throws -> MatchRules.Mask {
        var pattern = text[...]
        var path: JSONPath?
        if text.hasPrefix("$") || text.hasPrefix("/"), let sign = text.firstIndex(of: "=") {
            path = JSONPath(parsing: String(text[..<sign]))
            guard path != nil else {
                throw ValidationError("'\(text[..<sign])' is no place\n  expected: \(JSONPath.expected)")
            }
            pattern = text[text.index(after: sign)...]
        }
        guard let pattern = MatchPattern(String(pattern)) else {
            throw ValidationError("'\(pattern)' is no pattern\n  expected: \(MatchPattern.expected)")
        }
        return MatchRules.Mask(path: path, pattern: pattern, as: "<masked>")
    }
}
