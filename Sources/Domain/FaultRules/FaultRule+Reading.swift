import Cassettes
public import Documents
import HTTPMessages

extension FaultRule {
    /// Reads a rule from a mapping, of a file or of JSON.
    ///
    /// - Parameter file: The path as the user typed it, for messages.
    /// - Throws: All that is wrong with it.
    public init(reading node: LocatedNode, file: String) throws(Diagnostics) {
        var reader = MappingReader(node, file: file, what: "a fault")
        let path = reader.pattern("path")
        let method = reader.text("method").map { $0.uppercased() }
        let services = reader.services("service")
        let model = reader.text("model")
        let session = reader.text("session")
        let chance = reader.chance()
        let times = reader.integer("times", in: 1...1_000_000_000)
        let turn = reader.integer("turn", in: 1...1_000_000_000)
        let delay = reader.seconds("delay") ?? .zero
        let effect = reader.effect()
        if effect == .delayOnly, delay == .zero, reader.problems.isEmpty {
            reader.report(
                at: node.place, "a fault without an effect",
                expected: "one of kind, status, body, malformed: true, drop: true, or a delay")
        }
        let problems = reader.finish()
        guard problems.isEmpty else { throw Diagnostics(problems) }
        self.init(
            path: path, method: method, services: services, model: model, session: session,
            times: times ?? (chance == nil ? 1 : nil), turn: turn, chance: chance, delay: delay, effect: effect)
    }
}

extension MappingReader {
    fileprivate mutating func pattern(_ name: String) -> String? {
        guard let node = optional(name), let source = text(name) else { return nil }
        do {
            _ = try Regex(source)
            return source
        } catch {
            report(at: node.place, "\(name) is no regular expression: \(error)", expected: "/chat/completions, for one")
            return nil
        }
    }

    fileprivate mutating func services(_ name: String) -> Set<Service>? {
        guard let word = word(name, among: ["llm"] + Service.allCases.map(\.rawValue)) else { return nil }
        return Service(rawValue: word).map { [$0] } ?? Set(Service.allCases.filter(\.isLLM))
    }

    fileprivate mutating func chance() -> FaultRule.Chance? {
        let seed = optional("seed")
        if let seed, seed.text == nil {
            report(at: seed.place, "seed cannot be a \(seed.json.kindName)", expected: "a number or text")
        }
        guard let node = optional("rate") else {
            if let seed { report(at: seed.place, "seed without a rate", expected: "rate: 0.1, for one") }
            return nil
        }
        guard let rate = number("rate") else { return nil }
        guard (0...1).contains(rate) else {
            report(at: node.place, "rate cannot be \(node.text ?? "that")", expected: "a number from 0 to 1")
            return nil
        }
        return FaultRule.Chance(rate: rate, seed: seed?.text ?? "0")
    }

    /// A time in seconds; nil when it is absent or wrong.
    mutating func seconds(_ name: String) -> Duration? {
        guard let node = optional(name), let seconds = number(name) else { return nil }
        guard (0...86_400).contains(seconds) else {
            report(at: node.place, "\(name) cannot be \(node.text ?? "that")", expected: "seconds, from 0 to 86400")
            return nil
        }
        return .seconds(seconds)
    }
}
