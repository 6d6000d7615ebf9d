import Documents
import HTTPMessages
import TextConditions

extension ScriptFileReader {
    mutating func failure(_ node: LocatedNode) -> Script.Failure? {
        guard var reader = mapping(node, named: "error", expected: "{status: N, message: TEXT}") else { return nil }
        let status =
            reader.required("status", expected: "400 to 599") == nil ? nil : reader.integer("status", in: 400...599)
        let message = reader.requiredWords("message", mayBeEmpty: true)
        let type = reader.words("type")
        let code = reader.words("code")
        let headers = reader.optional("headers").map { self.headers($0) } ?? [:]
        problems += reader.finish()
        guard let status, let message else { return nil }
        return Script.Failure(status: status, message: message, type: type, code: code, headers: headers)
    }

    private mutating func headers(_ node: LocatedNode) -> Headers {
        guard let members = node.members else {
            report(at: node.place, "headers cannot be \(node.shown)", expected: "{NAME: TEXT, …}")
            return [:]
        }
        var headers = Headers()
        for member in members {
            // RFC 9110, section 5.6.2, "Tokens".
            let isToken =
                !member.name.isEmpty
                && member.name.utf8.allSatisfy {
                    switch $0 {
                    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                    default: "!#$%&'*+-.^_`|~".utf8.contains($0)
                    }
                }
            if !isToken || ["content-length", "transfer-encoding", "connection"].contains(member.name.lowercased()) {
                report(
                    at: member.place, "\(quoted(member.name)) cannot be a header of a reply",
                    expected: "a header's name, none of content-length, transfer-encoding, connection")
            } else if headers[member.name] != nil {
                report(
                    at: member.place, "the header \(quoted(member.name)) is given twice", expected: "each header once")
            }
            guard let value = member.value.words, value.unicodeScalars.allSatisfy({ (0x20...0x7E).contains($0.value) })
            else {
                report(
                    at: member.value.place, "the header \(quoted(member.name)) cannot be \(member.value.shown)",
                    expected: "ASCII text on one line")
                continue
            }
            headers.add(member.name, value)
        }
        return headers
    }
}
