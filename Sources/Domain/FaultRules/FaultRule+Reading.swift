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
        let chance = reader.chance()
        let times = reader.integer("times", in: 1...1_000_000_000)
        let turn = reader.integer("turn", in: 1...1_000_000_000)
        let delay = reader.delay("delay")
        let effect = reader.effect()
        if effect == .delayOnly, delay == .zero, reader.problems.isEmpty {
            reader.report(
                at: node.place, "a fault without an effect",
                expected: "one of status, body, malformed: true, drop: true, or a delay")
        }
        let problems = reader.finish()
        guard problems.isEmpty else { throw Diagnostics(problems) }
        self.init(
            path: path, method: method, services: services, times: times ?? (chance == nil ? 1 : nil), turn: turn,
            chance: chance, delay: delay, effect: effect)
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

    fileprivate mutating func delay(_ name: String) -> Duration {
        guard let node = optional(name), let seconds = number(name) else { return .zero }
        guard (0...86_400).contains(seconds) else {
            report(at: node.place, "\(name) cannot be \(node.text ?? "that")", expected: "seconds, from 0 to 86400")
            return .zero
        }
        return .seconds(seconds)
    }

    fileprivate mutating func effect() -> FaultRule.Effect {
        let drops = flag("drop") ?? false
        let isMalformed = flag("malformed") ?? false
        let events = integer("after_events", in: 0...1_000_000_000)
        let status = integer("status", in: 200...599)
        let headers = fields("headers")
        let body = optional("body")
        if let place = optional("after_events")?.place, !drops, !isMalformed {
            report(
                at: place, "after_events says where a stream breaks, and nothing breaks it",
                expected: "drop: true or malformed: true beside it")
        }
        let word = drops ? "drop" : "malformed"
        guard !drops, !isMalformed else {
            for name in ["status", "headers", "body"] + (drops && isMalformed ? ["malformed"] : []) {
                guard let place = optional(name)?.place else { continue }
                report(
                    at: place, "\(name) and \(word) exclude each other",
                    fix: "leave one out, or make two faults of them")
            }
            return drops ? .drop(afterEvents: events) : .malformed(afterEvents: events)
        }
        guard status != nil || body != nil else {
            if let place = optional("headers")?.place {
                report(at: place, "headers of no answer", expected: "a status or a body beside them")
            }
            return .delayOnly
        }
        var answer = FaultRule.Answer(status: status ?? 200, headers: headers)
        switch body?.json {
        case nil: break
        case .string(let text): answer.body = Array(text.utf8)
        case .some(let value):
            answer.body = value.bytes()
            answer.isJSON = true
        }
        return .answer(answer)
    }

    private mutating func fields(_ name: String) -> Headers {
        var headers = Headers()
        guard let node = optional(name) else { return headers }
        guard let members = node.members else {
            report(at: node.place, "\(name) cannot be a \(node.json.kindName)", expected: "NAME: VALUE pairs")
            return headers
        }
        for member in members {
            guard !member.name.isEmpty, member.name.utf8.allSatisfy(MappingReader.isTokenByte) else {
                report(at: member.place, "'\(member.name)' is no header's name", expected: "retry-after, for one")
                continue
            }
            guard let value = member.value.text,
                !value.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\t" })
            else {
                report(
                    at: member.value.place, "\(member.name) cannot have this value",
                    expected: "text of one line, or a number")
                continue
            }
            headers.add(member.name, value)
        }
        return headers
    }

    /// RFC 9110 section 5.6.2: what a field's name is made of.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || Array("!#$%&'*+-.^_`|~".utf8).contains(byte)
    }
}
