import Documents
import HTTPMessages

/// Makes a cassette of what another tool has recorded: redacted, keyed, and of provenance `imported`.
public enum CassetteImport {
    public struct Outcome: Sendable {
        public let edited: EditedCassette
        /// How many interactions of each service, in the order of the services' names.
        public let counts: [(service: Service, count: Int)]
        /// What was taken out.
        public let secrets: SecretCounts
    }

    /// - Parameters:
    ///   - service: Whose exchanges they are; nil to tell by each address.
    ///   - today: For a file that does not say when it was recorded.
    public static func cassette(
        of exchanges: [ImportedExchange], name: CassetteName, service: Service?, program: String, today: String,
        literals: LiteralSecrets
    ) throws -> Outcome {
        let start = exchanges.compactMap { exchange in exchange.startedAt.map { $0 - (exchange.own?.at ?? 0) } }.min()
        let search = SecretSearch(literals: literals)
        var secrets = SecretCounts()
        var interactions: [(interaction: Interaction, origin: String)] = []
        var sandboxes: [String: Int] = [:]
        var last = 0
        for exchange in exchanges {
            let kind = service ?? exchange.own?.service ?? ServiceGuess.service(of: exchange)
            last = max(exchange.own?.number ?? 0, last + 1)
            let begin = start.map { start in (exchange.startedAt ?? start) - start } ?? 0
            let at = exchange.own?.at ?? max(0, begin)
            var response = exchange.response
            if exchange.own == nil { response = response.moved(by: at) }
            secrets.add(search.counts(in: exchange.body, service: kind))
            secrets.add(search.counts(in: response.content, service: kind))
            response.headers = search.kept(response.headers, interaction: last)
            response.content = search.redacted(response.content, service: kind)
            let request = Request(method: exchange.method, target: exchange.target)
            var operation = search.redacted(exchange.own?.operation ?? Operation(request))
            var label = exchange.own?.sandbox
            if kind == .hopx, exchange.own == nil { (operation, label) = sandbox(of: exchange, operation, &sandboxes) }
            var interaction = Interaction(
                number: last, at: at, service: kind, operation: operation, sandbox: label, inputs: exchange.own?.inputs,
                key: InteractionKey(service: kind, operation: operation, inputs: nil, body: [], rules: MatchRules()),
                request: RecordedBody(bytes: search.redacted(exchange.body, service: kind)), response: response)
            interaction.key = interaction.computedKey(MatchRules())
            interactions.append((interaction, exchange.origin))
        }

        let services = Service.allCases.filter { kind in interactions.contains { $0.interaction.service == kind } }
        let origins = services.map { kind in
            let origin = interactions.first { $0.interaction.service == kind && !$0.origin.isEmpty }?.origin
            return CassetteHeader.Origin(service: kind, upstream: search.redacted(origin ?? "unknown"), from: .imported)
        }
        let day = start.map { UTCTime.text($0) }.map { String($0.prefix(10)) } ?? today
        let header = CassetteHeader(name: name, recordedBy: program, recordedOn: day, origins: origins)
        var writer = CassetteWriter()
        let files = CollectedContents()
        var text = writer.document(for: header)
        for item in interactions { text += try writer.document(for: item.interaction, beside: files) }
        let counts = services.map { kind in (kind, interactions.count { $0.interaction.service == kind }) }
        return Outcome(
            edited: EditedCassette(bytes: Array(text.utf8), contents: files.all, referenced: files.all.map(\.digest)),
            counts: counts, secrets: secrets)
    }

    /// HopX: which sandbox a call is for, by the id in its address; ids in paths become `{id}`.
    private static func sandbox(
        of exchange: ImportedExchange, _ operation: Operation, _ known: inout [String: Int]
    ) -> (Operation, Int?) {
        var operation = operation
        var id: String?
        let parts = operation.path.split(separator: "/")
        if parts.count >= 3, parts[0] == "v1", parts[1] == "sandboxes" {
            id = String(parts[2])
            operation.path =
                "/" + (["v1", "sandboxes", "{id}"] + parts.dropFirst(3).map(String.init)).joined(separator: "/")
        } else if operation.path == "/v1/sandboxes", operation.method == "POST",
            case .body(let body) = exchange.response.content
        {
            id = body.tree?["id"]?.stringValue
        } else if let host = exchange.origin.split(separator: "/").last?.split(separator: ".").first,
            let dash = host.firstIndex(of: "-"), host[..<dash].allSatisfy(\.isNumber)
        {
            id = String(host[host.index(after: dash)...])
        }
        guard let id else { return (operation, nil) }
        if known[id] == nil { known[id] = known.count + 1 }
        return (operation, known[id])
    }
}

extension SecretSearch {
    /// Header fields as a recorder keeps them; pseudo-fields of HTTP/2 are left out.
    fileprivate func kept(_ headers: Headers, interaction number: Int) -> Headers {
        let known = Redactor().redact(responseHeaders: headers, interaction: number).fields.map(\.name)
        let kept = headers.fields.filter { !$0.name.hasPrefix(":") && known.contains($0.name) }
        return redacted(Headers(kept.map { ($0.name, $0.value) }), interaction: number)
    }
}

extension RecordedResponse {
    /// The answer with all its times later.
    fileprivate func moved(by seconds: Double) -> RecordedResponse {
        var response = self
        response.at += seconds
        switch content {
        case .body: break
        case .chunks(let chunks): response.content = .chunks(chunks.map { Chunk(at: $0.at + seconds, bytes: $0.bytes) })
        case .socket(let frames):
            response.content = .socket(
                frames.map { SocketFrame(at: $0.at + seconds, isFromClient: $0.isFromClient, payload: $0.payload) })
        }
        return response
    }
}

extension CassetteImport {
    /// What another tool has recorded, in whichever form this is.
    ///
    /// - Throws: `Diagnostics`.
    public static func exchanges(in bytes: [UInt8], file: String) throws -> [ImportedExchange] {
        // JSON is told by its first byte; of the two forms only an archive has a log.
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
        let head = bytes.prefix(65536)
        let isArchive =
            first == UInt8(ascii: "{")
            && (head.contains(Array("\"log\"".utf8)) || !head.contains(Array("interactions".utf8)))
        return isArchive
            ? try HARReader.exchanges(in: bytes, file: file) : try VCRReader.exchanges(in: bytes, file: file)
    }
}
