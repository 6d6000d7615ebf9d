import Documents

/// Takes interactions out of a cassette's text; what remains says what it said before.
public enum CassettePruning {
    public struct Outcome: Sendable {
        public let edited: EditedCassette
        /// Numbers that are no longer there, in their order.
        public let dropped: [Int]
        /// Numbers whose requests were written as changes of dropped ones, and are so no longer.
        public let rewritten: [Int]
    }

    /// - Parameter keeping: Numbers of the interactions that stay.
    /// - Throws: `Diagnostics` when the cassette is broken, or has no interaction of such a number.
    public static func apply(
        to bytes: [UInt8], file: String, keeping: Set<Int>, beside: (any BesideFiles)? = nil
    ) throws -> Outcome {
        let text = try CassetteText(bytes, file: file, beside: beside)
        let numbers = Set(text.documents.map(\.interaction.number))
        let unknown = keeping.subtracting(numbers).sorted()
        guard unknown.isEmpty else {
            throw Diagnostics(
                unknown.map { number in
                    Diagnostic(
                        file: file, "there is no interaction \(number) to keep",
                        expected: "numbers of this cassette, \(numbers.min() ?? 0) to \(numbers.max() ?? 0)")
                })
        }

        var writer = CassetteWriter()
        var contents: [BesideContent]? = []
        var changes: [Int: [UInt8]?] = [:]
        var rewritten: [Int] = []
        for (position, document) in text.documents.enumerated() {
            guard keeping.contains(document.interaction.number) else {
                changes[position] = .some(nil)
                continue
            }
            var found: [BesideContent]? = []
            let tree = writer.requestTree(for: document.interaction, contents: &found)
            guard let base = document.base, !keeping.contains(base) else { continue }
            contents?.append(contentsOf: found ?? [])
            let edit = DocumentEdit(members: [("request", tree)])
            changes[position] = edit.applied(to: document, in: bytes)
            rewritten.append(document.interaction.number)
        }
        return Outcome(
            edited: try text.edited(text.replacing(changes), contents: contents, beside: beside),
            dropped: numbers.subtracting(keeping).sorted(), rewritten: rewritten.sorted())
    }
}
