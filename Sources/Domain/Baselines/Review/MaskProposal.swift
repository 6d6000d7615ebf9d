public import Cassettes
import Documents
import Transcripts

/// A mask that would make a change disappear, and what else it would hide.
public struct MaskProposal: Sendable, Equatable {
    public let mask: MatchRules.Mask
    /// Texts that it finds in the accepted variant and in the transcript, each once, in order of appearance.
    public let matchesBefore: [String]
    public let matchesAfter: [String]
    /// The hunk is gone with it; else it has to be masked further.
    public let coversHunk: Bool

    /// - Parameters:
    ///   - hunk: What should be hidden.
    ///   - comparison: Where the hunk is from.
    public init(_ mask: MatchRules.Mask, for hunk: Hunk, in comparison: BaselineComparison) {
        self.mask = mask
        let before = comparison.diff.operations.compactMap { $0.before?.entry }
        matchesBefore = MaskProposal.matches(of: mask, in: before)
        matchesAfter = MaskProposal.matches(of: mask, in: comparison.after.entries)
        let rules = DiffRules(masks: [mask])
        func masked(_ side: (TranscriptDiff.Operation) -> TranscriptDiff.Placed?) -> Transcript {
            Transcript(subject: "", entries: hunk.diff.operations.compactMap { side($0)?.entry }).normalised(by: rules)
        }
        coversHunk = diff(masked(\.before), masked(\.after)).isIdentical
    }

    private static func matches(of mask: MatchRules.Mask, in entries: [Entry]) -> [String] {
        var found: [String] = []
        for entry in entries {
            for (place, text) in entry.texts where mask.path?.covers(place) ?? true {
                for match in mask.pattern.matches(in: text) where !found.contains(match) { found.append(match) }
            }
        }
        return found
    }

    /// Masks for the texts of a hunk that differ: those of the known kinds that fit, then expressions made of what
    /// stands around the difference; those that hide the whole hunk first.
    ///
    /// - Returns: Nothing where no text differs: an exit code, a speaker or a new turn is not masked.
    public static func all(for hunk: Hunk, in comparison: BaselineComparison) -> [MaskProposal] {
        var masks: [MatchRules.Mask] = []
        func add(_ path: JSONPath, _ pattern: String, as replacement: String) {
            guard let pattern = MatchPattern(pattern) else { return }
            let mask = MatchRules.Mask(path: path, pattern: pattern, as: replacement)
            if !masks.contains(mask) { masks.append(mask) }
        }
        for change in hunk.textChanges {
            guard let path = change.field.maskPath, let before = change.before?.stringValue,
                let after = change.after?.stringValue
            else { continue }
            for (name, replacement) in kinds {
                guard let pattern = MatchPattern(name), !pattern.matches(in: before).isEmpty,
                    MatchRules.Mask(pattern: pattern, as: "").hides(before, after)
                else { continue }
                add(path, name, as: replacement)
            }
            for expression in DifferingSpans(before, after).expressions {
                add(path, "regex: " + expression, as: "<masked>")
            }
        }
        var proposals = masks.map { MaskProposal($0, for: hunk, in: comparison) }
        if !proposals.contains(where: \.coversHunk) {
            // What was printed is said, too: in all texts, then.
            let everywhere = masks.map { mask in
                MaskProposal(
                    MatchRules.Mask(pattern: mask.pattern, as: mask.replacement), for: hunk, in: comparison)
            }
            proposals += everywhere.filter(\.coversHunk)
        }
        return proposals.filter(\.coversHunk) + proposals.filter { !$0.coversHunk }
    }

    private static let kinds = [
        ("uuid", "<uuid>"), ("iso-time", "<time>"), ("epoch", "<time>"), ("hex-id", "<id>"), ("temp-path", "<path>"),
    ]
}

extension MatchRules.Mask {
    fileprivate func hides(_ before: String, _ after: String) -> Bool {
        applied(to: before, at: JSONPointer()).hasSameScalars(as: applied(to: after, at: JSONPointer()))
    }
}

extension Hunk {
    /// Changes of its texts, that of an answer and of the message it became once.
    fileprivate var textChanges: [FieldChange] {
        var changes: [FieldChange] = []
        for operation in diff.operations {
            guard case .changed(let pair) = operation else { continue }
            for change in pair.changes where change.level != .metric && !changes.contains(change) {
                changes.append(change)
            }
        }
        return changes
    }
}

extension FieldChange.Field {
    /// Where masks look for the field; nil for one that is no text.
    fileprivate var maskPath: JSONPath? {
        switch self {
        case .text, .code, .stdout, .stderr, .failure: JSONPath(parsing: "$." + name)
        case .arguments(_, let place):
            JSONPath(
                parsing: "$.tool_calls[*].arguments"
                    + place.tokens.map { token in
                        Int(token) == nil ? "['" + token.replacing("'", with: "\\'") + "']" : "[\(token)]"
                    }.joined())
        default: nil
        }
    }
}

extension Entry {
    /// All its texts that masks may look into, with their places.
    fileprivate var texts: [(JSONPointer, String)] {
        var texts: [(JSONPointer, String)] = []
        func collect(_ value: JSONValue, at place: JSONPointer) {
            switch value {
            case .string(let text): texts.append((place, text))
            case .array(let items): items.enumerated().forEach { collect($1, at: place.appending(String($0))) }
            case .object(let object): object.members.forEach { collect($0.value, at: place.appending($0.name)) }
            case .null, .bool, .number: break
            }
        }
        let json = self.json
        for name in ["text", "code", "stdout", "stderr", "failure"] {
            if let value = json[name] { collect(value, at: JSONPointer([name])) }
        }
        for (index, call) in (json["tool_calls"]?.arrayValue ?? []).enumerated() {
            guard let text = call["arguments"]?.stringValue, let arguments = try? JSONValue(parsing: text) else {
                continue
            }
            collect(arguments, at: JSONPointer(["tool_calls", String(index), "arguments"]))
        }
        return texts
    }
}
