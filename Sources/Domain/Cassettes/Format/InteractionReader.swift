import Digests
import Documents
import HTTPMessages

/// Reads an interaction's document.
struct InteractionReader {
    let file: String
    /// Nil when they are not known: the key is then not checked.
    let rules: MatchRules?
    var beside: (any BesideFiles)?
    /// The resolved body of an interaction that stands above; nil when there is none of that number and service.
    let resolve: (_ number: Int, _ service: Service) throws -> JSONValue?

    /// - Throws: `Diagnostics`, also when the key does not fit the request.
    func read(_ node: LocatedNode) throws -> Interaction {
        var reader = MappingReader(node, file: file, what: "an interaction")
        if let place = BesideForm.strayTag(in: node) {
            reader.report(
                at: place, "the tag '!beside' stands where it means nothing", expected: "a text of a JSON body",
                fix: "remove the tag")
        }
        let number =
            reader.required("interaction", expected: "its number") == nil
            ? nil : reader.integer("interaction", in: 0...Int.max)
        let at = reader.number("at") ?? 0
        let (service, operation) = readOperation(&reader)
        let sandbox = reader.integer("sandbox", in: 1...Int.max)
        let inputs = reader.text("inputs")
        let keyNode = reader.optional("key")

        var request: RecordedBody? = RecordedBody(bytes: [])
        var response = RecordedResponse(status: nil, at: at, content: .body(RecordedBody(bytes: [])))
        // A WebSocket that was refused has a request and a response, too.
        if operation?.method == "WS", !reader.names.contains(where: { $0.name == "response" }) {
            var problems: [Diagnostic] = []
            _ = reader.required("messages", expected: "[{at: …, client: …}, …]")
            let frames = SocketForm.read(reader.items("messages") ?? [], file: file, problems: &problems)
            reader.report(problems)
            let end = reader.word("end", among: RecordedResponse.Break.allCases.map(\.rawValue))
            response = RecordedResponse(
                status: 101, at: at, content: .socket(frames), end: end.flatMap(RecordedResponse.Break.init))
            request = problems.isEmpty ? RecordedBody(bytes: SocketForm.keyBytes(frames)) : nil
        } else {
            if let node = reader.required("request", expected: "{body: …}") {
                request = try readRequest(node, service: service, &reader)
            } else {
                request = nil
            }
            if let node = reader.required("response", expected: "{status: …, body: …}") {
                response = readResponse(node, at: at, &reader)
            }
        }

        guard let number, let service, let operation, let request else { throw Diagnostics(reader.finish()) }
        let key = InteractionKey(
            service: service, operation: operation, inputs: inputs, body: request.bytes, rules: rules ?? MatchRules())
        if rules != nil, let keyNode, keyNode.text != key.text {
            reader.report(
                at: keyNode.place, "stale key: the request of interaction \(number) was changed", expected: key.text,
                fix: "run understudy cassette rekey \(file)")
        }
        let problems = reader.finish()
        guard problems.isEmpty else { throw Diagnostics(problems) }
        let isSocket = if case .socket = response.content { true } else { false }
        return Interaction(
            number: number, at: at, service: service, operation: operation, sandbox: sandbox, inputs: inputs, key: key,
            request: isSocket ? RecordedBody(bytes: []) : request, response: response)
    }

    private func readOperation(_ reader: inout MappingReader) -> (Service?, Operation?) {
        let words = Service.allCases.map(\.rawValue)
        let named = reader.names.filter { words.contains($0.name) }
        for word in words { _ = reader.optional(word) }
        guard let first = named.first, let service = Service(rawValue: first.name),
            let node = reader.optional(first.name)
        else {
            reader.report(
                at: reader.place, "no service is named",
                expected: "one of " + words.joined(separator: ", ") + ": METHOD /path")
            return (nil, nil)
        }
        for other in named.dropFirst() {
            reader.report(
                at: other.place, "two services are named: \(first.name) and \(other.name)", expected: "one service",
                fix: "remove one of them")
        }
        if let operation = node.text.flatMap(Operation.init(parsing:)) { return (service, operation) }
        reader.report(
            at: node.place, "\(node.text.map { "'\($0)'" } ?? "a \(node.json.kindName)") is not an operation",
            expected: "METHOD /path")
        return (service, nil)
    }

    /// - Returns: Nil when something is wrong with it: its key is then not known.
    private func readRequest(
        _ node: LocatedNode, service: Service?, _ outer: inout MappingReader
    ) throws -> RecordedBody? {
        var reader = MappingReader(node, file: file, what: "a request")
        let body =
            try reader.optional("like").map { try readDelta($0, in: node, service: service, &reader) }
            ?? readBody(&reader)
        if let tree = body?.tree, reader.names.contains(where: { $0.name == "body" || $0.name == "like" }),
            CanonicalJSON.bytes(of: tree) == nil
        {
            reader.report(
                at: node.place, "this body has no canonical form: a number's exponent is out of range",
                expected: "text: or base64: with the bytes themselves")
        }
        let problems = reader.finish()
        outer.report(problems)
        return problems.isEmpty ? body : nil
    }

    private func readDelta(
        _ likeNode: LocatedNode, in node: LocatedNode, service: Service?, _ reader: inout MappingReader
    ) throws -> RecordedBody? {
        let like = likeNode.json.intValue
        var problems: [Diagnostic] = []
        let delta = RequestDelta(like: like ?? 0, reader: &reader) { node in
            BesideForm.json(of: node, from: beside, &problems, file: file)
        }
        reader.report(problems)
        guard let like else {
            reader.report(at: likeNode.place, "like takes an interaction's number", expected: "like: NUMBER")
            return nil
        }
        var base: JSONValue?
        do {
            guard let service, let found = try resolve(like, service) else {
                reader.report(
                    at: likeNode.place, "there is no interaction \(like) of this service above",
                    expected: "the number of an earlier one with a JSON body")
                return nil
            }
            base = found
        } catch let error as Diagnostics {
            // What is wrong there is wrong here, too; what else is wrong here is told with it.
            reader.report(Array(error.all.prefix(1)))
            return nil
        }
        guard reader.problems.isEmpty, let base else { return nil }
        guard let tree = delta.applied(to: base) else {
            reader.report(
                at: node.place, "drop, set or append name a place that interaction \(like) does not have",
                expected: "JSON pointers into its body")
            return nil
        }
        return RecordedBody(tree: tree)
    }

    private func readResponse(_ node: LocatedNode, at: Double, _ outer: inout MappingReader) -> RecordedResponse {
        var reader = MappingReader(node, file: file, what: "a response")
        let status = reader.integer("status", in: 100...599)
        var headers = Headers()
        let headersNode = reader.optional("headers")
        if let headersNode, headersNode.members == nil {
            reader.report(
                at: headersNode.place, "headers must be a mapping, not \(headersNode.json.kindName)",
                expected: "NAME: TEXT, or NAME: [TEXT, …]")
        }
        for member in headersNode?.members ?? [] {
            for value in member.value.items ?? [member.value] {
                if let text = value.text {
                    headers.add(member.name, text)
                } else {
                    reader.report(at: value.place, "a header must be text", expected: "NAME: TEXT, or a list of texts")
                }
            }
        }
        let start = reader.number("at") ?? at
        let end = reader.word("end", among: RecordedResponse.Break.allCases.map(\.rawValue))
        var problems: [Diagnostic] = []
        let content: RecordedResponse.Content
        let isCRLF = reader.word("sse", among: ["crlf"]) != nil
        reportSecondForm(among: ["events", "chunks", "body", "text", "base64", "file"], of: "an answer", &reader)
        if let events = reader.items("events") {
            content = .chunks(StreamForm.readEvents(events, isCRLF: isCRLF, file: file, problems: &problems))
        } else if let chunks = reader.items("chunks") {
            content = .chunks(StreamForm.readChunks(chunks, beside: beside, file: file, problems: &problems))
        } else {
            content = .body(readBody(&reader))
        }
        reader.report(problems)
        let response = RecordedResponse(
            status: status, headers: headers, at: start, content: content, end: end.flatMap(RecordedResponse.Break.init)
        )
        checkSum(of: response, &reader)
        outer.report(reader.finish())
        return response
    }

    /// `body` with its `layout`, `text`, `base64`, `file`, or nothing.
    private func readBody(_ reader: inout MappingReader) -> RecordedBody {
        reportSecondForm(among: ["body", "text", "base64", "file"], of: "a body", &reader)
        let layoutNode = reader.optional("layout")
        let tree = reader.optional("body")
        let text = reader.text("text")
        let bytes = StreamForm.base64(&reader)
        let fileNode = reader.optional("file")
        var problems: [Diagnostic] = []
        defer { reader.report(problems) }
        if let tree {
            var layout = JSONLayout.compact
            if let node = layoutNode {
                if let named = node.text.flatMap(JSONLayout.init(name:)) {
                    layout = named
                } else {
                    let names = JSONLayout.all.map(\.name)
                    reader.report(
                        at: node.place, "unknown layout '\(node.text ?? "")'",
                        expected: "one of " + names.joined(separator: ", "),
                        fix: node.text.flatMap { nearestWord(to: $0, among: names) }.map { "did you mean '\($0)'?" })
                }
            }
            return RecordedBody(tree: BesideForm.json(of: tree, from: beside, &problems, file: file), layout: layout)
        }
        if let layoutNode {
            reader.report(
                at: layoutNode.place, "a layout without a body", expected: "body: VALUE", fix: "remove the layout")
        }
        let large = fileNode.map { BesideForm.read($0, from: beside, &problems, file: file) ?? [] }
        return RecordedBody(bytes: text.map { Array($0.utf8) } ?? bytes ?? large ?? [])
    }

    private func reportSecondForm(among forms: [String], of what: String, _ reader: inout MappingReader) {
        let given = reader.names.filter { forms.contains($0.name) }
        guard let first = given.first else { return }
        for second in given.dropFirst() {
            let problem = Diagnostic(
                file: file, at: second.place, "\(what) has one form, not \(first.name) and \(second.name)",
                expected: "one of " + forms.joined(separator: ", "), fix: "remove one of them")
            if !reader.problems.contains(where: { $0.place == second.place }) { reader.report([problem]) }
        }
    }

    private func checkSum(of response: RecordedResponse, _ reader: inout MappingReader) {
        guard let node = reader.optional("sum") else { return }
        let sum = String(Digest.sha256Hex(response.bytes).prefix(8))
        if node.text != sum {
            reader.report(
                at: node.place, "the body's sum is \(sum), not \(node.text ?? "this")", expected: sum,
                fix: "if the body was edited on purpose, remove the line")
        }
    }
}
