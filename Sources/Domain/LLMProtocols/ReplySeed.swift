import Digests
public import Documents

/// What the ids of one answer are made of: the same for a request that is asked again at the same place.
public struct ReplySeed: Sendable, Equatable {
    private let digest: String
    /// Seconds since 1970, by the session's clock.
    public let created: Int

    /// - Parameters:
    ///   - request: Its canonical form counts.
    ///   - repetition: How often the same request was answered before.
    public init(request: JSONValue, repetition: Int, created: Int) {
        self.init(
            canonical: CanonicalJSON.bytes(of: request) ?? request.bytes(), repetition: repetition, created: created)
    }

    /// - Parameter canonical: The request's canonical JSON.
    public init(canonical: [UInt8], repetition: Int, created: Int) {
        digest = Digest.sha256Hex(Digest.sha256Hex(canonical) + "#\(repetition)")
        self.created = created
    }

    /// The answer's own id: a prefix and hexadecimal digits.
    ///
    /// - Parameter length: Of the digits, at most 64.
    public func id(_ prefix: String, length: Int) -> String { prefix + digest.prefix(length) }

    /// The id of a part of the answer.
    ///
    /// - Parameters:
    ///   - part: Tells the parts of one answer apart: `call 0`, `message`.
    ///   - length: Of the digits, at most 64.
    public func id(_ prefix: String, part: String, length: Int) -> String {
        prefix + Digest.sha256Hex(digest + " " + part).prefix(length)
    }
}
