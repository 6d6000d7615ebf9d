public import Baselines
public import Documents
import Transcripts

extension JSONReport {
    /// `{understudy: check/1, passed, suspicious, expected, new, rejected, scenarios, items, unreferenced}`; see
    /// `docs/review.md`.
    ///
    /// Each of `items` is `{scenario, file, place, status: different | new, failed, hunks}`; a hunk is `{key, concern, kind, turns:
    /// [first, last], rejected, operations}` with the operations of `diff/2`, which one of `new` has not; one of several turns
    /// has `parts`, `{key, concern, turns}` for each.
    public static func check(_ record: CheckRecord) -> JSONValue {
        [
            "understudy": "check/1", "passed": .bool(record.hasPassed),
            "suspicious": .number(record.count(.suspicious)), "expected": .number(record.count(.expected)),
            "new": .number(record.count(.new)), "rejected": .number(record.rejectedCount),
            "scenarios": .number(record.scenarioCount), "pending": .bool(record.isPending),
            "items": .array(record.items.map(value(of:))),
            "unreferenced": .array(record.unreferenced.map(JSONValue.string)),
        ]
    }

    /// `{understudy: reviews/1, items}`, each of `items` as in a check.
    public static func pending(_ items: [CheckRecord.Item]) -> JSONValue {
        ["understudy": "reviews/1", "items": .array(items.map(value(of:)))]
    }

    /// `{understudy: decisions/1, accepted, rejected, left, written}`: hunks as `{scenario, key}`, files.
    public static func outcome(_ outcome: ReviewSession.Outcome) -> JSONValue {
        func hunks(_ names: [String]) -> JSONValue {
            .array(
                names.map { name in
                    let parts = name.split(separator: " ")
                    return [
                        "scenario": .string(parts.dropLast().joined(separator: " ")),
                        "key": .string(parts.last.map(String.init) ?? ""),
                    ]
                })
        }
        return [
            "understudy": "decisions/1", "accepted": hunks(outcome.accepted), "rejected": hunks(outcome.rejected),
            "left": hunks(outcome.left),
            "written": .array(outcome.baselines.keys.sorted().map(JSONValue.string)),
        ]
    }

    private static func value(of item: CheckRecord.Item) -> JSONValue {
        let hunks = item.comparison.hunks.map { hunk -> JSONValue in
            var object = JSONObject([
                ("key", .string(hunk.key)), ("concern", .string(hunk.concern.rawValue)), ("kind", .string(hunk.kind)),
                ("turns", [.number(hunk.turns.lowerBound), .number(hunk.turns.upperBound)]),
                ("rejected", .bool(item.rejected.contains(hunk.key))),
            ])
            let parts = hunk.concern == .new ? [] : hunk.parts(in: item.comparison)
            if parts.count > 1 {
                object["parts"] = .array(
                    parts.map { part in
                        [
                            "key": .string(part.key), "concern": .string(part.concern.rawValue),
                            "turns": [.number(part.turns.lowerBound), .number(part.turns.upperBound)],
                        ]
                    })
            }
            if hunk.concern != .new { object["operations"] = .array(hunk.diff.operations.map(value(of:))) }
            return .object(object)
        }
        return [
            "scenario": .string(item.scenario), "file": .string(item.file), "place": .string(item.place),
            "status": .string(item.isNew ? "new" : "different"), "failed": .bool(item.hasFailed),
            "hunks": .array(hunks),
        ]
    }
}
