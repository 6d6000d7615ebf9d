import Digests
import Documents
import HTTPMessages

/// Reads an interaction's document.
struct InteractionReader {
    let file: String
    let rules: MatchRules
    /// The resolved body of an interaction that stands above; nil when there is none of that number and service.
    let resolve: (_ number: Int, _ service: Service) throws -> JSONValue?

    /// - Throws: `Diagnostics`, also when the key does not fit the request.
    func read(_ node: LocatedNode) throws -> Interaction {
        var reader = MappingReader(node, file: file, what: "an interaction")
        let number = reader.required("interaction", expected: "its number") == nil ? nil : reader.integer("interaction", in: 0...Int.max)
        let at = reader.number("at") ?? 0
        let (service, operation) = readOperation(&reader)
        let sandbox = reader.integer("sandbox", in: 1...Int.max)
        let inputs = reader.text("inputs")
        let keyNode = reader.optional("key")

        var request = RecordedBody(bytes: [])
        var response = RecordedResponse(status: nil, at: at, content: .body(RecordedBody(bytes: [])))
        var keyedBytes: [UInt8]
        if operation?.method == "WS" {
            var problems: [Diagnostic] = []
            let frames = SocketForm.read(reader.items("messages") ?? [], file: file, problems: &problems)
            reader.report(problems)
            response = RecordedResponse(status: 101, at: at, content: .socket(frames))
            keyedBytes = SocketForm.keyBytes(frames)
        } else {
            if let node = reader.required("request", expected: "{body: …}") {
                request = try readRequest(node, service: service, &reader)
            }
            if let node = reader.required("response", expected: "{status: …, body: …}") { response = readResponse(node, at: at, &reader) }
            keyedBytes = request.bytes
        }

        guard let number, let service, let operation, reader.problems.isEmpty else { throw Diagnostics(reader.finish()) }
        let key = InteractionKey(service: service, operation: operation, inputs: inputs, body: keyedBytes, rules: rules)
        if let keyNode, keyNode.text != key.text {
            reader.report(
                at: keyNode.place, "stale key: the request of interaction \(number) was changed", expected: key.text,
                fix: "run understudy cassette rekey \(file)")
        }
        let problems = reader.finish()
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return Interaction(
            number: number, at: at, service: service, operation: operation, sandbox: sandbox, inputs: inputs, key: key,
            request: request, response: response)
    }

    private func readOperation(_ reader: inout MappingReader) -> (Service?, Operation?) {
        for service in Service.allCases {
            guard let node = reader.optional(service.rawValue) else { continue }
            for other in Service.allCases { _ = reader.optional(other.rawValue) }
            if let operation = node.text.flatMap(Operation.init(parsing:)) { return (service, operation) }
            reader.report(at: node.place, "'\(node.text ?? "")' is not an operation", expected: "METHOD /path")
            return (service, nil)
        }
        reader.report(
            at: reader.place, "no service is named",
            expected: "one of " + Service.allCases.map(\.rawValue).joined(separator: ", ") + ": METHOD /path")
        return (nil, nil)
    }

    private func readRequest(_ node: LocatedNode, service: Service?, _ outer: inout MappingReader) throws -> RecordedBody {
        var reader = MappingReader(node, file: file, what: "a request")
        defer { outer.report(reader.finish()) }
        guard let likeNode = reader.optional("like") else { return readBody(&reader) }
        guard let like = likeNode.json.intValue else {
            reader.report(at: likeNode.place, "like takes an interaction's number", expected: "like: NUMBER")
            return RecordedBody(bytes: [])
        }
        let delta = RequestDelta(like: like, reader: &reader)
        guard let service, let base = try resolve(like, service) else {
            reader.report(
                at: likeNode.place, "there is no interaction \(like) of this service above",
                expected: "the number of an earlier one with a JSON body")
            return RecordedBody(bytes: [])
        }
        guard let tree = delta.applied(to: base) else {
            reader.report(
                at: node.place, "drop, set or append name a place that interaction \(like) does not have",
                expected: "JSON pointers into its body")
            return RecordedBody(bytes: [])
        }
        return RecordedBody(tree: tree)
    }

    private func readResponse(_ node: LocatedNode, at: Double, _ outer: inout MappingReader) -> RecordedResponse {
        var reader = MappingReader(node, file: file, what: "a response")
        let status = reader.integer("status", in: 100...599)
        var headers = Headers()
        for member in reader.optional("headers")?.members ?? [] {
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
        if let events = reader.items("events") {
            content = .chunks(StreamForm.readEvents(events, isCRLF: isCRLF, file: file, problems: &problems))
        } else if let chunks = reader.items("chunks") {
            content = .chunks(StreamForm.readChunks(chunks, file: file, problems: &problems))
        } else {
            content = .body(readBody(&reader))
        }
        reader.report(problems)
        let response = RecordedResponse(
            status: status, headers: headers, at: start, content: content, end: end.flatMap(RecordedResponse.Break.init))
        checkSum(of: response, &reader)
        outer.report(reader.finish())
        return response
    }

    /// `body` with its `layout`, `text`, `base64`, or nothing.
    private func readBody(_ reader: inout MappingReader) -> RecordedBody {
        let layoutNode = reader.optional("layout")
        let tree = reader.optional("body")
        let text = reader.text("text")
        let bytes = StreamForm.base64(&reader)
        if let tree {
            var layout = JSONLayout.compact
            if let node = layoutNode {
                if let named = node.text.flatMap(JSONLayout.init(name:)) {
                    layout = named
                } else {
                    let names = JSONLayout.all.map(\.name)
                    reader.report(
                        at: node.place, "unknown layout '\(node.text ?? "")'", expected: "one of " + names.joined(separator: ", "),
                        fix: node.text.flatMap { nearestWord(to: $0, among: names) }.map { "did you mean '\($0)'?" })
                }
            }
            if let place = besideTag(in: tree) {
                reader.report(
                    at: place, "this version does not read text beside the file", expected: "the text itself",
                    fix: "use a newer understudy")
            }
            return RecordedBody(tree: tree.json, layout: layout)
        }
        return RecordedBody(bytes: text.map { Array($0.utf8) } ?? bytes ?? [])
    }

    private func besideTag(in node: LocatedNode) -> Place? {
        if node.tag != nil { return node.place }
        let children = (node.items ?? []) + (node.members ?? []).map(\.value)
        return children.lazy.compactMap(besideTag).first
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
