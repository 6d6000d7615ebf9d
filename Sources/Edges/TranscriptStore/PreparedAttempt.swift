import Conversations
import Documents
import Transcripts

/// All rows of an ended attempt but its own, with each text hashed and there once.
///
/// Made by whoever hands the attempt in, so that the one who writes has nothing to compute.
struct PreparedAttempt: Sendable {
    struct Text: Sendable {
        let hash: TextHash
        let bytes: [UInt8]
        /// Somebody says, runs or reads it.
        var isSearched: Bool
    }

    /// A message of a request, after those that came before it.
    struct Prompt: Sendable {
        let hash: TextHash
        /// The index of the prompt before it; nil for a request's first message.
        let parent: Int?
        /// The index of its text.
        let text: Int
    }

    /// A column's value; what it refers to by its index in the lists here.
    enum Value: Sendable {
        case null, integer(Int64), real(Double), word([UInt8])
        case name(Int), text(Int), prompt(Int)
    }

    private(set) var texts: [Text] = []
    private(set) var names: [String] = []
    /// Each after its parent.
    private(set) var prompts: [Prompt] = []
    /// The table of each row, in the order in which they are written.
    private(set) var tables: [StoredTable.Name] = []
    /// The values of all rows, one row after the other, each in the order of its table's columns.
    private(set) var values: [Value] = []

    private var textIndexes: [TextHash: Int] = [:]
    private var nameIndexes: [[UInt8]: Int] = [:]
    private var promptIndexes: [TextHash: Int] = [:]

    init(_ attempt: Attempt) {
        let outcome = attempt.outcome
        let findings = outcome.findings.map { ("finding", $0) } + outcome.misses.map { ("miss", $0) }
        for (ord, (kind, text)) in findings.enumerated() {
            add(.finding, [.integer(ord), word(kind), searched(text)])
        }
        for (ord, reaction) in outcome.reactions.enumerated() {
            add(.faultReaction, [.integer(ord), body(reaction.json.bytes())])
        }
        for (ord, assertion) in outcome.assertions.enumerated() {
            let seen = assertion.seen.map { body(Array($0.utf8)) } ?? .null
            add(
                .assertion,
                [
                    .integer(ord), .integer(assertion.passed ? 1 : 0), .integer(assertion.turn),
                    body(Array(assertion.expected.utf8)), seen,
                ])
        }
        for (index, entry) in attempt.transcript.entries.enumerated() { add(entry, seq: .integer(index + 1)) }
        (textIndexes, nameIndexes, promptIndexes) = ([:], [:], [:])
    }

    /// The same, made by another thread than the one that the caller works on.
    @concurrent static func prepare(_ attempt: Attempt) async -> PreparedAttempt { PreparedAttempt(attempt) }

    private mutating func add(_ entry: Entry, seq: Value) {
        var row: [Value] = [
            seq, .integer(entry.turn), .integer(entry.kind.number), .real(entry.timing.start),
            .real(entry.timing.duration), .integer(entry.stale),
        ]
        guard case .message(let message) = entry.kind else {
            add(.entry, row + [.null, .null, .null])
            return addDetails(of: entry.kind, seq: seq)
        }
        row += [name(message.speaker), name(message.recipient), searched(message.text)]
        add(.entry, row)
        add(message.toolCalls, seq: seq)
    }

    private mutating func addDetails(of kind: Entry.Kind, seq: Value) {
        switch kind {
        case .message: break
        case .llmCall(let call):
            let request = StoredRequest(call.request)
            add(
                .llmCall,
                [
                    seq, word(request.member), .integer(call.status), .integer(call.usage?.promptTokens),
                    .integer(call.usage?.completionTokens), name(call.agent), name(call.model),
                    name(call.finishReason), body(request.rest.bytes()), searched(call.text), searched(call.failure),
                    prompt(request.messages),
                ])
            add(call.toolCalls, seq: seq)
        case .codeRun(let run):
            add(
                .codeRun,
                [
                    seq, .integer(run.exitCode), name(run.agent), name(run.language), searched(run.code),
                    searched(run.stdout), searched(run.stderr), searched(run.failure), shown(run.shown),
                ])
        case .end(let end):
            add(.ending, [seq, word(end.cause.rawValue), name(end.agent), searched(end.failure)])
        }
    }

    private mutating func add(_ calls: [ToolCall], seq: Value) {
        for (ord, call) in calls.enumerated() {
            add(.toolCall, [seq, .integer(ord), name(call.id), name(call.name), searched(call.arguments)])
        }
    }

    private mutating func add(_ table: StoredTable.Name, _ row: [Value]) {
        precondition(row.count == StoredTable[table].columns.count, "a row has a value for each column of \(table)")
        tables.append(table)
        values += row
    }

    private func word(_ text: String?) -> Value { text.map { .word(Array($0.utf8)) } ?? .null }

    private mutating func name(_ text: String?) -> Value {
        guard let text else { return .null }
        // By its bytes: Swift takes texts for equal that differ in them, as with composed accents.
        let bytes = Array(text.utf8)
        if let index = nameIndexes[bytes] { return .name(index) }
        nameIndexes[bytes] = names.count
        names.append(text)
        return .name(names.count - 1)
    }

    private mutating func body(_ bytes: [UInt8]) -> Value { .text(index(bytes, isSearched: false)) }

    /// Figures and tables as one text: nobody asks for one of them alone.
    private mutating func shown(_ shown: [ShownOutput]) -> Value {
        shown.isEmpty ? .null : body(JSONValue.array(shown.map(\.json)).bytes())
    }

    private mutating func searched(_ text: String?) -> Value {
        text.map { .text(index(Array($0.utf8), isSearched: true)) } ?? .null
    }

    private mutating func index(_ bytes: [UInt8], isSearched: Bool) -> Int {
        let hash = TextHash(of: bytes)
        if let index = textIndexes[hash] {
            if isSearched { texts[index].isSearched = true }
            return index
        }
        textIndexes[hash] = texts.count
        texts.append(Text(hash: hash, bytes: bytes, isSearched: isSearched))
        return texts.count - 1
    }

    /// The last one of a chain of messages, which the next request mostly has, too.
    private mutating func prompt(_ messages: [JSONValue]) -> Value {
        var hash = TextHash.none
        var last: Int?
        for message in messages {
            let bytes = message.bytes()
            hash = hash.extended(by: TextHash(of: bytes))
            if let known = promptIndexes[hash] {
                last = known
                continue
            }
            promptIndexes[hash] = prompts.count
            prompts.append(Prompt(hash: hash, parent: last, text: index(bytes, isSearched: false)))
            last = prompts.count - 1
        }
        return last.map { .prompt($0) } ?? .null
    }
}

extension PreparedAttempt.Value {
    fileprivate static func integer(_ value: Int?) -> Self { value.map { .integer(Int64($0)) } ?? .null }
}

extension Entry.Kind {
    /// What a kind is in `entry.kind`: its place among the kinds' names, counted from 1.
    var number: Int {
        switch self {
        case .message: 1
        case .llmCall: 2
        case .codeRun: 3
        case .end: 4
        }
    }
}
