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

        mutating func key(of entry: Entry, by normaliser: Normaliser) -> EntryKey {
            let form = NormalForm(of: entry, by: normaliser)
            let id = ids[form.bytes, default: ids.count]
            ids[form.bytes] = id
            return EntryKey(
                id: id, kind: form.kind, speaker: form.speaker, recipient: form.recipient, words: form.words.sorted(),
                outcome: form.outcome.sorted())
        }
    }
}

/// An entry without what varies by chance: line ends, escape sequences, spelling of arguments, ids, metrics, what is masked.
private struct NormalForm {
    var kind: EntryKey.Kind
    var speaker: String?
    var recipient: String?
    var bytes: [UInt8] = []
    var words: [UInt64] = []
    var outcome: [UInt64] = []

    private let normaliser: Normaliser

    init(of entry: Entry, by normaliser: Normaliser) {
        self.normaliser = normaliser
        speaker = entry.speaker
        kind = .end
        switch entry.kind {
        case .message(let message):
            kind = .message
            recipient = message.recipient
            add("m", message.speaker, message.recipient)
            add(said: message.text, "text")
            add(message.toolCalls)
        case .llmCall(let call):
            kind = .llmCall
            add("l", call.agent, call.model, call.status.map(String.init), call.finishReason)
            add(said: call.text, "text")
            add(said: call.failure, "failure")
            add(call.toolCalls)
        case .codeRun(let run):
            kind = .codeRun
            add("c", run.agent, run.language, run.exitCode.map(String.init))
            add(words: normaliser.code(run.code, at: JSONPointer(["code"])))
            let ofCode = words
            words = []
            add(said: run.stdout, "stdout")
            add(said: run.stderr, "stderr")
            for (index, shown) in run.shown.enumerated() { add(shown.kind, normaliser.shown(shown, at: index).digest) }
            add(said: run.failure, "failure")
            outcome = words
            words = ofCode
        case .end(let end):
            kind = .end
            add("e", end.cause.rawValue, end.agent)
            add(said: end.failure, "failure")
        }
    }

    private mutating func add(_ parts: String?...) {
        for part in parts { append(part.map { Array($0.utf8) }) }
    }

    private mutating func add(said text: String?, _ name: String) {
        add(words: text.map { normaliser.said($0, at: JSONPointer([name])) })
    }

    private mutating func add(words normal: [UInt8]?) {
        append(normal)
        words += Words.hashes(of: normal ?? [])
    }

    private mutating func add(_ calls: [ToolCall]) {
        for (index, call) in calls.enumerated() {
            let arguments = normaliser.arguments(call.arguments, of: index)
            append(Array(call.name.utf8))
            append(arguments)
            words += Words.hashes(of: Array(call.name.utf8)) + Words.hashes(of: arguments)
        }
    }

    /// Length first, so that no two lists of parts have the same bytes.
    private mutating func append(_ part: [UInt8]?) {
        bytes += Array((part.map { String($0.count) } ?? "-").utf8) + [0x3A] + (part ?? [])
    }
}
