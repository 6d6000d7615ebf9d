import Cassettes
import Documents
import HTTPMessages
import Synchronization
import TestSupport
import Testing

/// A cassette's text in its parts: the header's document, then each interaction's, with what stands before it.
struct CassetteTexts {
    var header: String
    var documents: [(gap: String, text: String)] = []

    init(_ text: String) {
        header = ""
        var gap = "", current: String?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line == "---", current == nil { current = "" }
            if current == nil {
                gap += line + "\n"
                continue
            }
            current? += line + "\n"
            if line == "..." {
                let whole = current ?? ""
                if header.isEmpty { header = gap + whole } else { documents.append((gap, whole)) }
                (gap, current) = ("", nil)
            }
        }
    }

    var text: String { header + documents.map { $0.gap + $0.text }.joined() }

    /// Comments of all sorts, where they change nothing.
    mutating func addComments(_ random: inout SeededGenerator) {
        for index in documents.indices {
            if random.once(in: 2) { documents[index].gap += "# before \(index)\n\n" }
            guard random.once(in: 2) else { continue }
            documents[index].text = documents[index].text.replacing(
                "\nkey: ", with: "\n# the key of \(index)\nkey: ", maxReplacements: 1)
            documents[index].text = documents[index].text.replacing(
                "\nrequest:", with: "\n# asked\n\nrequest:", maxReplacements: 1)
            documents[index].text = documents[index].text.replacing(
                "\nresponse:", with: "\n# answered\nresponse:", maxReplacements: 1)
        }
    }
}

/// Contents beside a cassette, in memory.
final class MemoryFiles: BesideFiles {
    private let contents = Mutex<[BesideDigest: [UInt8]]>([:])

    var all: [BesideDigest: [UInt8]] { contents.withLock { $0 } }

    func read(_ digest: BesideDigest) -> [UInt8]? { contents.withLock { $0[digest] } }
    func write(_ content: BesideContent) { contents.withLock { $0[content.digest] = content.bytes } }
    func replace(_ digest: BesideDigest, by bytes: [UInt8]?) { contents.withLock { $0[digest] = bytes } }
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// A cassette that was edited, read again: all keys fit.
func opened(_ bytes: [UInt8], beside: (any BesideFiles)? = nil, sourceLocation: SourceLocation = #_sourceLocation)
    throws -> Cassette
{
    let cassette = try Cassette(bytes, file: "c.yaml", beside: beside)
    #expect(cassette.check() == [], sourceLocation: sourceLocation)
    return cassette
}

extension Interaction {
    static func chat(_ number: Int, _ messages: [JSONValue], answer: String = "ok", extra: [(String, JSONValue)] = [])
        -> Interaction
    {
        let tree: JSONValue = .object(JSONObject([("model", "gpt-4o"), ("messages", .array(messages))] + extra))
        return make(
            number, .openai, Operation(method: "POST", path: "/v1/chat/completions"), RecordedBody(tree: tree),
            .answer(answer))
    }

    static func run(_ number: Int, sandbox: Int, code: String, inputs: String = "0a0a0a0a", stdout: String = "1\n")
        -> Interaction
    {
        make(
            number, .hopx, Operation(method: "POST", path: "/execute"), RecordedBody(tree: ["code": .string(code)]),
            .answer(stdout), sandbox: sandbox, inputs: inputs)
    }

    static func create(_ number: Int, sandbox: Int, id: String) -> Interaction {
        make(
            number, .hopx, Operation(method: "POST", path: "/v1/sandboxes"), RecordedBody(tree: ["template_name": "t"]),
            .answer(id), sandbox: sandbox)
    }

    static func make(
        _ number: Int, _ service: Service, _ operation: Operation, _ request: RecordedBody,
        _ response: RecordedResponse,
        sandbox: Int? = nil, inputs: String? = nil, rules: MatchRules = MatchRules()
    ) -> Interaction {
        Interaction(
            number: number, at: Double(number), service: service, operation: operation, sandbox: sandbox,
            inputs: inputs,
            key: InteractionKey(
                service: service, operation: operation, inputs: inputs, body: request.bytes, rules: rules),
            request: request, response: response)
    }
}

extension RecordedResponse {
    static func answer(_ text: String) -> RecordedResponse {
        RecordedResponse(
            status: 200, headers: ["content-type": "application/json"], at: 0.5,
            content: .body(RecordedBody(tree: ["text": .string(text)])))
    }
}

let user: JSONValue = ["role": "user", "content": "hi"]
