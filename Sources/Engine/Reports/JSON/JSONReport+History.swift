public import Documents
public import Transcripts

extension JSONReport {
    /// `{understudy: history/1, scenario, pass_rate, expectations: […], attempts: […], reviews: […]}`, the oldest first; see `docs/transcripts.md`.
    public static func history(_ history: ScenarioHistory) -> JSONValue {
        let flakiness = history.flakiness
        var rate = JSONObject([
            ("passed", .number(flakiness.passed)), ("total", .number(flakiness.total)),
            ("confidence", number(flakiness.confidence)), ("lower", number(flakiness.interval.lower)),
            ("upper", number(flakiness.interval.upper)),
        ])
        if let minimum = history.minimum, let verdict = history.verdict {
            rate["minimum"] = number(minimum)
            rate["verdict"] = .string(verdict.rawValue)
            if verdict == .inconclusive {
                let missing = flakiness.missing(atLeast: minimum)
                var more = JSONObject()
                more["passes"] = missing.passes.map { .number($0) }
                more["failures"] = missing.failures.map { .number($0) }
                more["attempts"] = missing.attempts.map { .number($0) }
                rate["more"] = .object(more)
            }
        }
        let rows = history.rows.map { row -> JSONValue in
            var object = row.attempt.members
            object["git_sha"] = row.run.gitSHA.map(JSONValue.string)
            object["branch"] = row.run.branch.map(JSONValue.string)
            object["label"] = row.run.label.map(JSONValue.string)
            if row.isOfChangedScenario { object["scenario_changed"] = .bool(true) }
            object["differs_from_previous"] = row.divergence.map(value(of:))
            return .object(object)
        }
        var object = JSONObject([
            ("understudy", "history/1"), ("scenario", .string(history.scenario)), ("pass_rate", .object(rate)),
        ])
        if !history.expectations.isEmpty {
            object["expectations"] = .array(
                history.expectations.map {
                    [
                        "expected": .string($0.expected), "passed": .number($0.passed), "total": .number($0.total),
                    ]
                })
        }
        object["attempts"] = .array(rows)
        if !history.reviews.isEmpty { object["reviews"] = .array(history.reviews.map { .object($0.members) }) }
        return .object(object)
    }

    /// `{understudy: bisect/1, scenario, found, good, bad, compared, attempts, diff}`.
    ///
    /// `good` and `bad` are `{run, attempt}`; without a difference there is no `bad`, and no `diff`.
    public static func bisect(_ record: BisectRecord) -> JSONValue {
        func place(_ place: BisectRecord.Place) -> JSONValue {
            ["run": runAlone(place.run), "attempt": .string(place.attempt.id)]
        }
        var object = JSONObject([
            ("understudy", "bisect/1"), ("scenario", .string(record.scenario)), ("found", .bool(record.diff != nil)),
            ("good", place(record.good)),
        ])
        object["bad"] = record.bad.map(place)
        object["compared"] = .number(record.comparedCount)
        object["attempts"] = .number(record.attemptCount)
        object["diff"] = record.diff.map(diff)
        return .object(object)
    }

    private static func number(_ value: Double) -> JSONValue { JSONNumber(value).map(JSONValue.number) ?? .null }
}
