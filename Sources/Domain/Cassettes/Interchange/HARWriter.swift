import Digests
public import Documents
import HTTPMessages

/// A cassette as an HTTP archive (HAR 1.2), which browsers and proxies read.
///
/// What the archive has no place for stands in members that begin with `_`, so that an import gives the same back.
public enum HARWriter {
    /// - Parameter program: Name and version of what writes it.
    /// - Throws: `Diagnostics` when an interaction is broken.
    public static func archive(of cassette: Cassette, program: (name: String, version: String)) throws -> JSONValue {
        let day = CalendarDay(cassette.header.recordedOn)?.daysSince1970 ?? 0
        let start = Double(day) * 86400
        let entries = try cassette.index.indices.map { position in
            entry(try cassette.interaction(at: position), in: cassette, start: start)
        }
        return [
            "log": [
                "version": "1.2",
                "creator": ["name": .string(program.name), "version": .string(program.version)],
                "pages": [],
                "entries": .array(entries),
                "_understudy": ["cassette": .string(cassette.header.name.text)],
            ]
        ]
    }

    private static func entry(_ interaction: Interaction, in cassette: Cassette, start: Double) -> JSONValue {
        let response = interaction.response
        let end = max(response.lastAt, response.at)
        var own = JSONObject([
            ("interaction", .number(interaction.number)), ("at", number(interaction.at)),
            ("service", .string(interaction.service.rawValue)),
            ("operation", .string(interaction.operation.description)),
            ("response_at", number(response.at)),
        ])
        own["sandbox"] = interaction.sandbox.map { .number($0) }
        own["inputs"] = interaction.inputs.map { .string($0) }
        own["end"] = response.end.map { .string($0.rawValue) }
        var entry = JSONObject([
            ("startedDateTime", .string(UTCTime.text(start + interaction.at))),
            ("time", number(milliseconds(end - interaction.at))),
            ("request", request(interaction, in: cassette)),
            ("response", self.response(response)),
            ("cache", [:]),
            (
                "timings",
                [
                    "send": 0, "wait": number(milliseconds(response.at - interaction.at)),
                    "receive": number(milliseconds(end - response.at)),
                ]
            ),
            ("_understudy", .object(own)),
        ])
        if case .socket(let frames) = response.content {
            entry["_resourceType"] = "websocket"
            entry["_webSocketMessages"] = .array(frames.map { message($0, start: start) })
        }
        return .object(entry)
    }

    private static func number(_ value: Double) -> JSONValue { JSONNumber(value).map(JSONValue.number) ?? 0 }

    private static func milliseconds(_ seconds: Double) -> Double { max(0, (seconds * 1000).rounded()) }

    // MARK: Requests

    private static func request(_ interaction: Interaction, in cassette: Cassette) -> JSONValue {
        let operation = interaction.operation
        let request = Request(
            method: operation.method, target: operation.path + (operation.query.isEmpty ? "" : "?" + operation.query))
        let query = request.queryItems.map { ["name": .string($0.name), "value": .string($0.value)] as JSONValue }
        let isSocket = operation.method == "WS"
        var object = JSONObject([
            ("method", .string(isSocket ? "GET" : operation.method)),
            ("url", .string(url(of: interaction, in: cassette))), ("httpVersion", "HTTP/1.1"), ("cookies", []),
            ("headers", []),
            ("queryString", .array(query)), ("headersSize", -1), ("bodySize", .number(interaction.request.bytes.count)),
        ])
        let bytes = interaction.request.bytes
        guard !bytes.isEmpty else { return .object(object) }
        let (text, isBase64) = text(of: bytes)
        var data = JSONObject([
            ("mimeType", .string(interaction.request.tree == nil ? "application/octet-stream" : "application/json")),
            ("text", .string(text)),
        ])
        if isBase64 { data["_encoding"] = "base64" }
        object["postData"] = .object(data)
        return .object(object)
    }

    /// The upstream's host, or the service's public one, and the operation; braces of `{id}` are no part of an address.
    private static func url(of interaction: Interaction, in cassette: Cassette) -> String {
        let upstream = cassette.header.origin(of: interaction.service)?.upstream ?? ""
        var origin = ImportedExchange.origin(of: upstream)
        if origin.isEmpty {
            origin =
                switch interaction.service {
                case .openai: "https://api.openai.com"
                case .azure: "https://example.openai.azure.com"
                case .anthropic: "https://api.anthropic.com"
                case .gemini: "https://generativelanguage.googleapis.com"
                case .hopx: "https://api.hopx.dev"
                case .http: "http://localhost"
                }
        }
        if interaction.operation.method == "WS" { origin = origin.replacing("http", with: "ws", maxReplacements: 1) }
        let path = interaction.operation.path.replacing("{", with: "%7B").replacing("}", with: "%7D").replacing(
            " ", with: "%20")
        return origin + path + (interaction.operation.query.isEmpty ? "" : "?" + interaction.operation.query)
    }

    // MARK: Answers

    private static func response(_ response: RecordedResponse) -> JSONValue {
        let bytes = response.bytes
        let (text, isBase64) = text(of: bytes)
        var content = JSONObject([
            ("size", .number(bytes.count)),
            ("mimeType", .string(response.headers["content-type"] ?? "application/octet-stream")),
            ("text", .string(text)),
        ])
        if isBase64 { content["encoding"] = "base64" }
        if case .chunks(let chunks) = response.content {
            content["_chunks"] = .array(chunks.map { [.number($0.bytes.count), number($0.at)] })
        }
        let fields = response.headers.fields.map {
            ["name": .string($0.name), "value": .string($0.value)] as JSONValue
        }
        return [
            "status": .number(response.status ?? 0), "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": .array(fields), "content": .object(content),
            "redirectURL": .string(response.headers["location"] ?? ""),
            "headersSize": -1, "bodySize": .number(bytes.count),
        ]
    }

    /// As Chrome writes them.
    private static func message(_ frame: RecordedResponse.SocketFrame, start: Double) -> JSONValue {
        let (opcode, data): (Int, String) =
            switch frame.payload {
            case .message(.text(let text)): (1, text)
            case .message(.binary(let bytes)): (2, Base64.encode(bytes))
            case .close(let code): (8, String(code))
            }
        return [
            "type": frame.isFromClient ? "send" : "receive", "time": number(start + frame.at),
            "opcode": .number(opcode),
            "data": .string(data), "_at": number(frame.at),
        ]
    }

    private static func text(of bytes: [UInt8]) -> (String, isBase64: Bool) {
        if let text = String(validating: bytes, as: UTF8.self) { return (text, false) }
        return (Base64.encode(bytes), true)
    }
}

extension RecordedResponse {
    /// When its last part came.
    var lastAt: Double {
        switch content {
        case .body: at
        case .chunks(let chunks): chunks.map(\.at).max() ?? at
        case .socket(let frames): frames.map(\.at).max() ?? at
        }
    }
}
