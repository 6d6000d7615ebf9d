public import HTTPMessages

/// A file sent as a form (RFC 7578), with its `path` field before or after it.
public struct FileUpload: Sendable, Equatable {
    /// Absolute.
    public var path: String
    public var bytes: [UInt8]

    /// Nil when the request is no such form or lacks one of the two fields.
    public init?(_ request: Request) {
        guard let boundary = FileUpload.boundary(request.headers["content-type"] ?? "") else { return nil }
        var path: String?
        var bytes: [UInt8]?
        for part in FileUpload.parts(of: request.body, boundary: boundary) {
            switch part.name {
            case "path": path = String(decoding: part.bytes, as: UTF8.self)
            case "file": bytes = Array(part.bytes)
            default: break
            }
        }
        guard let bytes, let path = try? SandboxPath.checked(path) else { return nil }
        self.path = path
        self.bytes = bytes
    }

    private static func boundary(_ contentType: String) -> String? {
        guard contentType.lowercased().hasPrefix("multipart/form-data") else { return nil }
        for parameter in contentType.split(separator: ";").dropFirst() {
            let pair = parameter.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].trimmingSpaces().lowercased() == "boundary" else { continue }
            return String(pair[1].trimmingSpaces().filter { $0 != "\"" })
        }
        return nil
    }

    private static func parts(of body: [UInt8], boundary: String) -> [(name: String, bytes: ArraySlice<UInt8>)] {
        let lineEnd = Array("\r\n".utf8)
        let delimiter = Array("\r\n--\(boundary)".utf8)
        // With a line end in front the first delimiter looks like the others.
        var rest = (lineEnd + body)[...]
        guard let start = rest.firstRange(of: delimiter) else { return [] }
        rest = rest[start.upperBound...]
        var parts: [(String, ArraySlice<UInt8>)] = []
        while rest.starts(with: lineEnd), let end = rest.firstRange(of: delimiter) {
            let part = rest[rest.startIndex + 2..<end.lowerBound]
            rest = rest[end.upperBound...]
            guard let head = part.firstRange(of: lineEnd + lineEnd) else { continue }
            let header = String(decoding: part[..<head.lowerBound], as: UTF8.self)
            guard let name = header.firstMatch(of: #/[; ]name="([^"]*)"/#) else { continue }
            parts.append((String(name.1), part[head.upperBound...]))
        }
        return parts
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
