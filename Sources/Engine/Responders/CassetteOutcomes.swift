public import Cassettes
import Documents
public import HTTPMessages
import HopXProtocol
import Synchronization

/// What code did, from a cassette; one object is one play position.
///
/// A live sandbox is bound to a recorded one at its first outcome: the first unbound one that began with this call over equal
/// inputs. From there on its outcomes play in recorded order.
public final class CassetteOutcomes: OutcomeSource {
    private struct State {
        /// Live label → recorded label.
        var bindings: [Int: Int] = [:]
        /// Live label → positions played.
        var played: [Int: Set<Int>] = [:]
        var changes = PlayPosition(usedUp: .error)
    }

    private let cassette: Cassette
    private let usedUp: UsedUp
    private let notes: SessionNotes
    private let redactor = Redactor()
    /// Recorded label → positions of its outcomes, in recorded order.
    private let sequences: [Int: [Int]]
    private let state = Mutex(State())

    public init(cassette: Cassette, usedUp: UsedUp, notes: SessionNotes) {
        self.cassette = cassette
        self.usedUp = usedUp
        self.notes = notes
        var sequences: [Int: [Int]] = [:]
        for (position, entry) in cassette.index.enumerated() where entry.service == .hopx {
            guard let label = entry.sandbox, CassetteOutcomes.isOutcome(entry.operation) else { continue }
            sequences[label, default: []].append(position)
        }
        self.sequences = sequences
    }

    private static func isOutcome(_ operation: Operation) -> Bool {
        HopXOperation(method: operation.method, path: operation.path)?.callClass(afterOutcome: true) == .outcome
    }

    // MARK: Changes

    public func identity(for creation: SandboxCall) async throws -> String? {
        let positions = cassette.positions(of: key(of: creation))
        let count = state.withLock { $0.changes.count(of: key(of: creation)) }
        guard count < positions.count else { return nil }
        return try cassette.interaction(at: positions[count]).response.bodyTree?["id"]?.stringValue
    }

    public func failure(of change: SandboxCall) async throws -> Response? {
        let key = key(of: change)
        let positions = cassette.positions(of: key)
        guard let choice = state.withLock({ $0.changes.next(of: key, among: positions) }) else { return nil }
        let response = try cassette.interaction(at: choice.position).response
        guard let status = response.status else { throw NoAnswerRecorded() }
        return status >= 400 ? response.replayed : nil
    }

    // MARK: Outcomes

    public func outcome(of call: SandboxCall) async throws -> Response {
        do {
            switch try choose(for: call) {
            case .play(let position):
                guard let response = try cassette.interaction(at: position).response.replayed else { throw NoAnswerRecorded() }
                return response
            case .miss(let reason): return miss(reason, call)
            }
        } catch let error as Diagnostics {
            notes.noteBroken(error.description)
            return Service.hopx.refusal(code: "cassette_error", message: error.description)
        }
    }

    private enum Choice {
        case play(Int)
        case miss(Miss.Reason)
    }

    private func choose(for call: SandboxCall) throws -> Choice {
        let key = key(of: call)
        let candidates = cassette.positions(of: key)
        guard !candidates.isEmpty else { return .miss(.unknown) }
        return try state.withLock { state -> Choice in
            if state.bindings[call.label] == nil { bind(call.label, to: key, &state) }
            guard let recorded = state.bindings[call.label], let sequence = sequences[recorded] else {
                // Its recordings belong to sandboxes that others play, or stand later in their sandbox.
                guard let label = cassette.index[candidates[0]].sandbox, let first = sequences[label]?.first, first != candidates[0],
                    !state.bindings.values.contains(label)
                else { return .miss(.usedUp(count: candidates.count)) }
                return .miss(.skips(interaction: cassette.index[first].number))
            }
            var played = state.played[call.label, default: []]
            let open = sequence.filter { !played.contains($0) }
            if let next = open.first(where: { cassette.index[$0].key == key }) {
                if let skipped = try open.first(where: { try $0 < next && !overlapped($0, next) }) {
                    return .miss(.skips(interaction: cassette.index[skipped].number))
                }
                played.insert(next)
                state.played[call.label] = played
                return .play(next)
            }
            // Looking again at what has not changed since is no step of the story.
            if !call.operation.runsCode, let last = sequence.last(where: { played.contains($0) && cassette.index[$0].key == key }) {
                return .play(last)
            }
            let mine = sequence.filter { cassette.index[$0].key == key }
            guard let last = mine.last else { return .miss(.unknown) }
            switch usedUp {
            case .error: return .miss(.usedUp(count: mine.count))
            case .last: return .play(last)
            case .cycle:
                played.subtract(mine)
                played.insert(mine[0])
                state.played[call.label] = played
                return .play(mine[0])
            }
        }
    }

    /// Binds a live sandbox to the first recorded one that began with this call and that nobody plays; when a story may start
    /// over, to the first one at all.
    private func bind(_ label: Int, to key: InteractionKey, _ state: inout State) {
        let beginning = sequences.keys.sorted().filter { recorded in
            sequences[recorded]?.first.map { cassette.index[$0].key == key } ?? false
        }
        let free = beginning.first { !state.bindings.values.contains($0) }
        state.bindings[label] = free
        guard free == nil, usedUp != .error, let first = beginning.first else { return }
        state.bindings[label] = first
        notes.noteStartedOver()
    }

    /// True when the later one had been asked before the earlier one was answered.
    private func overlapped(_ earlier: Int, _ later: Int) throws -> Bool {
        try cassette.interaction(at: later).at < cassette.interaction(at: earlier).response.at
    }

    private func miss(_ reason: Miss.Reason, _ call: SandboxCall) -> Response {
        let nearest =
            reason == .unknown
            ? cassette.nearest(
                to: redactor.redact(call.request.body, service: .hopx), service: .hopx, operation: Operation(call),
                inputs: call.inputs) : nil
        let miss = Miss(
            reason: reason, service: .hopx, operation: Operation(call), cassette: cassette.header.name, nearest: nearest)
        notes.note(miss)
        return Service.hopx.refusal(code: "cassette_miss", message: miss.message)
    }

    private func key(of call: SandboxCall) -> InteractionKey {
        InteractionKey(
            service: .hopx, operation: Operation(call), inputs: call.inputs,
            body: redactor.redact(call.request.body, service: .hopx), rules: cassette.header.rules)
    }
}

extension Operation {
    /// A HopX call, its ids replaced.
    init(_ operation: HopXOperation, query: [(name: String, value: String)]) {
        let parts = operation.text.split(separator: " ", maxSplits: 1)
        self.init(method: String(parts[0]), path: String(parts[1]), query: Operation.canonicalQuery(query))
    }

    init(_ call: SandboxCall) { self.init(call.operation, query: call.request.queryItems) }
}

extension RecordedResponse {
    /// A whole JSON body; nil for anything else.
    var bodyTree: JSONValue? { if case .body(let body) = content { body.tree } else { nil } }
}
