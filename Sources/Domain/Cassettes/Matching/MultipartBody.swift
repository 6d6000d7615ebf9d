import Digests
import Documents

/// A body of form parts, known by its own shape: its delimiter is its first line (RFC 2046, section 5.1.1; RFC 7578).
///
/// Request headers are not kept, and the boundary changes with each request: what counts are the parts, in their order.
struct MultipartBody {
    fileprivate struct Part {
        var name: String
        var filename: String?
        var type: String?
        var content: ArraySlice<UInt8>
    }

    private var parts: [Part] = []

    /// Nil for anything but well-formed form parts from the first byte to the last.
    init?(_ body: [UInt8]) {
        guard body.starts(with: [0x2D, 0x2D]), let end = body.firstIndex(of: 0x0D) else { return nil }
        let delimiter = Array(body[..<end])
        guard (3...72).contains(delimiter.count), delimiter.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
            return nil
        }
        var rest = body[end...]
        while rest.starts(with: [0x0D, 0x0A]) {
            rest = rest.dropFirst(2)
            guard let close = MultipartBody.firstDelimiter(delimiter, in: rest),
                let part = Part(reading: rest[..<close])
            else { return nil }
            parts.append(part)
            rest = rest[(close + 2 + delimiter.count)...]
        }
        guard !parts.isEmpty, rest.elementsEqual("--".utf8) || rest.elementsEqual("--\r\n".utf8) else { return nil }
    }

    /// Where the line feed stands that belongs to the next delimiter line.
    private static func firstDelimiter(_ delimiter: [UInt8], in rest: ArraySlice<UInt8>) -> Int? {
        let line = [0x0D, 0x0A] + delimiter
        guard rest.count >= line.count else { return nil }
        // By hand: bodies are large, and carriage returns in them rare.
        var position = rest.startIndex
        while let found = rest[position...].firstIndex(of: 0x0D) {
            if rest[found...].starts(with: line) { return found }
            position = found + 1
        }
        return nil
    }

    /// What the rules of a file see, and keys are made of: a list of `{filename, name, sha256, type}`.
    var description: JSONValue {
        .array(
            parts.map { part in
                var members: [(String, JSONValue)] = []
                if let filename = part.filename { members.append(("filename", .string(filename))) }
                members.append(("name", .string(part.name)))
                members.append(("sha256", .string(Digest.sha256Hex(Array(part.content)))))
                if let type = part.type { members.append(("type", .string(type))) }
                return .object(JSONObject(members))
            })
    }
}

extension MultipartBody.Part {
    /// - Parameter text: Header lines, an empty line, content.
    fileprivate init?(reading text: ArraySlice<UInt8>) {
        var rest = text
        var name: String?
        while true {
            guard let end = rest.firstIndex(of: 0x0D), rest[end...].starts(with: [0x0D, 0x0A]) else { return nil }
            let line = rest[..<end]
            rest = rest[(end + 2)...]
            if line.isEmpty { break }
            guard let text = String(validating: line, as: UTF8.self),
                let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
            else {
                return nil
            }
            let value = text[text.utf8.index(after: colon)...].trimmingPrefix { $0 == " " || $0 == "\t" }
            switch text[..<colon].lowercased() {
            case "content-disposition":
                guard value.lowercased().hasPrefix("form-data") else { return nil }
                name = MultipartBody.parameter("name", of: value)
                filename = MultipartBody.parameter("filename", of: value)
            case "content-type": type = String(value)
            default: break
            }
        }
        guard let name else { return nil }
        self.name = name
        content = rest
    }
}

extension MultipartBody {
    /// RFC 7578, section 4.2: `; name="…"`, in which clients write a quote as `%22` or with a backslash.
    fileprivate static func parameter(_ name: String, of header: Substring) -> String? {
        var rest = header.unicodeScalars[...]
        while let semicolon = rest.firstIndex(of: ";") {
            rest = rest[rest.index(after: semicolon)...].drop { $0 == " " || $0 == "\t" }
            let word = String(rest.prefix { $0 != "=" && $0 != ";" })
            rest = rest.dropFirst(word.unicodeScalars.count)
            guard rest.first == "=" else { continue }
            rest = rest.dropFirst()
            var value = String.UnicodeScalarView()
            if rest.first == "\"" {
                rest = rest.dropFirst()
                while let scalar = rest.popFirst(), scalar != "\"" {
                    if scalar == "\\", let next = rest.first, next == "\"" || next == "\\" {
                        value.append(next)
                        rest = rest.dropFirst()
                    } else {
                        value.append(scalar)
                    }
                }
            } else {
                value.append(contentsOf: rest.prefix { $0 != ";" })
                rest = rest.dropFirst(value.count)
            }
            if word.lowercased() == name { return String(value) }
        }
        return nil
    }
}
