import Cassettes
import Conversations
public import Documents
import Transcripts

/// A baseline's text, of which only what was changed is written anew.
public struct BaselineText: Sendable {
    /// As it was read, or last written.
    public private(set) var bytes: [UInt8]
    private let file: String

    /// The text of a file that is there.
    ///
    /// - Throws: `Diagnostics`: all that is wrong in it.
    public init(_ bytes: [UInt8], file: String) throws {
        _ = try BaselineReader.read(bytes, file: file)
        self.bytes = bytes
        self.file = file
    }

    /// A file that is not there yet.
    public init(file: String) {
        bytes = []
        self.file = file
    }

    /// What the text says; nothing, before there is one.
    public var baseline: Baseline {
        (try? BaselineReader.read(bytes, file: file)) ?? Baseline()
    }

    /// Where an entry of a variant stands; nil for one that is not there.
    public func place(ofEntry entry: Int, inVariant variant: Int) -> Place? {
        guard let located = try? BaselineReader.locate(bytes, file: file), located.entries.indices.contains(variant),
            located.entries[variant].indices.contains(entry)
        else { return nil }
        return located.entries[variant][entry]
    }

    /// Makes the text say something else.
    ///
    /// A variant that stays as it was keeps its bytes, and so does what stands before the variants if the masks stay.
    /// A baseline that the text says already changes no byte.
    public mutating func set(_ baseline: Baseline) {
        guard let old = try? BaselineReader.locate(bytes, file: file) else {
            bytes = Array(BaselineText.written(baseline).utf8)
            return
        }
        guard old.baseline != baseline else { return }
        if let edited = edited(from: old.baseline, at: old.variants, to: baseline),
            (try? BaselineReader.read(edited, file: file)) == baseline
        {
            bytes = edited
        } else {
            bytes = Array(BaselineText.written(baseline).utf8)
        }
    }

    /// Nil where the variants have no lines for themselves, as in flow style.
    private func edited(from old: Baseline, at places: [Place], to new: Baseline) -> [UInt8]? {
        var starts = [0]
        for (index, byte) in bytes.enumerated() where byte == 0x0A { starts.append(index + 1) }
        guard bytes.last == 0x0A, Set(places.map(\.line)).count == places.count, !places.isEmpty else { return nil }
        var cuts: [Int] = []
        for place in places {
            guard starts.indices.contains(place.line - 1) else { return nil }
            // The dash stands at the beginning of the line, and the comments right above belong to it.
            var line = place.line - 1
            guard bytes[starts[line]...].starts(with: "- ".utf8) else { return nil }
            while line > 0, bytes[starts[line - 1]...].first == UInt8(ascii: "#") { line -= 1 }
            cuts.append(starts[line])
        }
        let ends = Array(cuts.dropFirst()) + [bytes.count]
        let texts = zip(cuts, ends).map { Array(bytes[$0..<$1]) }
        var out = old.masks == new.masks ? Array(bytes[..<cuts[0]]) : head(old: bytes[..<cuts[0]], new)
        for (index, variant) in new.variants.enumerated() {
            // One that stayed where it was, or else anywhere.
            let known =
                old.variants.indices.contains(index) && old.variants[index] == variant
                ? index : old.variants.firstIndex(of: variant)
            out += known.map { texts[$0] } ?? Array(BaselineText.written(variant).utf8)
        }
        return out
    }

    /// What stands before the variants, with other masks; comments at the top are kept.
    private func head(old: ArraySlice<UInt8>, _ new: Baseline) -> [UInt8] {
        let lines = old.split(separator: 0x0A, omittingEmptySubsequences: false)
        let comments = lines.prefix { $0.first == UInt8(ascii: "#") || $0.isEmpty }.dropLast(lines.count == 1 ? 1 : 0)
        return comments.flatMap { $0 + [0x0A] } + Array(BaselineText.head(new).utf8)
    }

    // MARK: Anew

    private static func written(_ baseline: Baseline) -> String {
        if baseline.variants.isEmpty { return head(baseline).dropLast(1) + " []\n" }
        return head(baseline) + baseline.variants.map { written($0) }.joined()
    }

    private static func head(_ baseline: Baseline) -> String {
        var members: [(String, YAMLTree)] = [("understudy", .text(BaselineReader.header.text))]
        if !baseline.masks.isEmpty {
            let masks = baseline.masks.map { mask -> YAMLTree in
                let path = mask.path.map { [("path", YAMLTree.text($0.description))] } ?? []
                return .mapping(
                    path + [("pattern", .text(mask.pattern.description)), ("as", .text(mask.replacement))])
            }
            members.append(("match", .mapping([("mask", .list(masks.map { .line($0) }))])))
        }
        return YAMLTree.mapping(members).written() + "variants:\n"
    }

    private static func written(_ variant: Baseline.Variant) -> String {
        var members: [(String, YAMLTree)] = []
        if let point = variant.point { members.append(("point", .text(point))) }
        if let note = variant.note { members.append(("note", .text(note))) }
        var answer: (turn: Int, call: LLMCall)?
        let entries = variant.entries.map { entry -> YAMLTree in
            let repeated = answer.flatMap { $0.turn == entry.turn ? $0.call : nil }
            if case .llmCall(let call) = entry.kind { answer = (entry.turn, call) }
            return EntryForm.tree(of: entry, repeating: repeated)
        }
        // On a line of its own even where there is none: a variant is never in flow style.
        members.append(("entries", entries.isEmpty ? .line(.list([])) : .list(entries)))
        // As the one item of a list: its lines stand two columns in.
        let text = YAMLTree.mapping([("variants", .list([.mapping(members)]))]).written()
        return String(text.dropFirst("variants:\n".count))
    }
}
