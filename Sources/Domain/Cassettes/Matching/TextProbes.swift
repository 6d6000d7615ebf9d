import Documents

/// Pieces of a request's texts that are looked for in the text of recordings, to see without parsing which are alike.
///
/// A recording that is written as what it adds to an earlier one has only its new messages in its text: so it is not
/// the number of pieces that counts, but how few recordings share them.
struct TextProbes {
    /// Printable ASCII that stands in YAML as it is, at least eight bytes each.
    private let pieces: [[UInt8]]
    private let byStart: [UInt64: [Int]]
    /// Whether any piece may begin with eight bytes of this hash.
    private let mayStart: [Bool]

    /// More than this many are not looked for: the bits of a found set.
    private static let limit = 64

    init(_ body: JSONValue) {
        var pieces: [[UInt8]] = []
        if let messages = body.conversation {
            for message in messages.suffix(TextProbes.limit / 2) {
                pieces += TextProbes.runs(in: message).sorted { $0.count > $1.count }.prefix(2)
            }
        }
        if pieces.isEmpty { pieces = TextProbes.runs(in: body).sorted { $0.count > $1.count } }
        var known: Set<[UInt8]> = []
        pieces = pieces.filter { known.insert($0).inserted }.suffix(TextProbes.limit)
        self.pieces = pieces
        let starts = pieces.map { $0.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
        byStart = Dictionary(grouping: pieces.indices) { starts[$0] }
        var mayStart = [Bool](repeating: false, count: 1024)
        for start in starts { mayStart[TextProbes.hash(start)] = true }
        self.mayStart = mayStart
    }

    private static func hash(_ start: UInt64) -> Int { Int(truncatingIfNeeded: (start &* 0x9E37_79B9_7F4A_7C15) >> 54) }

    /// The lines of a value's texts, cut where YAML may write something else than the text.
    private static func runs(in value: JSONValue) -> [[UInt8]] {
        switch value {
        case .string(let text):
            text.utf8.split { !(0x20..<0x7F).contains($0) || $0 == 0x22 || $0 == 0x27 || $0 == 0x5C }
                .filter { $0.count >= 8 }.map { Array($0.suffix(48)) }
        case .array(let items): items.flatMap { runs(in: $0) }
        case .object(let object): object.members.flatMap { runs(in: $0.value) }
        case .null, .bool, .number: []
        }
    }

    /// The pieces that stand in a text, one bit each.
    func found(in text: ArraySlice<UInt8>) -> UInt64 {
        var found: UInt64 = 0
        text.withUnsafeBufferPointer { text in
            mayStart.withUnsafeBufferPointer { mayStart in
                var window: UInt64 = 0
                for position in text.indices {
                    window = window << 8 | UInt64(text[position])
                    guard mayStart[TextProbes.hash(window)], position >= 7, let pieces = byStart[window] else {
                        continue
                    }
                    for number in pieces where text[(position - 7)...].starts(with: self.pieces[number]) {
                        found |= 1 << UInt64(number)
                    }
                }
            }
        }
        return found
    }

    /// What each piece says about a recording: the less, the more of them have it.
    func weights(of found: [UInt64]) -> [Double] {
        pieces.indices.map { number in
            let count = found.count { $0 & (1 << UInt64(number)) != 0 }
            return count == 0 ? 0 : 1 / Double(count)
        }
    }

    func score(of found: UInt64, _ weights: [Double]) -> Double {
        pieces.indices.reduce(0) { $0 + (found & (1 << UInt64($1)) != 0 ? weights[$1] : 0) }
    }
}
