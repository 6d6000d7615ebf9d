import Digests
import Documents
import HTTPMessages

/// Writes a cassette's documents one after another, each as what it adds to those before it.
public struct CassetteWriter: Sendable {
    private typealias Written = (number: Int, body: JSONObject, count: Int)

    /// Requests written so far, by the digest of their whole list of messages; of several the latest.
    private var requests: [String: Written] = [:]
    /// By the digest of each beginning of such a list, of several the shortest list, the earliest of those: other stories that
    /// begin alike hang on one, not on each other.
    private var beginnings: [String: Written] = [:]

    public init() {}

    /// The first document of a cassette, from `---` to `...`.
    public func document(for header: CassetteHeader) -> String {
        let origins = header.origins.map { origin in
            (
                origin.service.rawValue,
                YAMLTree.mapping([("upstream", .text(origin.upstream)), ("from", .text(origin.from.rawValue))])
            )
        }
        return CassetteWriter.ended(
            .mapping([
                ("understudy", .text("cassette/1")),
                ("name", .text(header.name.text)),
                ("recorded", .mapping([("by", .text(header.recordedBy)), ("on", .text(header.recordedOn))])),
                ("services", .mapping(origins)),
                ("match", header.rules.tree),
            ]))
    }

    /// A cassette's text with another first document; all other bytes are kept.
    public static func replacingHeader(in bytes: [UInt8], by header: CassetteHeader) -> [UInt8] {
        guard let first = DocumentScan(bytes).documents.first else { return bytes }
        let rest = bytes[first.range.upperBound...].dropFirst("...\n".utf8.count)
        return Array(CassetteWriter().document(for: header).utf8) + rest
    }

    /// An interaction's document, from `---` to `...`.
    ///
    /// Its request is written as a delta where that is shorter: a growing conversation costs its new messages.
    public mutating func document(for interaction: Interaction) -> String {
        var nothing: [BesideContent]?
        return document(for: interaction, contents: &nothing)
    }

    /// The same, after large parts were put beside the file.
    ///
    /// - Throws: What `files` throws; nothing that is written later then refers to this interaction.
    public mutating func document(for interaction: Interaction, beside files: any BesideFiles) throws -> String {
        var next = self
        var contents: [BesideContent]? = []
        let document = next.document(for: interaction, contents: &contents)
        for content in contents ?? [] { try files.write(content) }
        self = next
        return document
    }

    private mutating func document(for interaction: Interaction, contents: inout [BesideContent]?) -> String {
        var members: [(String, YAMLTree)] = [
            ("interaction", .bare("\(interaction.number)")),
            ("at", .bare(StreamForm.seconds(interaction.at))),
            (interaction.service.rawValue, .text(interaction.operation.description)),
        ]
        if let sandbox = interaction.sandbox { members.append(("sandbox", .bare("\(sandbox)"))) }
        if let inputs = interaction.inputs { members.append(("inputs", .text(inputs))) }
        members.append(("key", .text(interaction.key.text)))
        if case .socket(let frames) = interaction.response.content {
            members += SocketForm.members(for: frames)
            if let end = interaction.response.end { members.append(("end", .text(end.rawValue))) }
        } else {
            members.append(("request", requestTree(for: interaction, contents: &contents)))
            members.append(("response", CassetteWriter.responseTree(for: interaction.response, contents: &contents)))
        }
        return CassetteWriter.ended(.mapping(members))
    }

    private static func ended(_ tree: YAMLTree) -> String { "---\n" + tree.written() + "...\n" }

    // MARK: Requests

    /// The request as what it adds to an earlier one, or whole; later ones may add to it.
    mutating func requestTree(for interaction: Interaction, contents: inout [BesideContent]?) -> YAMLTree {
        guard case .mapping(let members) = requestTree(for: interaction) else {
            preconditionFailure("a request is a mapping")
        }
        return .mapping(BesideForm.moved(members, of: interaction.request.bytes, into: &contents))
    }

    private mutating func requestTree(for interaction: Interaction) -> YAMLTree {
        let whole = YAMLTree.mapping(BodyForm.members(for: interaction.request, isExact: false))
        guard case .object(let body)? = interaction.request.tree, BodyForm.hasTree(interaction.request),
            let items = ["messages", "input", "contents"].lazy.compactMap({ body[$0]?.arrayValue }).first
        else { return whole }

        var digest = interaction.service.rawValue
        var digests: [String] = []
        for item in items {
            guard let canonical = CanonicalJSON.bytes(of: item) else { return whole }
            digest = Digest.sha256Hex(Array(digest.utf8) + canonical)
            digests.append(digest)
        }
        let bases =
            [digests.last { requests[$0] != nil }.flatMap { requests[$0] }]
            + [digests.last { beginnings[$0] != nil }.flatMap { beginnings[$0] }]
        remember((interaction.number, body, items.count), digests)
        // The latter shares at least as much, and has to be cut back for it.
        return bases.compactMap(\.self).reduce(into: [Written]()) { found, base in
            if !found.contains(where: { $0.number == base.number }) { found.append(base) }
        }
        .map { RequestDelta(like: $0.number, from: $0.body, to: body).tree }
        .reduce(whole) { $1.written().utf8.count < $0.written().utf8.count ? $1 : $0 }
    }

    private mutating func remember(_ request: Written, _ digests: [String]) {
        if let last = digests.last { requests[last] = request }
        for digest in digests {
            if let known = beginnings[digest], known.count <= request.count { continue }
            beginnings[digest] = request
        }
    }

    // MARK: Responses

    static func responseTree(for response: RecordedResponse, contents: inout [BesideContent]?) -> YAMLTree {
        var members: [(String, YAMLTree)] = []
        if let status = response.status { members.append(("status", .bare("\(status)"))) }
        if !response.headers.fields.isEmpty { members.append(("headers", headersTree(response))) }
        members.append(("at", .bare(StreamForm.seconds(response.at))))
        if let end = response.end { members.append(("end", .text(end.rawValue))) }
        switch response.content {
        case .body(let body):
            members += BesideForm.moved(BodyForm.members(for: body, isExact: true), of: body.bytes, into: &contents)
        case .chunks(let chunks):
            let isEventStream = response.headers["content-type"]?.lowercased().hasPrefix("text/event-stream") ?? false
            members += StreamForm.members(for: chunks, isEventStream: isEventStream, contents: &contents)
        case .socket: break
        }
        return .mapping(members)
    }

    /// Fields in their order; a repeated name is a list at its first place.
    private static func headersTree(_ response: RecordedResponse) -> YAMLTree {
        var names: [String] = []
        for field in response.headers.fields where !names.contains(field.name) { names.append(field.name) }
        return .mapping(
            names.map { name in
                let values = response.headers.fields.filter { $0.name == name }.map { YAMLTree.text($0.value) }
                return (name, values.count == 1 ? values[0] : .list(values))
            })
    }
}
