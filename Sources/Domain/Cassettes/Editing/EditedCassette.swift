import Synchronization

/// A cassette's text after an edit, and what has to be done beside the file.
public struct EditedCassette: Sendable {
    public var bytes: [UInt8]
    /// To be put beside the file before the text is.
    public var contents: [BesideContent] = []
    /// All that the text refers to.
    public var referenced: [BesideDigest] = []
    /// What only the old text referred to; may be removed once the new text is in its place.
    public var unreferenced: [BesideDigest] = []

    public init(
        bytes: [UInt8], contents: [BesideContent] = [], referenced: [BesideDigest] = [],
        unreferenced: [BesideDigest] = []
    ) {
        self.bytes = bytes
        self.contents = contents
        self.referenced = referenced
        self.unreferenced = unreferenced
    }
}

extension CassetteText {
    /// The contents beside the file that its documents name.
    var digests: Set<BesideDigest> { Set(documents.flatMap { BesideForm.digests(in: $0.node) }) }

    /// The edit, with what it makes of the contents beside the file.
    ///
    /// - Throws: `Diagnostics` when the new text is not a cassette.
    func edited(
        _ bytes: [UInt8], contents: [BesideContent]?, beside: (any BesideFiles)?, checksKeys: Bool = true
    ) throws -> EditedCassette {
        let contents = contents ?? []
        let files = ContentsBeside(contents, before: beside)
        let after = try CassetteText(bytes, file: file, beside: files, checksKeys: checksKeys).digests
        return EditedCassette(
            bytes: bytes, contents: contents.filter { after.contains($0.digest) },
            referenced: after.sorted { $0.text < $1.text },
            unreferenced: digests.subtracting(after).sorted { $0.text < $1.text })
    }
}

/// Contents that are about to be written, before those that are there.
struct ContentsBeside: BesideFiles {
    private let contents: [BesideDigest: [UInt8]]
    private let others: (any BesideFiles)?

    init(_ contents: [BesideContent], before others: (any BesideFiles)?) {
        self.contents = Dictionary(contents.map { ($0.digest, $0.bytes) }) { first, _ in first }
        self.others = others
    }

    func read(_ digest: BesideDigest) throws -> [UInt8]? { try contents[digest] ?? others?.read(digest) }

    func write(_ content: BesideContent) throws { try others?.write(content) }
}

/// Contents that are to be written later.
final class CollectedContents: BesideFiles {
    private let found = Mutex<[BesideContent]>([])

    var all: [BesideContent] { found.withLock { $0 } }

    func read(_ digest: BesideDigest) -> [UInt8]? { found.withLock { $0.first { $0.digest == digest }?.bytes } }
    func write(_ content: BesideContent) { found.withLock { $0.append(content) } }
}
