import Cassettes
import Documents
import Transcripts

/// Reads the text of a `NAME.baseline.yaml`.
public enum BaselineReader {
    static let header = DocumentHeader(kind: "baseline", version: 1)

    /// - Throws: `Diagnostics`: all that is wrong in it.
    public static func read(_ bytes: [UInt8], file: String) throws -> Baseline {
        try locate(bytes, file: file).baseline
    }

    /// A baseline with the places of its parts.
    struct Located {
        var baseline = Baseline()
        var variants: [Place] = []
        /// Of each variant.
        var entries: [[Place]] = []
    }

    static func locate(_ bytes: [UInt8], file: String) throws -> Located {
        var problems: [Diagnostic] = []
        let root = try header.open(bytes, file: file, content: "variants: […]", problems: &problems)
        var reader = MappingReader(root, file: file, what: "a baseline")
        _ = reader.optional("understudy")
        var located = Located()
        if let node = reader.optional("match") {
            let (rules, wrong) = MatchRules.read(node, file: file, isHeader: false)
            reader.report(wrong)
            located.baseline.masks = rules.mask
            for name in ["ignore", "alias"] {
                guard let member = node.members?.first(where: { $0.name == name }) else { continue }
                reader.report(
                    at: member.place, "a baseline has no '\(name)'", expected: "mask",
                    fix: "mask what does not count, or remove the key")
            }
        }
        _ = reader.required("variants", expected: "a list of accepted transcripts")
        for item in reader.items("variants") ?? [] {
            let (variant, entries, wrong) = BaselineReader.variant(item, file: file)
            reader.report(wrong)
            located.baseline.variants.append(variant)
            located.variants.append(item.place)
            located.entries.append(entries)
        }
        problems += reader.finish(advice: "use a newer understudy")
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return located
    }

    private static func variant(_ node: LocatedNode, file: String) -> (Baseline.Variant, [Place], [Diagnostic]) {
        var reader = MappingReader(node, file: file, what: "a variant")
        let point = reader.text("point"), note = reader.text("note")
        _ = reader.required("entries", expected: "a list of what happened")
        var variant = Baseline.Variant(point: point, note: note, entries: [])
        let items = (reader.items("entries") ?? []).map { EntryForm(reading: $0, file: file) }
        reader.report(items.flatMap(\.problems))
        var values: [JSONValue] = []
        var answer: JSONObject?
        for item in items {
            var object = item.object
            if let repeated = item.repeated {
                if let answer, answer["turn"] == object["turn"] {
                    for name in ["text", "tool_calls"] { object[name] = answer[name] }
                } else {
                    reader.report(
                        at: repeated, "there is no answer in this turn that it could repeat",
                        expected: "repeats: answer, behind an llm_call of the same turn", fix: "write its text")
                }
            }
            if object["kind"] == "llm_call" { answer = object }
            values.append(.object(object))
        }
        let document: JSONValue = [
            "understudy": .string(Transcript.formatName), "subject": "", "entries": .array(values),
        ]
        do {
            variant.entries = try Transcript(json: document).entries
        } catch let error as TranscriptFormatError {
            for problem in error.problems {
                let tokens = problem.place.tokens
                let item =
                    tokens.count > 1 ? Int(tokens[1]).flatMap { items.indices.contains($0) ? items[$0] : nil } : nil
                reader.report(
                    at: item?.place(of: tokens.dropFirst(2)) ?? node.place, problem.message,
                    expected: problem.expected)
            }
        } catch {
            reader.report(at: node.place, "\(error)")
        }
        return (variant, items.map(\.place), reader.finish(advice: "use a newer understudy"))
    }
}
