import Documents

extension Cassette {
    /// Bytes of a cassette's documents as they are, and as they would be if every request were written whole.
    public struct Sizes: Sendable, Equatable {
        public var written = 0
        public var whole = 0
        /// How many requests are written as changes of earlier ones.
        public var changeCount = 0
    }

    /// - Parameter bytes: Its text.
    /// - Throws: `Diagnostics` when it is broken.
    public static func sizes(of bytes: [UInt8], file: String, beside: (any BesideFiles)? = nil) throws -> Sizes {
        let text = try CassetteText(bytes, file: file, beside: beside, checksKeys: false)
        var sizes = Sizes(written: bytes.count, whole: bytes.count)
        for document in text.documents where document.base != nil {
            guard let request = document.node["request"] else { continue }
            var contents: [BesideContent]? = []
            let members = BodyForm.members(for: document.interaction.request, isExact: false)
            let whole = BesideForm.moved(members, of: document.interaction.request.bytes, into: &contents)
            sizes.whole += YAMLTree.mapping([("request", .mapping(whole))]).written().utf8.count
            sizes.whole -= YAMLTree.mapping([("request", YAMLTree(request))]).written().utf8.count
            sizes.changeCount += 1
        }
        return sizes
    }
}
