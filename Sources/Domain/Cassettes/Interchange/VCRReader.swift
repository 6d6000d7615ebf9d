import Digests
import Documents
import HTTPMessages

/// Reads cassettes of vcr.py and of libraries that write the same YAML or JSON.
public enum VCRReader {
    /// - Throws: `Diagnostics`.
    public static func exchanges(in bytes: [UInt8], file: String) throws -> [ImportedExchange] {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Diagnostics([Diagnostic(file: file, "not UTF-8", expected: "a cassette of vcr.py")])
        }
        var problems: [Diagnostic] = []
        let tags = [
            "tag:yaml.org,2002:binary": "binary", "tag:yaml.org,2002:python/unicode": "text", "!binary": "binary",
        ]
        let root = YAMLReader.read(text, file: file, tags: tags, problems: &problems)
        guard problems.isEmpty, let items = root?["interactions"]?.items ?? root?["http_interactions"]?.items else {
            throw Diagnostics(
                problems.isEmpty
                    ? [
                        Diagnostic(
                            file: file, at: .start, "not a cassette of vcr.py",
                            expected: "interactions: [{request: …, response: …}]")
                    ]
                    : problems)
        }
        let exchanges = items.compactMap { item in
            do throws(Diagnostic) {
                return try exchange(item, file: file)
            } catch {
                problems.append(error)
                return nil as ImportedExchange?
            }
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return exchanges
    }

    private static func exchange(_ item: LocatedNode, file: String) throws(Diagnostic) -> ImportedExchange {
        guard let request = item["request"], let url = (request["uri"] ?? request["url"])?.text,
            let method = request["method"]?.text,
            let answer = item["response"]
        else {
            throw Diagnostic(
                file: file, at: item.place, "an interaction without request and response",
                expected: "{request: {method, uri, …}, response: …}")
        }
        let headers = headers(of: answer)
        let status =
            answer["status"]?["code"]?.json.intValue ?? answer["status_code"]?.json.intValue
            ?? answer["status"]?.json.intValue
        guard let status, (100...599).contains(status) else {
            throw Diagnostic(
                file: file, at: answer.place, "a response without status", expected: "status: {code: 200, …}")
        }
        var body = try bytes(of: answer["body"] ?? answer["content"], file: file)
        for coding in (headers["content-encoding"] ?? "").lowercased().split(separator: ",").reversed() {
            body = try decoded(body, coding.filter { $0 != " " }, at: answer.place, file: file)
        }
        let asked = try bytes(of: request["body"], file: file)
        return ImportedExchange(
            url: url, method: method.uppercased(), body: asked, startedAt: nil,
            response: RecordedResponse(
                status: status, headers: headers, at: 0, content: .imported(body, headers: headers, at: 0)))
    }

    private static func headers(of answer: LocatedNode) -> Headers {
        var headers = Headers()
        for member in answer["headers"]?.members ?? [] {
            for value in member.value.items ?? [member.value] { headers.add(member.name, value.text ?? "") }
        }
        return headers
    }

    /// A text, `!!binary`, `{string: …}` or `{base64_string: …}`.
    private static func bytes(of node: LocatedNode?, file: String) throws(Diagnostic) -> [UInt8] {
        guard let node else { return [] }
        if let text = node["string"] { return try bytes(of: text, file: file) }
        if let text = node["base64_string"] { return try base64(text, file: file) }
        if node.tag == "binary" { return try base64(node, file: file) }
        if node.json.isNull { return [] }
        if let text = node.text { return Array(text.utf8) }
        // A tree stands for its JSON, as some serializers write it.
        return node.json.bytes()
    }

    private static func base64(_ node: LocatedNode, file: String) throws(Diagnostic) -> [UInt8] {
        if let bytes = node.text.flatMap({ text in Base64.decode(text.filter { !$0.isWhitespace }) }) { return bytes }
        throw Diagnostic(file: file, at: node.place, "not base64", expected: "padded standard base64")
    }

    /// vcr.py keeps answers as they came, unless told to decode them.
    private static func decoded(_ bytes: [UInt8], _ coding: String, at place: Place, file: String) throws(Diagnostic)
        -> [UInt8]
    {
        switch coding {
        case "", "identity": return bytes
        case "gzip", "x-gzip":
            // Some stubs decode the body and keep the header.
            guard bytes.starts(with: [0x1F, 0x8B]) else { return bytes }
            if let decoded = Inflate.gunzip(bytes) { return decoded }
        case "deflate":
            if let decoded = Inflate.inflate(bytes) { return decoded }
            return bytes
        default:
            // Text cannot be compressed, so it has been decoded.
            if String(validating: bytes, as: UTF8.self) != nil { return bytes }
        }
        throw Diagnostic(
            file: file, at: place, "the body is compressed (\(coding)) and cannot be decoded",
            expected: "gzip, deflate or no coding",
            fix: "record it with decode_compressed_response=True")
    }
}
