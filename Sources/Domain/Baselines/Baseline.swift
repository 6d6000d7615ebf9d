public import Cassettes
public import Transcripts

/// What a scenario is accepted to do: one or several transcripts, kept as text in git beside the scenario.
public struct Baseline: Sendable, Equatable {
    /// One accepted way for it to go.
    public struct Variant: Sendable, Equatable {
        /// The matrix point that it is for, as in the scenario's key; nil for a scenario without a matrix.
        public var point: String?
        /// Why it was accepted, in a person's words.
        public var note: String?
        /// In normal form: what varies by chance and what is masked is a word for its kind.
        public var entries: [Entry]

        public init(point: String? = nil, note: String? = nil, entries: [Entry]) {
            self.point = point
            self.note = note
            self.entries = entries
        }
    }

    /// What does not count in this scenario, found in review; applied in this order.
    public var masks: [MatchRules.Mask]
    public var variants: [Variant]

    public init(masks: [MatchRules.Mask] = [], variants: [Variant] = []) {
        self.masks = masks
        self.variants = variants
    }

    /// The places in `variants` of those for a matrix point.
    public func places(for point: String?) -> [Int] { variants.indices.filter { variants[$0].point == point } }

    /// A transcript in the form in which variants are kept.
    ///
    /// Masks look at texts in which words stand for chance values already: a variant has nothing else when a mask is added.
    public func normalised(_ transcript: Transcript) -> Transcript {
        let normal = transcript.normalised()
        return masks.isEmpty ? normal : normal.normalised(by: DiffRules(masks: masks))
    }

    /// Takes up a further mask, and applies it to all variants.
    public mutating func add(_ mask: MatchRules.Mask) {
        guard !masks.contains(mask) else { return }
        masks.append(mask)
        let rules = DiffRules(masks: [mask])
        for index in variants.indices {
            variants[index].entries =
                Transcript(subject: "", entries: variants[index].entries).normalised(by: rules).entries
        }
    }
}

/// A scenario's name in every run, taken apart: `tutorial/primes[model=gpt-4o]`.
public struct ScenarioKey: Sendable, Hashable {
    /// The scenario's path under the scenarios' folder, or its file.
    public let name: String
    /// The matrix point, without its brackets; nil for none.
    public let point: String?

    public init(_ text: String) {
        guard text.hasSuffix("]"), let bracket = text.firstIndex(of: "[") else {
            (name, point) = (text, nil)
            return
        }
        name = String(text[..<bracket])
        point = String(text[text.index(after: bracket)...].dropLast())
    }
}
