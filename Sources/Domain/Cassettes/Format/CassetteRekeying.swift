import Documents

/// Gives the interactions of a cassette's text the keys of their requests, after an edit by hand.
public enum CassetteRekeying {
    /// - Returns: The text with new keys, all other bytes as they were, and how many keys changed.
    /// - Throws: `Diagnostics` when the cassette is broken in any other way.
    public static func apply(to bytes: [UInt8], file: String) throws -> (bytes: [UInt8], count: Int) {
        let scan = DocumentScan(bytes)
        // Opening tells of everything but stale keys, which it does not look at.
        let rules = try Cassette(bytes, file: file).header.rules
        let documents = InteractionDocuments(bytes, file: file, documents: scan.documents.dropFirst(), rules: nil)
        var problems: [Diagnostic] = []
        _ = documents.index(problems: &problems)
        problems += documents.check()
        guard problems.isEmpty else { throw Diagnostics(problems) }

        var replacements: [Replacement] = []
        for (position, document) in scan.documents.dropFirst().enumerated() {
            guard let value = keyValue(in: bytes[document.range]) else { continue }
            let interaction = try documents.interaction(at: position)
            let key = Array(interaction.computedKey(rules).text.utf8)
            if !bytes[value].elementsEqual(key) { replacements.append(Replacement(range: value, with: key, kind: "key")) }
        }
        return (Replacement.apply(replacements, to: bytes), replacements.count)
    }

    /// Where the key's text stands: after `key: ` at the start of a line, or, in flow style, after a brace or comma.
    private static func keyValue(in document: ArraySlice<UInt8>) -> Range<Int>? {
        var rest = document
        while let found = rest.firstRange(of: Array("key: ".utf8)) {
            rest = rest[found.upperBound...]
            let before = document[..<found.lowerBound].last { $0 != 0x20 }
            guard before == nil || [0x0A, 0x7B, 0x2C].contains(before) else { continue }
            let value = rest.drop { $0 == 0x22 || $0 == 0x27 }.prefix { $0 >= 0x30 && $0 != 0x7D }
            return value.startIndex..<value.endIndex
        }
        return nil
    }
}

extension Interaction {
    /// The key that its request has now.
    fileprivate func computedKey(_ rules: MatchRules) -> InteractionKey {
        var body = request.bytes
        if case .socket(let frames) = response.content { body = SocketForm.keyBytes(frames) }
        return InteractionKey(service: service, operation: operation, inputs: inputs, body: body, rules: rules)
    }
}
