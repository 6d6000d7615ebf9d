import Digests

/// What a request is known by: 32 hex digits over all that it means.
public struct InteractionKey: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    /// Nil when the text is not 32 lower-case hex digits.
    public init?(_ text: some StringProtocol) {
        let isHex = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard text.utf8.count == 32, isHex else { return nil }
        self.text = String(text)
    }

    /// - Parameters:
    ///   - inputs: The sandbox's digest; nil for other services.
    ///   - body: Already redacted, as recordings are.
    ///   - rules: What of the body does not count.
    public init(service: Service, operation: Operation, inputs: String?, body: [UInt8], rules: MatchRules) {
        var text = Array("understudy-key/1\n\(service.rawValue)\n\(operation.method) \(operation.path)\n".utf8)
        text += Array("\(operation.query)\n\(inputs ?? "")\n".utf8)
        text += rules.canonicalBody(body, service: service, operation: operation)
        self.text = String(Digest.sha256Hex(text).prefix(32))
    }

    public var description: String { text }
}
