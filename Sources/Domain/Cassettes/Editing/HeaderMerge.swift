import Documents

/// The header of two cassettes put together.
struct HeaderMerge {
    /// The rules that the merged cassette is played by.
    private(set) var rules: MatchRules
    /// The document, from `---` to `...`.
    private(set) var text: [UInt8]
    private(set) var conflicts: [String] = []
    private(set) var notes: [String] = []

    init(base: CassetteText?, ours: CassetteText, theirs: CassetteText) {
        rules = ours.header.rules
        text = Array(ours.bytes[ours.headerRange])
        var members: [(String, YAMLTree)] = []
        let node = HeaderMerge.node(of: ours), other = HeaderMerge.node(of: theirs),
            old = base.flatMap(HeaderMerge.node)

        if let services = mergedServices(ours, theirs) { members.append(("services", services)) }
        if let match = mergedRules(node?["match"], other?["match"], old?["match"]) { members.append(("match", match)) }
        if ours.header.recordedOn != theirs.header.recordedOn, theirs.header.recordedOn > ours.header.recordedOn,
            let recorded = other?["recorded"]
        {
            members.append(("recorded", YAMLTree(recorded)))
        }
        guard !members.isEmpty, let node else { return }
        text = HeaderMerge.replacing(members, in: node)
        if let merged = try? CassetteText.header(of: text, file: ours.file) { rules = merged.rules }
    }

    private static func node(of text: CassetteText) -> LocatedNode? {
        try? DocumentScan(text.bytes).documents.first?.read(from: text.bytes, file: text.file) { $0 }
    }

    private static func replacing(_ members: [(String, YAMLTree)], in node: LocatedNode) -> [UInt8] {
        var tree = (node.members ?? []).map { member in
            (member.name, members.first { $0.0 == member.name }?.1 ?? YAMLTree(member.value))
        }
        tree += members.filter { member in !tree.contains { $0.0 == member.0 } }
        return Array(("---\n" + YAMLTree.mapping(tree).written() + "...\n").utf8)
    }

    /// Services of both; of one that both have, ours is kept. Nil when that is what ours says.
    private mutating func mergedServices(_ ours: CassetteText, _ theirs: CassetteText) -> YAMLTree? {
        var origins = ours.header.origins
        for origin in theirs.header.origins {
            guard let own = ours.header.origin(of: origin.service) else {
                origins.append(origin)
                continue
            }
            if own != origin {
                notes.append(
                    "\(origin.service.rawValue) was recorded from \(own.upstream) (\(own.from.rawValue)) and from \(origin.upstream) (\(origin.from.rawValue)); the header keeps the first"
                )
            }
        }
        guard origins != ours.header.origins else { return nil }
        return .mapping(
            origins.map { origin in
                let from = YAMLTree.text(origin.from.rawValue)
                return (origin.service.rawValue, .mapping([("upstream", .text(origin.upstream)), ("from", from)]))
            })
    }

    /// Rules of both: lists are put together, of other members the side counts that changed.
    private mutating func mergedRules(_ ours: LocatedNode?, _ theirs: LocatedNode?, _ base: LocatedNode?) -> YAMLTree? {
        guard let theirs, ours.map({ $0.json != theirs.json }) ?? true else { return nil }
        if let base, base.json == theirs.json { return nil }
        guard let ours, let old = ours.members else { return YAMLTree(theirs) }
        if let base, base.json == ours.json { return YAMLTree(theirs) }
        var members = old.map { ($0.name, YAMLTree($0.value)) }
        for member in theirs.members ?? [] {
            guard let place = old.firstIndex(where: { $0.name == member.name }) else {
                members.append((member.name, YAMLTree(member.value)))
                continue
            }
            let own = old[place].value
            guard own.json != member.value.json else { continue }
            if let items = own.items, let others = member.value.items {
                // What one side took out of the list since the base is out.
                let before = (base?[member.name]?.items ?? []).map(\.json)
                let kept = items.filter { !before.contains($0.json) || others.map(\.json).contains($0.json) }
                let added = others.filter { item in
                    !items.contains { $0.json == item.json } && !before.contains(item.json)
                }
                members[place].1 = .list((kept + added).map { YAMLTree($0) })
            } else if base?[member.name]?.json == own.json {
                members[place].1 = YAMLTree(member.value)
            } else if base?[member.name]?.json != member.value.json {
                conflicts.append(
                    "match: \(member.name) is \(own.json.text()) on one side and \(member.value.json.text()) on the other; the first was kept"
                )
            }
        }
        return .mapping(members)
    }
}

extension CassetteText {
    /// Reads a header's document by itself.
    static func header(of text: [UInt8], file: String) throws -> CassetteHeader {
        try Cassette(text, file: file).header
    }
}
