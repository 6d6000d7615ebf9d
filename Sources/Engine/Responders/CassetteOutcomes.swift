public import Cassettes
import Documents
public import HTTPMessages
import HopXProtocol
import Synchronization

/// What code did, from a cassette; one object is one play position.
///
/// A live sandbox is bound to a recorded one at its first outcome: the first unbound one that can begin with this call over
/// equal inputs. From there on its executions play in recorded order; those that overlapped may swap, and reads may be left
/// out, or repeated while nothing ran in between.
public final class CassetteOutcomes: OutcomeSource {
    struct State {
        /// Live label → recorded label.
        var bindings: [Int: Int] = [:]
        /// Recorded label → how many live sandboxes play it.
        var uses: [Int: Int] = [:]
        /// Live label → positions that lie behind it: what was played, and reads that an execution went past.
        var passed: [Int: Set<Int>] = [:]
        /// Live label → position of its recorded creation.
        var creations: [Int: Int] = [:]
        var changes: PlayPosition
    }

    let cassette: Cassette
    let pace: ReplayPace?
    private let onMiss: OnMiss
    let usedUp: UsedUp
    let notes: SessionNotes
    private let redactor = Redactor()
    /// Recorded label → positions of its outcomes, in recorded order.
    let sequences: [Int: [Int]]
    /// Positions of the outcomes that ran code; the others only looked.
    private let executions: Set<Int>
    private let leftovers: Set<Int>
    let state: Mutex<State>
    let webhooks: Webhooks?
    let pending = PendingMessages()

    /// - Parameters:
    ///   - pace: How fast recorded time passes; nil answers at once.
    ///   - webhooks: Sends clients the recorded messages of their asynchronous executions; nil sends none.
    public init(
        cassette: Cassette, usedUp: UsedUp, notes: SessionNotes, pace: ReplayPace? = nil, onMiss: OnMiss = .error,
        webhooks: Webhooks? = nil
    ) {
        self.onMiss = onMiss
        self.webhooks = webhooks
        self.cassette = cassette
        self.pace = pace
        self.usedUp = usedUp
        self.notes = notes
        state = Mutex(State(changes: PlayPosition(usedUp: usedUp)))
        var sequences: [Int: [Int]] = [:]
        var executions: Set<Int> = []
        let leftovers = CassetteOutcomes.leftovers(of: cassette)
        for (position, entry) in cassette.index.enumerated() where entry.service == .hopx {
            guard !leftovers.contains(position), let label = entry.sandbox,
                let operation = HopXOperation(method: entry.operation.method, path: entry.operation.path),
                operation.callClass(afterOutcome: true) == .outcome
            else { continue }
            sequences[label, default: []].append(position)
            if operation.runsCode { executions.insert(position) }
        }
        self.sequences = sequences
        self.executions = executions
        self.leftovers = leftovers
    }

    /// True for a recording that is never played.
    func isLeftover(_ position: Int) -> Bool { leftovers.contains(position) }

    public func expired(_ sandbox: String) async { pending.forget(sandbox) }

    // MARK: Changes

    public func identity(for creation: SandboxCall) async throws -> String? {
        let choice = nextChange(creation)
        state.withLock { $0.creations[creation.label] = choice }
        // A broken recording is reported when its answer is asked for.
        return choice.flatMap { try? cassette.interaction(at: $0) }?.response.bodyTree?["id"]?.stringValue
    }

    public func failure(of change: SandboxCall) async throws -> Response? {
        let position =
            change.operation.kind == .createSandbox
            ? state.withLock { $0.creations[change.label] } : nextChange(change)
        // What was to come after this comes no more.
        defer { if change.operation.kind == .deleteSandbox { pending.forget(change.sandbox ?? "") } }
        guard let position else { return nil }
        sendDue(pending.due(afterPlaying: position, in: change.label), after: position)
        do {
            let response = try cassette.interaction(at: position).response
            guard let status = response.status else { throw NoAnswerRecorded() }
            return status >= 400 ? response.replayed?.accounted(.hit, key: cassette.index[position].key.text) : nil
        } catch let error as Diagnostics {
            return broken(error, change)
        }
    }

    /// Those of a call that can be played, in recorded order.
    func positions(of key: InteractionKey) -> [Int] {
        let all = cassette.positions(of: key)
        return leftovers.isEmpty ? all : all.filter { !leftovers.contains($0) }
    }

    /// The position of a change's next recording, used up by this.
    private func nextChange(_ change: SandboxCall) -> Int? {
        let key = key(of: change)
        let positions = self.positions(of: key)
        guard let choice = state.withLock({ $0.changes.next(of: key, among: positions) }) else { return nil }
        if choice.startsOver { notes.noteStartedOver() }
        return choice.position
    }

    // MARK: Outcomes

    public func outcome(of call: SandboxCall) async throws -> Response {
        do {
            if call.operation.isSocket { return try await socket(call) }
            switch try choose(for: call) {
            case .play(let position):
                notePlayed(position, call)
                let response = try await cassette.interaction(at: position).answer(at: pace)
                return try answered(response, position, to: call)
                    .accounted(.hit, key: cassette.index[position].key.text)
            case .miss(let reason): return try await miss(reason, call).accounted(.miss, key: key(of: call).text)
            }
        } catch let error as Diagnostics {
            return broken(error, call)
        }
    }

    enum Choice {
        case play(Int)
        case miss(Miss.Reason)
    }

    func choose(for call: SandboxCall) throws -> Choice {
        let key = key(of: call)
        let candidates = positions(of: key)
        guard !candidates.isEmpty else { return .miss(.unknown) }
        if call.sandbox == nil { return chooseOnService(key, candidates, isLook: call.request.method == "GET") }
        let labels = Set(candidates.compactMap { cassette.index[$0].sandbox }).sorted()
        return try state.withLock { state -> Choice in
            guard let recorded = try binding(of: call.label, to: labels, beginningWith: key, &state),
                let sequence = sequences[recorded]
            else {
                // Its recordings belong to sandboxes that others play, or stand later in their sandbox.
                for label in labels where state.uses[label] == nil {
                    if let choice = try next(key, in: sequences[label] ?? [], after: []) { return choice }
                }
                return .miss(.usedUp(count: candidates.count))
            }
            let passed = state.passed[call.label, default: []]
            let step = try next(key, in: sequence, after: passed)
            if case .play(let position)? = step {
                state.passed[call.label] = try pass(position, in: sequence, passed)
                return .play(position)
            }
            if !call.operation.runsCode, let last = unchanged(key, in: sequence, passed) { return .play(last) }
            if let step { return step }
            let mine = sequence.filter { cassette.index[$0].key == key }
            guard let first = mine.first, let last = mine.last else { return .miss(.unknown) }
            switch usedUp {
            case .last: return .play(last)
            case .cycle where sequence.allSatisfy({ passed.contains($0) || !executions.contains($0) }):
                // Its story has been told to the end, and starts over.
                notes.noteStartedOver()
                state.passed[call.label] = []
                guard case .play(let position)? = try next(key, in: sequence, after: []) else {
                    return .miss(.skips(interaction: cassette.index[sequence.first ?? first].number))
                }
                state.passed[call.label] = try pass(position, in: sequence, [])
                return .play(position)
            case .error, .cycle: return .miss(.usedUp(count: mine.count))
            }
        }
    }

    /// Builds of templates are no sandbox's story: equal calls play in recorded order, and a look may be repeated.
    private func chooseOnService(_ key: InteractionKey, _ candidates: [Int], isLook: Bool) -> Choice {
        guard let choice = state.withLock({ $0.changes.next(of: key, among: candidates) }) else {
            guard isLook, let last = candidates.last else { return .miss(.usedUp(count: candidates.count)) }
            return .play(last)
        }
        if choice.startsOver, isLook, let last = candidates.last { return .play(last) }
        if choice.startsOver { notes.noteStartedOver() }
        return .play(choice.position)
    }

    /// The recorded sandbox that a live one plays, bound by this if it was not: the first that can begin with this call and
    /// that nobody plays; when a story may start over, else the one that the fewest play.
    private func binding(
        of label: Int, to recorded: [Int], beginningWith key: InteractionKey, _ state: inout State
    ) throws -> Int? {
        if let bound = state.bindings[label] { return bound }
        let uses = state.uses
        let beginnings = try recorded.filter { recorded in
            if case .play? = try next(key, in: sequences[recorded] ?? [], after: []) { true } else { false }
        }
        guard let least = beginnings.min(by: { uses[$0, default: 0] < uses[$1, default: 0] }) else { return nil }
        if uses[least] != nil {
            guard usedUp != .error else { return nil }
            if usedUp == .cycle { notes.noteStartedOver() }
        }
        state.bindings[label] = least
        state.uses[least, default: 0] += 1
        return least
    }

    /// The step of a sandbox's story that has this key; a miss when an execution before it has not been asked for.
    private func next(_ key: InteractionKey, in sequence: [Int], after passed: Set<Int>) throws -> Choice? {
        let open = sequence.filter { !passed.contains($0) }
        guard let next = open.first(where: { cassette.index[$0].key == key }) else { return nil }
        let skipped = try open.first { try $0 < next && executions.contains($0) && !overlapped($0, next) }
        return skipped.map { .miss(.skips(interaction: cassette.index[$0].number)) } ?? .play(next)
    }

    /// What lies behind a sandbox once it has played a position: after an execution, also the reads that stood before it.
    private func pass(_ position: Int, in sequence: [Int], _ passed: Set<Int>) throws -> Set<Int> {
        var passed = passed
        passed.insert(position)
        guard executions.contains(position) else { return passed }
        for read in sequence where read < position && !passed.contains(read) && !executions.contains(read) {
            if try !overlapped(read, position) { passed.insert(read) }
        }
        return passed
    }

    /// The last answer to a read, if nothing has run since: looking again is no step of the story.
    private func unchanged(_ key: InteractionKey, in sequence: [Int], _ passed: Set<Int>) -> Int? {
        guard let last = sequence.last(where: { passed.contains($0) && cassette.index[$0].key == key }) else {
            return nil
        }
        return sequence.contains { $0 > last && passed.contains($0) && executions.contains($0) } ? nil : last
    }

    /// True when the later one had been asked before the earlier one was answered.
    private func overlapped(_ earlier: Int, _ later: Int) throws -> Bool {
        try cassette.interaction(at: later).at < cassette.interaction(at: earlier).response.settledAt
    }

    // MARK: Refusals

    func miss(_ reason: Miss.Reason, _ call: SandboxCall) async throws -> Response {
        let operation = operation(of: call)
        let miss = noteMiss(reason, call)
        let nearest = miss.nearest
        let asked = Interaction(
            asked: operation, of: .hopx, key: key(of: call), body: redactor.redact(call.request.body, service: .hopx),
            inputs: call.inputs)
        if let answer = try await onMiss.answer(of: cassette, to: asked, nearest: nearest, at: pace, notes) {
            return answer
        }
        return Service.hopx.refusal(code: "cassette_miss", message: miss.message)
    }

    func noteMiss(_ reason: Miss.Reason, _ call: SandboxCall) -> Miss {
        let operation = operation(of: call)
        let nearest =
            reason == .unknown
            ? cassette.nearest(to: call.request.body, service: .hopx, operation: operation, inputs: call.inputs) : nil
        let miss = Miss(
            reason: reason, service: .hopx, operation: operation, cassette: cassette.header.name, nearest: nearest)
        notes.note(miss)
        return miss
    }

    private func broken(_ error: Diagnostics, _ call: SandboxCall) -> Response {
        notes.noteBroken(error.description)
        return Service.hopx.refusal(code: "cassette_error", message: error.description, plane: call.operation.plane)
    }

    func operation(of call: SandboxCall) -> Operation {
        Operation(call.operation, query: redactor.redact(call.request, service: .hopx).queryItems)
    }

    func key(of call: SandboxCall) -> InteractionKey {
        InteractionKey(
            service: .hopx, operation: operation(of: call), inputs: call.inputs,
            body: redactor.redact(call.request.body, service: .hopx), rules: cassette.header.rules)
    }
}

// MARK: For a source that goes on where this one ends

extension CassetteOutcomes {
    /// True for a recorded call that is part of a sandbox's story.
    static func isOutcome(_ operation: Operation) -> Bool {
        HopXOperation(method: operation.method, path: operation.path)?.callClass(afterOutcome: true) == .outcome
    }

    /// The recorded answer to an outcome; nil for a miss, of which nobody is told.
    func recorded(_ call: SandboxCall) async throws -> Response? {
        guard case .play(let position) = try choose(for: call) else { return nil }
        notePlayed(position, call)
        guard let response = try cassette.interaction(at: position).response.replayed else { throw NoAnswerRecorded() }
        return try answered(response, position, to: call).accounted(.hit, key: cassette.index[position].key.text)
    }

    /// True when the cassette has a recording of a change that has not been played.
    func hasRecording(of change: SandboxCall) -> Bool {
        // A creation's has been taken with its identity.
        if change.operation.kind == .createSandbox { return state.withLock { $0.creations[change.label] } != nil }
        let key = key(of: change)
        let positions = self.positions(of: key)
        return state.withLock { $0.changes.upcoming(of: key, among: positions) } != nil
    }

    /// The recorded sandbox that a live one is bound to; nil before its first recorded outcome.
    func recordedLabel(of label: Int) -> Int? { state.withLock { $0.bindings[label] } }

    /// The highest label of a recorded sandbox; 0 for none.
    var labelCount: Int { cassette.index.compactMap(\.sandbox).max() ?? 0 }
}

extension Operation {
    /// A HopX call, its ids replaced.
    init(_ operation: HopXOperation, query: [(name: String, value: String)]) {
        let parts = operation.text.split(separator: " ", maxSplits: 1)
        self.init(method: String(parts[0]), path: String(parts[1]), query: Operation.canonicalQuery(query))
    }
}

extension RecordedResponse {
    /// A whole JSON body; nil for anything else.
    var bodyTree: JSONValue? { if case .body(let body) = content { body.tree } else { nil } }
}
