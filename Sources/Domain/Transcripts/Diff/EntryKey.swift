import Conversations
import Documents

/// What of an entry counts for finding its counterpart.
struct EntryKey {
    /// Entries with equal normal forms have equal ids.
    let id: Int
    let kind: Kind
    let speaker: String?
    let recipient: String?
    /// Hashes of the words of what was said or run, sorted.
    let words: [UInt64]
    /// The same of what came out of it; only code has it.
    let outcome: [UInt64]

    enum Kind { case message, llmCall, codeRun, end }

    /// Boilerplate (`TERMINATE`, an empty reply) turns up anywhere and marks no place.
    var isDistinctive: Bool { words.count >= 4 }

    /// Numbers the normal forms in order of appearance.
    struct Interner {
        private var ids: [[UInt8]: Int] = [:]

        mutating func key(of entry: Entry) -> EntryKey {
            let form = NormalForm(of: entry)
            let id = ids[form.bytes, default: ids.count]
            ids[form.bytes] = id
            return EntryKey(
                id: id, kind: form.kind, speaker: form.speaker, recipient: form.recipient, words: form.words.sorted(),
                outcome: form.outcome.sorted())
        }
    }
}

/// An entry without what varies by chance: line ends, escape sequences, spelling of arguments, ids, metrics.
private struct NormalForm {
    var kind: EntryKey.Kind
    var speaker: String?
    var recipient: String?
    var bytes: [UInt8] = []
    var words: [UInt64] = []
    var outcome: [UInt64] = []

    init(of entry: Entry) {
        speaker = entry.speaker
        switch entry.kind {
        case .message(let message):
            kind = .message
            recipient = message.recipient
            add("m", message.speaker, message.recipient)
            add(words: message.text)
            add(message.toolCalls)
        case .llmCall(let call):
            kind = .llmCall
            add("l", call.agent, call.model, call.status.map(String.init), call.finishReason)
            add(words: call.text)
            add(words: call.failure)
            add(call.toolCalls)
        case .codeRun(let run):
            kind = .codeRun
            add("c", run.agent, run.language, run.exitCode.map(String.init))
            add(words: run.code)
            let ofCode = words
            words = []
            add(words: run.stdout)
            add(words: run.stderr)
            add(words: run.failure)
            outcome = words
            words = ofCode
        case .end(let end):
            kind = .end
            add("e", end.cause.rawValue, end.agent)
            add(words: end.failure)
        }
    }

    private mutating func add(_ parts: String?...) {
        for part in parts { append(part.map { Array($0.utf8) }) }
    }

    private mutating func add(words text: String?) {
        let normal = text.map { Words.normalised($0) }
        append(normal)
        words += Words.hashes(of: normal ?? [])
    }

    private mutating func add(_ calls: [ToolCall]) {
        for call in calls {
            let arguments = Array(call.arguments.utf8)
            append(Array(call.name.utf8))
            append(CanonicalJSON.bytes(of: arguments) ?? arguments)
            words += Words.hashes(of: Array(call.name.utf8)) + Words.hashes(of: arguments)
        }
    }

    /// Length first, so that no two lists of parts have the same bytes.
    private mutating func append(_ part: [UInt8]?) {
        bytes += Array((part.map { String($0.count) } ?? "-").utf8) + [0x3A] + (part ?? [])
    }
}

/// Words of a text as numbers.
enum Words {
    /// More of a text than this does not make it easier to recognise.
    private static let limit = 4096

    /// Line ends as line feeds, ANSI escape sequences and spaces at line ends left out.
    static func normalised(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count)
        var rest = Array(text.utf8)[...]
        func endLine() {
            while let last = out.last, last == 0x20 || last == 0x09 { out.removeLast() }
        }
        while let byte = rest.popFirst() {
            switch byte {
            case 0x0D:
                if rest.first == 0x0A { rest.removeFirst() }
                endLine()
                out.append(0x0A)
            case 0x0A:
                endLine()
                out.append(0x0A)
            case 0x1B where rest.first == UInt8(ascii: "["):
                // ECMA-48: parameters and intermediates up to a final byte.
                rest.removeFirst()
                while let next = rest.popFirst(), !(0x40...0x7E).contains(next) {}
            default: out.append(byte)
            }
        }
        endLine()
        return out
    }

    /// One number a word (letters, digits, `_`, anything beyond ASCII) or other visible sign, in order.
    static func hashes(of text: [UInt8]) -> [UInt64] {
        var hashes: [UInt64] = []
        var word: UInt64?
        // FNV-1a: the same in every process, unlike Swift's own hashes.
        func mixed(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let start: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...:
                word = mixed(word ?? start, byte)
            default:
                if let done = word { hashes.append(done) }
                word = nil
                if byte > 0x20 { hashes.append(mixed(start, byte)) }
            }
            if hashes.count >= limit { return hashes }
        }
        if let word { hashes.append(word) }
        return hashes
    }
}
