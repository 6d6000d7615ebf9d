import Documents

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
        /// In document order; empty when the bodies agree.
        public let differences: [Difference]
        /// The sandbox had been given other data: creation parameters, environment or files.
        public let differsInInputs: Bool
    }

    public var reason: Reason
    public var service: Service
    public var operation: Operation
    public var cassette: CassetteName
    public var nearest: Nearest?

    public init(reason: Reason, service: Service, operation: Operation, cassette: CassetteName, nearest: Nearest? = nil) {
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
            return "cassette \(cassette) has recorded interaction \(interaction) before this one, and it was not asked for: \(what)"
        }
    }

    /// What a person needs to see why: the nearest recording, the first differences, the command that records it.
    public var details: [String] {
        aboutNearest { difference in
            let (recorded, now) = Miss.excerpts(difference)
            return [difference.place.path, "  recorded: \(recorded)", "  now:      \(now)"]
        }
    }

    /// Headline and details in one line, for an error message that a client prints.
    public var message: String {
        let details = aboutNearest { difference in
            let (recorded, now) = Miss.excerpts(difference)
            return ["\(difference.place.path) was \(recorded), now \(now)"]
        }
        return headline + ". " + details.joined(separator: "; ")
    }

    private func aboutNearest(_ lines: (Difference) -> [String]) -> [String] {
        guard let nearest else { return [advice] }
        let inputs = "the sandbox was given other data than recorded (creation parameters, environment or files)"
        let more = nearest.differences.count - 3
        return ["nearest: interaction \(nearest.interaction)"] + (nearest.differsInInputs ? [inputs] : [])
            + nearest.differences.prefix(3).flatMap(lines)
            + (more > 0 ? ["and \(more) more \(more == 1 ? "difference" : "differences")"] : []) + [advice]
    }

    private var advice: String { "to record it: understudy record \(cassette)" }

    /// Both values of a difference, long text cut to the surroundings of the first differing character.
    private static func excerpts(_ difference: Difference) -> (String, String) {
        if case .string(let a)? = difference.recorded, case .string(let b)? = difference.now {
            let a = Array(a.unicodeScalars), b = Array(b.unicodeScalars)
            let shared = zip(a, b).prefix { $0 == $1 }.count
            return (excerpt(a, around: shared), excerpt(b, around: shared))
        }
        func short(_ value: JSONValue?) -> String {
            guard let value else { return "(absent)" }
            let text = value.text()
            return text.count > 160 ? String(text.prefix(160)) + "…" : text
        }
        return (short(difference.recorded), short(difference.now))
    }

    private static func excerpt(_ text: [Unicode.Scalar], around position: Int) -> String {
        let start = text.count <= 160 ? 0 : max(0, position - 40)
        let end = min(text.count, start + 160)
        var piece = String.UnicodeScalarView()
        piece.append(contentsOf: text[start..<end])
        return (start > 0 ? "…" : "") + JSONValue.string(String(piece)).text() + (end < text.count ? "…" : "")
    }
}
