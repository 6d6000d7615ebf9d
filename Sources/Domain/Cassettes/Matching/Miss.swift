public import Documents

/// A request for which there is no recording: what came closest, where it differs, and what would record it.
public struct Miss: Sendable {
    public enum Reason: Sendable, Equatable {
        /// No recording has this key.
        case unknown
        /// All recordings with this key have been played.
        case usedUp(count: Int)
        /// Its recording is there, but this one has to be played before it.
        case skips(interaction: Int)
    }

    /// The recording that came closest.
    public struct Nearest: Sendable {
        public let interaction: Int
        /// What it was recorded for: the same method and path, perhaps with another query.
        public let operation: Operation
        /// Messages that both conversations begin with; 0 for what is no conversation.
        public let sharedMessages: Int
        /// By name in canonical order; empty when the bodies agree. Secrets are masked.
        public let differences: [Difference]
        /// The sandbox had been given other data: creation parameters, environment or files.
        public let differsInInputs: Bool
    }

    public var reason: Reason
    public var service: Service
    public var operation: Operation
    public var cassette: CassetteName
    public var nearest: Nearest?

    public init(reason: Reason, service: Service, operation: Operation, cassette: CassetteName, nearest: Nearest? = nil)
    {
        self.reason = reason
        self.service = service
        self.operation = operation
        self.cassette = cassette
        self.nearest = nearest
    }

    /// One sentence: what was asked, and why it was not answered.
    public var headline: String {
        let what = "\(service.rawValue) \(operation)"
        switch reason {
        case .unknown: return "cassette \(cassette) has no recording of this request: \(what)"
        case .usedUp(let count):
            let times = count == 1 ? "once, and it has been played" : "\(count) times, and all have been played"
            return "cassette \(cassette) has recorded this request \(times): \(what)"
        case .skips(let interaction):
            return
                "cassette \(cassette) has recorded interaction \(interaction) before this one, "
                + "and it was not asked for: \(what)"
        }
    }

    /// What a person needs to see why: the nearest recording, the first differences, the command that records it.
    public var details: [String] {
        aboutNearest { difference in
            switch difference.wording {
            case .values(let recorded, let now):
                [difference.place.path, "  recorded: \(recorded)", "  now:      \(now)"]
            case .words(let summary): [difference.place.path, "  words: \(summary)"]
            }
        }
    }

    /// Headline and details in one line, for an error message that a client prints.
    public var message: String {
        let details = aboutNearest { difference in
            switch difference.wording {
            case .values(let recorded, let now): ["\(difference.place.path) was \(recorded), now \(now)"]
            case .words(let summary): ["\(difference.place.path) has other words: \(summary)"]
            }
        }
        return headline + ". " + details.joined(separator: "; ")
    }

    private func aboutNearest(_ lines: (Difference) -> [String]) -> [String] {
        guard let nearest else { return [advice] }
        var told = ["nearest: interaction \(nearest.interaction)"]
        if nearest.operation != operation { told.append("recorded for \(nearest.operation)") }
        if nearest.differsInInputs {
            told.append("the sandbox was given other data than recorded (creation parameters, environment or files)")
        }
        told += nearest.differences.prefix(Miss.shownDifferences).flatMap(lines)
        let more = nearest.differences.count - Miss.shownDifferences
        if more > 0 { told.append("and \(more) more \(more == 1 ? "difference" : "differences")") }
        return told + [advice]
    }

    private static let shownDifferences = 3

    private var advice: String { "to record it: \(command)" }

    /// What records the request.
    public var command: String { "understudy record \(cassette)" }
}

extension Miss {
    /// The same facts for programs.
    ///
    /// `reason` is `unknown`, `used_up` (with `recordings`) or `skips` (with `interaction`). Of each difference,
    /// `recorded` or `now` is absent when the place is; `words` is there for texts of which one is long.
    public var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("cassette", .string(cassette.text)), ("service", .string(service.rawValue)),
            ("operation", .string("\(operation)")),
        ]
        switch reason {
        case .unknown: members.append(("reason", "unknown"))
        case .usedUp(let count): members += [("reason", "used_up"), ("recordings", .number(count))]
        case .skips(let interaction): members += [("reason", "skips"), ("interaction", .number(interaction))]
        }
        members.append(("headline", .string(headline)))
        if let nearest { members.append(("nearest", nearest.json)) }
        return .object(JSONObject(members + [("command", .string(command))]))
    }
}

extension Miss.Nearest {
    /// Differences beyond this many are only counted.
    private static let listedDifferences = 20

    fileprivate var json: JSONValue {
        .object(
            JSONObject([
                ("interaction", .number(interaction)),
                ("operation", .string("\(operation)")),
                ("shared_messages", .number(sharedMessages)),
                ("differs_in_inputs", .bool(differsInInputs)),
                ("difference_count", .number(differences.count)),
                ("differences", .array(differences.prefix(Self.listedDifferences).map(\.json))),
            ]))
    }
}
