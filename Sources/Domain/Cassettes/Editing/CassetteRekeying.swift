import Documents

/// Gives the interactions of a cassette's text the keys of their requests, after an edit by hand.
public enum CassetteRekeying {
    /// - Returns: The text with new keys, all other bytes as they were, and how many keys changed.
    /// - Throws: `Diagnostics` when the cassette is broken in any other way.
    public static func apply(
        to bytes: [UInt8], file: String, beside: (any BesideFiles)? = nil
    ) throws -> (bytes: [UInt8], count: Int) {
        let text = try CassetteText(bytes, file: file, beside: beside, checksKeys: false)
        var changes: [Int: [UInt8]?] = [:]
        for (position, document) in text.documents.enumerated() {
            // One without a key has none that could be stale.
            guard let node = document.node["key"] else { continue }
            let key = document.interaction.computedKey(text.header.rules)
            guard node.text != key.text else { continue }
            changes[position] = DocumentEdit(key: key).applied(to: document, in: bytes)
        }
        return (text.replacing(changes), changes.count)
    }
}
