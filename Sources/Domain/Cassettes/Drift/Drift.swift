import Documents
import HTTPMessages

/// How an answer that a service gives today differs from the one that was recorded.
public struct Drift: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        /// The same, but for ids and times.
        case identical
        /// Other words, or other numbers, in the same shape.
        case wording
        /// Other members, kinds of values, status, finish reason or function calls.
        case shape
        /// No whole answer, or a refusal that has nothing to do with the question: a key, a limit, a breakdown.
        case failed
    }

    public var kind: Kind
    /// What differs, place by place; only the first few.
    public var details: [String]
    /// What asking cost, as far as the answer says.
    public var tokens = 0

    public init(_ kind: Kind, _ details: [String] = []) {
        self.kind = kind
        self.details = details
    }

    /// Compares two answers to one request, both already redacted.
    public init(from recorded: RecordedResponse, to live: RecordedResponse) {
        let now = AnswerContent(live)
        self = Drift.compare(recorded, live, now)
        details = Drift.few(details)
        tokens = now?.tokens ?? 0
    }

    private static func compare(
        _ recorded: RecordedResponse, _ live: RecordedResponse, _ now: AnswerContent?
    ) -> Drift {
        if let end = live.end { return Drift(.failed, ["the answer broke off (\(end.rawValue))"]) }
        if live.status != recorded.status {
            let status = "status \(number(recorded.status)), now \(number(live.status))"
            let said = now?.values.first.flatMap { $0["error"]?["message"]?.stringValue ?? $0["message"]?.stringValue }
            let isRefusal = live.status.map { [401, 403, 408, 429].contains($0) || $0 >= 500 } ?? true
            return Drift(isRefusal ? .failed : .shape, [status] + (said.map { [excerpt($0)] } ?? []))
        }
        guard let now, let before = AnswerContent(recorded) else {
            if recorded.bytes == live.bytes { return Drift(.identical) }
            let isJSON = (AnswerContent(recorded) != nil, now != nil)
            if isJSON.0 != isJSON.1 { return Drift(.shape, [isJSON.0 ? "JSON, now none" : "no JSON, now JSON"]) }
            return Drift(.wording, ["\(recorded.bytes.count) bytes, now \(live.bytes.count) others"])
        }
        if before.isStream != now.isStream {
            return Drift(.shape, [before.isStream ? "a stream, now one answer" : "one answer, now a stream"])
        }
        return compare(before, now)
    }

    private static func compare(_ before: AnswerContent, _ now: AnswerContent) -> Drift {
        let old = AnswerFacts(before.values, isStream: before.isStream)
        let new = AnswerFacts(now.values, isStream: now.isStream)
        let places = Set(old.shape.keys).union(new.shape.keys).sorted()
        let shapes = places.filter { old.shape[$0] != new.shape[$0] }.map { place in
            "\(place): \(words(old.shape[place])), now \(words(new.shape[place]))"
        }
        guard shapes.isEmpty else { return Drift(.shape, shapes) }
        let texts = old.texts.keys.sorted().filter { place in
            !(old.texts[place] ?? "").hasSameScalars(as: new.texts[place] ?? "")
        }.map { place in difference(at: place, old.texts[place] ?? "", new.texts[place] ?? "") }
        guard texts.isEmpty else { return Drift(.wording, texts) }
        // How a stream was cut, and counts that follow from it, are nothing that was said.
        if before.isStream || before.values == now.values { return Drift(.identical) }
        return Drift(.wording, ["only numbers differ"])
    }

    // MARK: In words

    private static func number(_ status: Int?) -> String { status.map { "\($0)" } ?? "none" }

    private static func words(_ facts: Set<String>?) -> String { facts?.sorted().joined(separator: " or ") ?? "absent" }

    /// Both texts from a little before the first place where they differ.
    private static func difference(at place: String, _ old: String, _ new: String) -> String {
        let before = Array(old.unicodeScalars), now = Array(new.unicodeScalars)
        let shared = zip(before, now).prefix { $0 == $1 }.count
        let start = shared > 20 ? shared - 10 : 0
        let lead = start > 0 ? "…" : ""
        func part(_ text: [Unicode.Scalar]) -> String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: text.dropFirst(start))
            return "'\(lead)\(excerpt(String(view)))'"
        }
        return "\(place): \(part(before)), now \(part(now))"
    }

    private static func excerpt(_ text: String) -> String {
        let line = text.unicodeScalars.map { $0 == "\n" || $0 == "\r" ? "⏎" : String($0) }
        return line.count > 60 ? line.prefix(60).joined() + "…" : line.joined()
    }

    private static func few(_ details: [String]) -> [String] {
        details.count > 5 ? details.prefix(4) + ["and \(details.count - 4) more places"] : details
    }
}
