/// Credentials whose very text is known: second pass, over what is written.
///
/// They are found as they are, percent-encoded, with JSON's escapes, and inside base64.
public struct LiteralSecrets: Sendable {
    public struct Secret: Sendable {
        /// The variable it came from; never its text.
        public let name: String
        let text: [UInt8]
        fileprivate let spellings: [SecretSpelling]

        fileprivate init(name: String, text: [UInt8]) {
            self.name = name
            self.text = text
            spellings = SecretSpelling.all(of: text)
        }
    }

    /// The longest first, so that one that contains another is replaced whole.
    public private(set) var secrets: [Secret] = []

    /// - Parameter values: Name and text; texts under 16 characters are too common to search for and are left out.
    public init(_ values: [(name: String, value: String)]) { add(values) }

    /// Takes further credentials; those that are known already stay under their names.
    public mutating func add(_ values: [(name: String, value: String)]) {
        let new = values.filter { value in
            value.value.utf8.count >= 16 && !value.value.hasPrefix("us-")
                && !secrets.contains { $0.text.elementsEqual(value.value.utf8) }
        }
        guard !new.isEmpty else { return }
        secrets += new.map { Secret(name: $0.name, text: Array($0.value.utf8)) }
        secrets.sort { $0.text.count > $1.text.count }
    }

    /// Variables called `…_KEY`, `…_TOKEN` or `…_SECRET`.
    public init(environment: [String: String]) {
        self.init(
            environment.sorted { $0.key < $1.key }
                .filter { name, _ in ["_KEY", "_TOKEN", "_SECRET"].contains { name.uppercased().hasSuffix($0) } }
                .map { ($0.key, $0.value) })
    }

    /// The first secret that occurs in a text; nil for none.
    public func first(in bytes: [UInt8]) -> Secret? {
        secrets.first { secret in secret.spellings.contains { $0.first(in: bytes, from: 0) != nil } }
    }

    public func redact(_ bytes: [UInt8]) -> [UInt8] { Replacement.apply(matches(in: bytes), to: bytes) }

    /// Redacts over the joined bytes, so that a secret split between chunks is found; chunk ends move with the text.
    public func redact(_ chunks: [RecordedResponse.Chunk]) -> [RecordedResponse.Chunk] {
        Replacement.apply([matches], to: chunks)
    }

    func matches(in bytes: [UInt8]) -> [Replacement] {
        var found: [Replacement] = []
        for secret in secrets {
            for spelling in secret.spellings {
                var position = 0
                while let range = spelling.first(in: bytes, from: position) {
                    position = range.upperBound
                    guard !found.contains(where: { $0.range.overlaps(range) }) else { continue }
                    found.append(
                        Replacement(range: range, with: Array("<redacted:\(secret.name)>".utf8), kind: secret.name))
                }
            }
        }
        return found.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }
}
