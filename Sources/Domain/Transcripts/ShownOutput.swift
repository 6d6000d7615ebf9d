import Digests
public import Documents

/// Something that code showed besides text: a figure, a table, a document.
///
/// Two are equal when they are of one kind and have one digest, so that what has been kept without its value can be compared.
public struct ShownOutput: Sendable, Equatable {
    /// The service's word for it: `png`, `svg`, `html`, `markdown`, `json`, `dataframe`, `result`.
    public let kind: String
    /// A figure is base64; nil where only the digest has been kept, as in a baseline.
    public let value: JSONValue?
    /// SHA-256 in hex: of a figure's bytes, of a text, of the canonical form of anything else.
    public let digest: String
    /// Of what the digest is of.
    public let byteCount: Int

    public init(_ kind: String, _ value: JSONValue) {
        self.init(kind, value: value, digesting: Self.bytes(value, kind))
    }

    /// One whose value is not at hand.
    public init(_ kind: String, digest: String, byteCount: Int) {
        self.kind = kind
        self.value = nil
        self.digest = digest
        self.byteCount = byteCount
    }

    private init(_ kind: String, value: JSONValue?, digesting bytes: [UInt8]) {
        self.kind = kind
        self.value = value
        digest = Digest.sha256Hex(bytes)
        byteCount = bytes.count
    }

    public static func == (a: ShownOutput, b: ShownOutput) -> Bool { a.kind == b.kind && a.digest == b.digest }

    var withoutValue: ShownOutput { ShownOutput(kind, digest: digest, byteCount: byteCount) }

    /// What compares like another value would, without that value.
    func withoutValue(digesting bytes: [UInt8]) -> ShownOutput { ShownOutput(kind, value: nil, digesting: bytes) }

    /// The same with every text passed through a function that takes secrets out.
    func redacted(by redact: (JSONValue) -> JSONValue) -> ShownOutput {
        guard let value else { return self }
        let safe = redact(value)
        return safe == value ? self : ShownOutput(kind, safe)
    }

    private static func bytes(_ value: JSONValue, _ kind: String) -> [UInt8] {
        guard let text = value.stringValue else {
            let bytes = value.bytes()
            return CanonicalJSON.bytes(of: bytes) ?? bytes
        }
        // Two spellings of base64 are one figure.
        guard kind == "png" else { return Array(text.utf8) }
        return Base64.decode(text.filter { !$0.isWhitespace }) ?? Array(text.utf8)
    }
}
