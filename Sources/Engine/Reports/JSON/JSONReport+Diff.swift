public import Documents
public import Transcripts

extension JSONReport {
    /// `{understudy: diff/2, identical, first_divergence, counts, operations}`; see `docs/transcripts.md`.
    ///
    /// - `first_divergence` is null, or `{turn, entry, kind, speaker, what: changed | missing | added | moved}` and for a
    ///   changed field the members of a change.
    /// - `counts` is `{behaviour, wording, metric}`.
    /// - Each of `operations` is `{op: same | changed | moved | inserted | deleted, kind, before, after}`, where `before`
    ///   and `after` are `{entry, turn}`, `entry` counted from 0. An entry that only one side has is given whole as
    ///   `value`, and may have `relation: {is: repetition | part, of}`; a moved one has `block`.
    /// - A change, in `changes`, is `{field, level: behaviour | wording | metric, before, after}`; one of a tool call has
    ///   `call` (counted from 0), one of its arguments a JSON pointer as `path`.
    public static func diff(_ diff: TranscriptDiff) -> JSONValue {
        let counts = diff.counts
        return [
            "understudy": "diff/2",
            "identical": .bool(diff.isIdentical),
            "first_divergence": diff.firstDivergence.map(value(of:)) ?? .null,
            "counts": .object(
                JSONObject(FieldChange.Level.allCases.map { ($0.rawValue, .number(counts[$0] ?? 0)) })),
            "operations": .array(diff.operations.map(value(of:))),
        ]
    }

    static func value(of divergence: Divergence) -> JSONValue {
        var object = JSONObject([
            ("turn", .number(divergence.turn)), ("kind", .string(divergence.entry.kind.name)),
        ])
        object["speaker"] = divergence.speaker.map(JSONValue.string)
        switch divergence.what {
        case .changed(let change):
            object["what"] = "changed"
            for member in members(of: change).members { object[member.name] = member.value }
        case .missing: object["what"] = "missing"
        case .moved: object["what"] = "moved"
        case .added: object["what"] = "added"
        }
        return .object(object)
    }

    private static func members(of change: FieldChange) -> JSONObject {
        var object = JSONObject([("field", .string(change.field.name))])
        object["call"] = change.field.call.map { .number($0) }
        object["path"] = change.field.path.map { .string($0.description) }
        object["level"] = .string(change.level.rawValue)
        object["before"] = change.before
        object["after"] = change.after
        return object
    }

    static func value(of operation: TranscriptDiff.Operation) -> JSONValue {
        func place(_ placed: TranscriptDiff.Placed) -> JSONValue {
            ["entry": .number(placed.index), "turn": .number(placed.entry.turn)]
        }
        func paired(_ name: String, _ pair: TranscriptDiff.Pair) -> JSONValue {
            var object = JSONObject([
                ("op", .string(name)), ("kind", .string(pair.after.entry.kind.name)), ("before", place(pair.before)),
                ("after", place(pair.after)),
            ])
            if !pair.changes.isEmpty { object["changes"] = .array(pair.changes.map { .object(members(of: $0)) }) }
            return .object(object)
        }
        func single(
            _ name: String, _ side: String, _ placed: TranscriptDiff.Placed, _ relation: Relation?
        ) -> JSONValue {
            var object = JSONObject([
                ("op", .string(name)), ("kind", .string(placed.entry.kind.name)), (side, place(placed)),
                ("value", placed.entry.json),
            ])
            object["relation"] = relation.map(value(of:))
            return .object(object)
        }
        return switch operation {
        case .same(let pair): paired("same", pair)
        case .changed(let pair): paired("changed", pair)
        case .moved(let pair, let block): paired("moved", pair).adding("block", .number(block))
        case .deleted(let placed, let relation): single("deleted", "before", placed, relation)
        case .inserted(let placed, let relation): single("inserted", "after", placed, relation)
        }
    }

    private static func value(of relation: Relation) -> JSONValue {
        switch relation {
        case .repetition(let entry): ["is": "repetition", "of": .number(entry)]
        case .part(let entry): ["is": "part", "of": .number(entry)]
        }
    }
}

extension JSONValue {
    fileprivate func adding(_ name: String, _ value: JSONValue) -> JSONValue {
        var object = objectValue ?? JSONObject()
        object[name] = value
        return .object(object)
    }
}
