import Documents

/// A request that an old recording answered although it is not what was recorded.
public struct StaleAnswer: Sendable {
    /// What was asked; its response and number mean nothing.
    public var request: Interaction
    /// The number of the interaction in the cassette whose answer was given.
    public var answeredBy: Int

    public init(request: Interaction, answeredBy: Int) {
        self.request = request
        self.answeredBy = answeredBy
    }
}

/// The file `NAME.yaml.stale`: a cassette's documents, each a request and the number of the interaction that answered it.
public enum StaleFile {
    /// The first document.
    public static func header(of name: CassetteName) -> String {
        "---\n" + YAMLTree.mapping([("understudy", .text(version)), ("name", .text(name.text))]).written() + "...\n"
    }

    /// The document of one stale answer, to be appended. Its request is written whole.
    public static func document(for answer: StaleAnswer) -> String {
        let interaction = answer.request
        var members: [(String, YAMLTree)] = [
            ("stale", .bare("\(answer.answeredBy)")), ("at", .bare(StreamForm.seconds(interaction.at))),
            (interaction.service.rawValue, .text(interaction.operation.description)),
        ]
        if let inputs = interaction.inputs { members.append(("inputs", .text(inputs))) }
        members.append(("request", .mapping(BodyForm.members(for: interaction.request, isExact: false))))
        return "---\n" + YAMLTree.mapping(members).written() + "...\n"
    }

    private static let version = "stale/1"

    /// Reads all that were written; a torn end is left out.
    ///
    /// - Parameter rules: Those of the cassette, for the keys.
    /// - Throws: `Diagnostics`.
    public static func read(_ bytes: [UInt8], file: String, rules: MatchRules) throws -> [StaleAnswer] {
        let scan = DocumentScan(bytes)
        var problems = scan.diagnostics(file: file)
        var answers: [StaleAnswer] = []
        for (index, document) in scan.documents.enumerated() {
            do throws(Diagnostics) {
                let found = try document.read(from: bytes, file: file) { node in
                    index == 0 ? try checkHeader(node, file: file) : try answer(node, file: file, rules: rules)
                }
                if let found { answers.append(found) }
            } catch {
                problems += error.all
            }
        }
        if scan.documents.isEmpty {
            problems.append(Diagnostic(file: file, at: .start, "no stale answers", expected: "understudy: \(version)"))
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return answers
    }

    private static func checkHeader(_ node: LocatedNode, file: String) throws -> StaleAnswer? {
        var reader = MappingReader(node, file: file, what: "the header")
        if let found = reader.required("understudy", expected: version), found.text != version {
            reader.report(
                at: found.place, "unknown version '\(found.text ?? "")'", expected: version,
                fix: "use a newer understudy")
        }
        _ = reader.optional("name")
        let problems = reader.finish()
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return nil
    }

    private static func answer(_ node: LocatedNode, file: String, rules: MatchRules) throws -> StaleAnswer? {
        var reader = MappingReader(node, file: file, what: "a stale answer")
        let number =
            reader.required("stale", expected: "the number of the interaction that answered") == nil
            ? nil : reader.integer("stale")
        let at = reader.number("at") ?? 0
        let inputs = reader.text("inputs")
        let named = Service.allCases.filter { reader.optional($0.rawValue) != nil }
        let operation = named.first.flatMap { reader.text($0.rawValue) }.flatMap(Operation.init(parsing:))
        if named.count != 1 || operation == nil {
            reader.report(at: node.place, "no service is named", expected: "SERVICE: METHOD /path, once")
        }
        var body = RecordedBody(bytes: [])
        if let request = reader.required("request", expected: "{body: …}") {
            var inner = MappingReader(request, file: file, what: "a request")
            if let tree = inner.optional("body") {
                body = RecordedBody(tree: tree.json)
            } else if let text = inner.text("text") {
                body = RecordedBody(bytes: Array(text.utf8))
            } else if let bytes = StreamForm.base64(&inner) {
                body = RecordedBody(bytes: bytes)
            }
            reader.report(inner.finish())
        }
        let problems = reader.finish()
        guard problems.isEmpty, let number, let service = named.first, let operation else {
            throw Diagnostics(problems)
        }
        var interaction = Interaction(
            number: 0, at: at, service: service, operation: operation, inputs: inputs,
            key: InteractionKey(service: service, operation: operation, inputs: inputs, body: body.bytes, rules: rules),
            request: body, response: RecordedResponse(status: nil, at: at, content: .body(RecordedBody(bytes: []))))
        interaction.key = interaction.computedKey(rules)
        return StaleAnswer(request: interaction, answeredBy: number)
    }
}
