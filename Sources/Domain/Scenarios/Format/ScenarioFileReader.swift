import Documents
import FaultRules
import Scripts
import TextConditions

/// One reading of one file: the problems found so far, and the parts that go on in other files.
struct ScenarioFileReader {
    let file: String
    var problems: [Diagnostic] = []
    /// Of the chats of a pipeline, which are read with it.
    var chatExpectations: [Expectation] = []

    init(file: String) { self.file = file }

    /// Nil when something is missing that a scenario cannot be without; `problems` says what.
    mutating func scenario(_ root: LocatedNode) -> Scenario? {
        var reader = MappingReader(root, file: file, what: "a scenario")
        _ = reader.optional("understudy")
        let name = reader.requiredWords("name", expected: "TEXT")
        let cassette = reader.words("cassette", checkedBy: Self.checkCassetteName)
        let tags = tags(&reader)
        let isDriven = root["drive"] != nil
        let agentsNode =
            isDriven ? reader.optional("agents") : reader.required("agents", expected: "{NAME: {kind: …}, …}")
        let agents = agentsNode.map { self.agents($0) } ?? []
        let tools = reader.optional("tools").map { self.tools($0, agents: agents) } ?? []
        let conversation = performance(&reader, root, agents: agents)
        var speakers = agents.map(\.name)
        if let group = root["conversation"]?["group"] { speakers.append(group["manager"]?.text ?? "chat_manager") }
        let script = reader.optional("script").flatMap { ScriptReader.read($0, file: file, problems: &problems) }
        let faults = reader.optional("faults").map { self.faults($0) } ?? []
        let expectations =
            reader.optional("expect").map { self.expectations($0, agents: isDriven ? [] : speakers) } ?? []
        if isDriven { for expectation in expectations { checkVisible(expectation) } }
        let terms = terms(&reader)
        // Known here so that they are among what may be written; they were looked at before.
        for name in ["extends", "matrix"] { _ = reader.optional(name) }
        problems += reader.finish()
        guard let name, let conversation else { return nil }
        var scenario = Scenario(
            name: name, file: file, cassette: cassette, tags: tags, agents: agents.compactMap(\.agent),
            tools: tools, conversation: conversation, script: script, faults: faults,
            expectations: expectations + chatExpectations)
        scenario.repetitions = terms.repetitions
        scenario.seed = terms.seed
        scenario.limits = terms.limits
        scenario.prices = terms.prices
        scenario.endpoints = terms.endpoints
        return scenario
    }

    /// What is performed: a conversation, or a program.
    private mutating func performance(
        _ reader: inout MappingReader, _ root: LocatedNode, agents: [ReadAgent]
    ) -> Scenario.Conversation? {
        guard let drive = reader.optional("drive") else {
            return reader.required("conversation", expected: "{two_agent: {…}}").flatMap {
                conversation($0, agents: agents)
            }
        }
        if let other = reader.optional("conversation") {
            reader.report(
                at: other.place, "conversation stands beside drive", expected: "one of both", fix: "remove one")
        }
        return program(drive).map { .program($0) }
    }

    private mutating func faults(_ node: LocatedNode) -> [FaultRule] {
        do throws(Diagnostics) {
            let rules = try FaultRule.list(reading: node, file: file)
            for (rule, item) in zip(rules, node.items ?? []) where rule.session != nil {
                report(
                    at: item["session"]?.place ?? item.place, "a scenario has one session",
                    fix: "leave out 'session'")
            }
            return rules
        } catch {
            problems += error.all
            return []
        }
    }

    mutating func report(at place: Place, _ message: String, expected: String? = nil, fix: String? = nil) {
        problems.append(Diagnostic(file: file, at: place, message, expected: expected, fix: fix))
    }

    /// Reports a name that is none of those known.
    mutating func reportUnknownAgent(_ name: String, at place: Place, known: [String]) {
        report(
            at: place, "unknown agent \(quoted(name))",
            expected: known.isEmpty ? "an agent of this file" : "one of " + known.joined(separator: ", "),
            fix: nearestWord(to: name, among: known).map { "did you mean '\($0)'?" })
    }

    private static func checkCassetteName(_ name: String) -> (message: String, expected: String, fix: String?)? {
        let segments = name.split(separator: "/", omittingEmptySubsequences: false)
        func isAllowed(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }
        guard segments.contains(where: { $0.isEmpty || !$0.utf8.allSatisfy(isAllowed) }) else { return nil }
        let fix: String? = name.hasSuffix(".yaml") ? "leave out '.yaml'" : nil
        return ("\(quoted(name)) is not a cassette's name", "letters, digits, '_' and '-', parts separated by '/'", fix)
    }

    private mutating func tags(_ reader: inout MappingReader) -> [String] {
        guard let items = reader.items("tags") else { return [] }
        var tags: [String] = []
        for item in items {
            guard let tag = item.text, !tag.isEmpty, !tag.unicodeScalars.contains(where: \.properties.isWhitespace)
            else {
                report(at: item.place, "a tag cannot be \(item.shown)", expected: "a word")
                continue
            }
            if tags.contains(tag) {
                report(
                    at: item.place, "the tag \(quoted(tag)) is given twice", expected: "each tag once",
                    fix: "remove one")
            }
            tags.append(tag)
        }
        return tags
    }
}
