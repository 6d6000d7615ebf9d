import Digests
import Documents

/// How a body is written: the first form that gives back its exact bytes.
enum BodyForm {
    /// Members that stand for the bytes; none for an empty body.
    ///
    /// - Parameter isExact: False for requests, which promise only canonical equality and need no layout.
    static func members(for body: RecordedBody, isExact: Bool) -> [(String, YAMLTree)] {
        if body.bytes.isEmpty { return [] }
        if let tree = body.tree, isReadable(tree) {
            if !isExact, hasTree(body) { return [("body", YAMLTree(tree))] }
            if isExact, let layout = JSONLayout(of: tree, writtenAs: body.bytes) {
                return (layout == .compact ? [] : [("layout", .text(layout.name))]) + [("body", YAMLTree(tree))]
            }
        }
        return [textMember(for: body.bytes)]
    }

    /// True for a request that can be written as a tree: it has one, of canonical form, that YAML readers give back.
    static func hasTree(_ body: RecordedBody) -> Bool {
        body.tree.map { isReadable($0) && CanonicalJSON.bytes(of: $0) != nil } ?? false
    }

    /// `text`, or `base64` for what is not text or what YAML readers would change.
    static func textMember(for bytes: [UInt8]) -> (String, YAMLTree) {
        if let text = String(validating: bytes, as: UTF8.self), isReadable(text) { return ("text", .text(text)) }
        return ("base64", .text(Base64.encode(bytes)))
    }

    /// False for text that Yams gives back changed: a leading byte order mark is lost, even an escaped one.
    static func isReadable(_ text: String) -> Bool { text.unicodeScalars.first?.value != 0xFEFF }

    /// The document around the tree needs some of the levels that a reader allows.
    private static let depthLimit = JSONValue.depthLimit - 12

    private static func isReadable(_ tree: JSONValue, depth: Int = 0) -> Bool {
        guard depth <= depthLimit else { return false }
        return switch tree {
        case .null, .bool, .number: true
        case .string(let text): isReadable(text)
        case .array(let items): items.allSatisfy { isReadable($0, depth: depth + 1) }
        case .object(let object):
            // Yams takes names for equal that differ only in Unicode normalisation; `<<` would be a merge key.
            Set(object.members.map(\.name)).count == object.count
                && object.members.allSatisfy {
                    isReadable($0.name) && $0.name != "<<" && isReadable($0.value, depth: depth + 1)
                }
        }
    }
}
