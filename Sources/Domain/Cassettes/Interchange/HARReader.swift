import Digests
import Documents
import HTTPMessages

/// Reads HTTP archives (HAR 1.2) as browsers, proxies and `HARWriter` write them.
public enum HARReader {
    /// - Throws: `Diagnostics`.
    public static func exchanges(in bytes: [UInt8], file: String) throws -> [ImportedExchange] {
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        let archive: JSONValue
        do {
            archive = try JSONValue(parsing: Array(bytes))
        } catch {
            throw Diagnostics([
                Diagnostic(file: file, "not readable as JSON: \(error)", expected: "an HTTP archive, HAR 1.2")
            ])
        }
        guard let entries = archive["log"]?["entries"]?.arrayValue else {
            throw Diagnostics([
                Diagnostic(file: file, "not an HTTP archive: it has no log.entries", expected: "HAR 1.2")
            ])
        }
        var problems: [Diagnostic] = []
        let exchanges = entries.enumerated().compactMap { index, entry -> ImportedExchange? in
            do {
                return try exchange(entry)
            } catch let error as Problem {
                problems.append(
                    Diagnostic(
                        file: file, "$.log.entries[\(index)]\(error.place): \(error.message)", expected: error.expected)
                )
            } catch {
                problems.append(Diagnostic(file: file, "$.log.entries[\(index)]: \(error)"))
            }
            return nil
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return exchanges.sorted { ($0.startedAt ?? 0) < ($1.startedAt ?? 0) }.inOwnOrder
    }

    private struct Problem: Error {
        let place: String
        let message: String
        let expected: String
    }

    private static func exchange(_ entry: JSONValue) throws -> ImportedExchange {
        guard let request = entry["request"], let method = request["method"]?.stringValue,
            let url = request["url"]?.stringValue
        else { throw Problem(place: ".request", message: "no method or no url", expected: "a request") }
        let own = own(entry["_understudy"])
        var response = try answer(entry["response"] ?? .null, own: entry["_understudy"])
        let startedAt = entry["startedDateTime"]?.stringValue.flatMap(UTCTime.seconds)
        if own == nil {
            let wait = ["blocked", "dns", "connect", "send", "wait"].compactMap { entry["timings"]?[$0]?.doubleValue }
                .filter { $0 > 0 }.reduce(0, +)
            response.at = wait / 1000
            if case .chunks(let chunks) = response.content, entry["response"]?["content"]?["_chunks"] == nil {
                response.content = .chunks(chunks.map { .init(at: wait / 1000, bytes: $0.bytes) })
            }
        }
        var exchange = ImportedExchange(
            url: url, method: method, body: try body(request["postData"]), startedAt: startedAt, response: response)
        exchange.own = own
        if let messages = entry["_webSocketMessages"]?.arrayValue {
            exchange.response.content = .socket(try messages.map { try frame($0, startedAt: startedAt ?? 0) })
            exchange.response.status = 101
            exchange.method = "WS"
        }
        return exchange
    }

    private static func own(_ value: JSONValue?) -> ImportedExchange.Own? {
        guard let value, value.objectValue != nil else { return nil }
        return .init(
            number: value["interaction"]?.intValue, at: value["at"]?.doubleValue,
            service: value["service"]?.stringValue.flatMap(Service.init),
            operation: value["operation"]?.stringValue.flatMap(Operation.init(parsing:)),
            sandbox: value["sandbox"]?.intValue, inputs: value["inputs"]?.stringValue)
    }

    /// The text of a request, or its fields in the form in which a browser would have sent them.
    private static func body(_ data: JSONValue?) throws -> [UInt8] {
        guard let data, data.objectValue != nil else { return [] }
        if let text = data["text"]?.stringValue, !text.isEmpty {
            guard (data["_encoding"] ?? data["encoding"])?.stringValue == "base64" else { return Array(text.utf8) }
            return try decoded(text, at: ".request.postData.text")
        }
        let fields = (data["params"]?.arrayValue ?? []).map { field in
            PercentEncoding.encode(field["name"]?.stringValue ?? "") + "="
                + PercentEncoding.encode(field["value"]?.stringValue ?? "")
        }
        return Array(fields.joined(separator: "&").utf8)
    }

    private static func answer(_ value: JSONValue, own: JSONValue?) throws -> RecordedResponse {
        let status = value["status"]?.intValue ?? 0
        var headers = Headers()
        for field in value["headers"]?.arrayValue ?? [] {
            guard let name = field["name"]?.stringValue, let text = field["value"]?.stringValue else { continue }
            // Chrome joins the values of a repeated field by line feeds.
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                headers.add(name, String(line))
            }
        }
        let content = value["content"]
        let text = content?["text"]?.stringValue ?? ""
        let bytes =
            content?["encoding"]?.stringValue == "base64"
            ? try decoded(text, at: ".response.content.text") : Array(text.utf8)
        let at = own?["response_at"]?.doubleValue ?? 0
        return RecordedResponse(
            status: (100...599).contains(status) ? status : nil, headers: headers, at: at,
            content: try self.content(bytes, chunks: content?["_chunks"]?.arrayValue, headers: headers, at: at),
            end: own?["end"]?.stringValue.flatMap(RecordedResponse.Break.init)
                ?? (own == nil && status == 0 ? .reset : nil))
    }

    private static func content(
        _ bytes: [UInt8], chunks: [JSONValue]?, headers: Headers, at: Double
    ) throws -> RecordedResponse.Content {
        guard let chunks else { return .imported(bytes, headers: headers, at: at) }
        var rest = bytes[...]
        let cut = try chunks.map { pair -> RecordedResponse.Chunk in
            guard let size = pair.arrayValue?.first?.intValue, size >= 0, size <= rest.count,
                let at = pair.arrayValue?.last?.doubleValue
            else {
                throw Problem(
                    place: ".response.content._chunks", message: "not chunks of this text",
                    expected: "[[SIZE, SECONDS], …]")
            }
            defer { rest = rest.dropFirst(size) }
            return .init(at: at, bytes: Array(rest.prefix(size)))
        }
        guard rest.isEmpty else {
            throw Problem(
                place: ".response.content._chunks", message: "the chunks end before the text",
                expected: "sizes that add up")
        }
        return .chunks(cut)
    }

    private static func frame(_ value: JSONValue, startedAt: Double) throws -> RecordedResponse.SocketFrame {
        let data = value["data"]?.stringValue ?? ""
        let time = value["time"]?.doubleValue ?? startedAt
        let payload: RecordedResponse.SocketFrame.Payload
        switch value["opcode"]?.intValue {
        case 2: payload = .message(.binary(try decoded(data, at: "._webSocketMessages")))
        case 8: payload = .close(code: Int(data.prefix(4)).flatMap { (1000...4999).contains($0) ? $0 : nil } ?? 1000)
        default: payload = .message(.text(data))
        }
        return .init(
            at: value["_at"]?.doubleValue ?? max(0, time - startedAt),
            isFromClient: value["type"]?.stringValue == "send",
            payload: payload)
    }

    private static func decoded(_ text: String, at place: String) throws -> [UInt8] {
        // Some tools break the lines.
        guard let bytes = Base64.decode(text.filter { !$0.isWhitespace }) else {
            throw Problem(place: place, message: "not base64", expected: "padded standard base64")
        }
        return bytes
    }
}

extension RecordedResponse.Content {
    /// A body that another tool has kept whole: a stream of events is cut into one chunk an event.
    static func imported(_ bytes: [UInt8], headers: Headers, at: Double) -> RecordedResponse.Content {
        guard headers["content-type"]?.lowercased().hasPrefix("text/event-stream") ?? false, !bytes.isEmpty else {
            return .body(RecordedBody(bytes: bytes))
        }
        let (events, rest) = EventStream.split(bytes)
        let pieces = events + (rest.isEmpty ? [] : [rest])
        return .chunks(pieces.map { RecordedResponse.Chunk(at: at, bytes: Array($0)) })
    }
}

extension [ImportedExchange] {
    /// In the order of their numbers, where all come from a cassette.
    fileprivate var inOwnOrder: [ImportedExchange] {
        guard allSatisfy({ $0.own?.number != nil }) else { return self }
        return sorted { ($0.own?.number ?? 0) < ($1.own?.number ?? 0) }
    }
}
