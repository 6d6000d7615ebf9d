import AgentChats
import Documents
import TextConditions

/// What bounds a performance, and whom it asks.
extension ScenarioFileReader {
    struct Terms {
        var repetitions = 1
        var seed: Int?
        var limits = Scenario.Limits()
        var prices: [String: Price] = [:]
        var endpoints: [Scenario.Endpoint] = []
    }

    mutating func terms(_ reader: inout MappingReader) -> Terms {
        var terms = Terms()
        terms.repetitions = reader.integer("repeat", in: 1...100_000) ?? 1
        terms.seed = reader.integer("seed")
        if let node = reader.optional("limits") { terms.limits = limits(node) ?? terms.limits }
        if let node = reader.optional("prices") { terms.prices = prices(node) }
        if let node = reader.optional("endpoints") { terms.endpoints = endpoints(node) }
        return terms
    }

    private mutating func limits(_ node: LocatedNode) -> Scenario.Limits? {
        mapping(node, named: "limits", expected: "{turns: N, requests: N, tokens: N, cost: DOLLARS, seconds: N}") {
            _, reader in
            var limits = Scenario.Limits()
            limits.turns = reader.integer("turns", in: 1...Int.max)
            limits.requests = reader.integer("requests", in: 1...Int.max)
            limits.tokens = reader.integer("tokens", in: 1...Int.max)
            limits.cost = reader.number("cost")
            limits.seconds = reader.number("seconds")
            for (name, value) in [("cost", limits.cost), ("seconds", limits.seconds)] {
                guard let value, !(value > 0) else { continue }
                reader.report(
                    at: node[name]?.place ?? node.place, "\(name) cannot be \(node[name]?.shown ?? "\(value)")",
                    expected: "a number above 0")
            }
            if node.members?.isEmpty == true {
                reader.report(at: node.place, "limits has no limit", expected: "{turns: N, …}", fix: "remove the key")
            }
            return limits
        }
    }

    private mutating func prices(_ node: LocatedNode) -> [String: Price] {
        guard let members = node.members else {
            report(at: node.place, "prices cannot be \(node.shown)", expected: "{MODEL: {prompt: …, completion: …}}")
            return [:]
        }
        var prices: [String: Price] = [:]
        for member in members {
            let price: Price? = mapping(
                member.value, named: "a price", expected: "{prompt: DOLLARS, completion: DOLLARS} for a thousand tokens"
            ) { _, reader in
                for name in ["prompt", "completion"] {
                    _ = reader.required(name, expected: "dollars for a thousand tokens")
                }
                let prompt = reader.number("prompt"), completion = reader.number("completion")
                for (name, value) in [("prompt", prompt), ("completion", completion)] {
                    guard let value, value < 0 else { continue }
                    reader.report(
                        at: reader.place(of: name), "\(name) cannot be \(value)", expected: "dollars, from 0")
                }
                return prompt.flatMap { prompt in completion.map { Price(prompt: prompt, completion: $0) } }
            }
            prices[member.name] = price
        }
        return prices
    }

    private static let services = ["anthropic", "azure", "gemini", "hopx", "openai"]

    private mutating func endpoints(_ node: LocatedNode) -> [Scenario.Endpoint] {
        guard let members = node.members else {
            report(at: node.place, "endpoints cannot be \(node.shown)", expected: "{SERVICE: URL, …}")
            return []
        }
        return members.compactMap { member in
            guard Self.services.contains(member.name) else {
                report(
                    at: member.place, "unknown service \(quoted(member.name))",
                    expected: "one of " + Self.services.joined(separator: ", "),
                    fix: nearestWord(to: member.name, among: Self.services).map { "did you mean '\($0)'?" })
                return nil
            }
            guard member.value.members != nil else { return endpoint(member.name, member.value, key: nil) }
            return mapping(member.value, named: "an endpoint", expected: "{url: URL, key: NAME_API_KEY}") {
                file, reader in
                let key = reader.optional("key")
                guard let url = reader.required("url", expected: "http://… or https://…") else { return nil }
                return file.endpoint(member.name, url, key: key)
            }
        }
    }

    private mutating func endpoint(_ service: String, _ url: LocatedNode, key: LocatedNode?) -> Scenario.Endpoint? {
        var isWell = true
        let text = url.text ?? ""
        if !(text.hasPrefix("http://") || text.hasPrefix("https://")) || text.utf8.count < 9 {
            report(
                at: url.place, "\(url.shown) is not an address", expected: "http://… or https://…",
                fix: ["script", "sandbox"].contains(text)
                    ? "say so on the command line: --upstream \(service)=\(text)" : nil)
            isWell = false
        }
        if text.utf8.contains(0x40) {
            report(
                at: url.place, "the address has a name or a password in it", expected: "no '@'",
                fix: "give the key by a variable")
            isWell = false
        }
        // A file must not be able to send any other variable to an address that it names itself.
        if let key, key.text.map({ !Self.isKeyVariable($0) }) ?? true {
            report(
                at: key.place, "key cannot be \(key.shown)",
                expected: "a variable's name that ends in _API_KEY")
            isWell = false
        }
        return isWell ? Scenario.Endpoint(service: service, url: text, keyVariable: key?.text) : nil
    }

    private static func isKeyVariable(_ name: String) -> Bool {
        name.hasSuffix("_API_KEY")
            && name.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }
}
