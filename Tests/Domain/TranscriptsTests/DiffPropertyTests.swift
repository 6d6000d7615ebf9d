import Documents
import Testing
import Transcripts

/// What holds for the diff of any two transcripts, beside that it applies, inverts and finds nothing in one alone.
@Suite struct DiffPropertyTests {
    /// An operation without its entries: what it is, and where.
    private func outline(_ operation: TranscriptDiff.Operation, shiftedBy shift: Int = 0) -> [Int] {
        let kind =
            switch operation {
            case .same: 0
            case .changed: 1
            case .moved: 2
            case .deleted: 3
            case .inserted: 4
            }
        return [kind, operation.before.map { $0.index - shift } ?? -1, operation.after.map { $0.index - shift } ?? -1]
    }

    private func prefixed(_ transcript: Transcript, _ prefix: [Entry]) -> Transcript {
        Transcript(subject: transcript.subject, entries: prefix + transcript.entries)
    }

    @Test(arguments: 0..<80)
    func aCommonBeginningAddsNothing(seed: Int) {
        var random = RandomTranscripts(seed: UInt64(seed) + 3000)
        let a = random.transcript(4 + seed)
        let b = random.edited(a, edits: 1 + seed % 12)
        let prefix = random.transcript(1 + seed % 30).entries
        let alone = diff(a, b), after = diff(prefixed(a, prefix), prefixed(b, prefix))
        for (index, operation) in after.operations.prefix(prefix.count).enumerated() {
            #expect(outline(operation) == [0, index, index], "the beginning is the same")
        }
        #expect(
            after.operations.dropFirst(prefix.count).map { outline($0, shiftedBy: prefix.count) }
                == alone.operations.map { outline($0) }, "and the rest as without it")
        #expect(after.counts[.behaviour] == alone.counts[.behaviour])
        #expect(after.counts[.wording] == alone.counts[.wording])
    }

    @Test(arguments: 0..<40)
    func theOtherDirectionFindsAsMuch(seed: Int) {
        var random = RandomTranscripts(seed: UInt64(seed) + 4000)
        let a = random.transcript(4 + seed)
        let b = random.edited(a, edits: 1 + seed % 12)
        let there = diff(a, b), back = there.inverted
        #expect(there.counts == back.counts)
        #expect(there.isIdentical == back.isIdentical)
        #expect((there.firstDivergence == nil) == there.isIdentical)
    }

    /// Whatever differs is told once: every entry of both sides is in one operation.
    @Test(arguments: 0..<40)
    func everyEntryIsInOneOperation(seed: Int) {
        var random = RandomTranscripts(seed: UInt64(seed) + 5000)
        let a = random.transcript(seed * 2), b = random.edited(a, edits: seed)
        let operations = diff(a, b).operations
        #expect(operations.compactMap(\.before?.index).sorted() == Array(a.entries.indices))
        #expect(operations.compactMap(\.after?.index) == Array(b.entries.indices))
    }

    @Test(arguments: 0..<40)
    func normalFormsDifferInWhatTheTranscriptsDiffer(seed: Int) {
        var random = RandomTranscripts(seed: UInt64(seed) + 6000)
        let a = random.transcript(10 + seed), b = random.edited(a, edits: seed % 8)
        let raw = diff(a, b), normal = diff(a.normalised(), b.normalised())
        #expect(normal.operations.map { outline($0) } == raw.operations.map { outline($0) })
        #expect(normal.counts[.behaviour] == raw.counts[.behaviour] && normal.counts[.wording] == raw.counts[.wording])
        #expect(a.normalised().normalised().json.text() == a.normalised().json.text(), "a normal form is its own")
    }
}
