public import Documents

/// Advice on a cassette that plays: what in it does nothing, what could be shorter, what may never match again.
public enum CassetteLint {
    /// - Parameters:
    ///   - present: What stands beside the file.
    /// - Returns: Warnings, in the order of their places.
    /// - Throws: `Diagnostics` when the cassette is broken.
    public static func findings(
        in bytes: [UInt8], file: String, beside: (any BesideFiles)? = nil, present: [BesideDigest] = []
    ) throws -> [Diagnostic] {
        let text = try CassetteText(bytes, file: file, beside: beside)
        let header = try DocumentScan(bytes).documents[0].read(from: bytes, file: file) { $0 }
        let findings =
            idleRules(text, header) + idleServices(text, header) + requestsThatCouldBeChanges(text)
            + equalInteractions(text)
            + idleSandboxes(text) + idleLayouts(text) + volatileValues(text)
        let unreferenced = present.filter { !text.digests.contains($0) }.map { digest in
            text.diagnostic(at: nil, "nothing refers to the content \(digest) beside it", fix: "remove the file")
        }
        return Diagnostics(findings + unreferenced).all
    }

    // MARK: The header

    private static func idleRules(_ text: CassetteText, _ header: LocatedNode) -> [Diagnostic] {
        let rules = text.header.rules
        let lists = [("ignore", rules.ignore.count), ("mask", rules.mask.count), ("alias", rules.alias.count)]
        var uses = [Int](repeating: 0, count: lists.reduce(0) { $0 + $1.1 })
        guard !uses.isEmpty else { return [] }
        for document in text.documents {
            let interaction = document.interaction
            let found = rules.uses(
                in: interaction.keyBytes, service: interaction.service, operation: interaction.operation)
            for (index, count) in zip(uses.indices, found) { uses[index] += count }
        }
        var found: [Diagnostic] = []
        var index = 0
        for (name, count) in lists {
            let items = header["match"]?[name]?.items ?? []
            for item in items.prefix(count) where uses[index + (items.firstIndex { $0.place == item.place } ?? 0)] == 0
            {
                let rule = item.text ?? item.json.text(in: JSONLayout(.spaced))
                found.append(
                    text.diagnostic(
                        at: item.place, "the rule '\(name): \(rule)' matches nothing in any request",
                        fix: "remove it, or correct it"))
            }
            index += count
        }
        return found
    }

    private static func idleServices(_ text: CassetteText, _ header: LocatedNode) -> [Diagnostic] {
        let used = Set(text.documents.map(\.interaction.service.rawValue))
        return (header["services"]?.members ?? []).filter { !used.contains($0.name) }.map { member in
            text.diagnostic(at: member.place, "no interaction is of the service '\(member.name)'", fix: "remove it")
        }
    }

    // MARK: Interactions

    private static func requestsThatCouldBeChanges(_ text: CassetteText) -> [Diagnostic] {
        var writer = CassetteWriter()
        var found: [Diagnostic] = []
        for document in text.documents {
            var contents: [BesideContent]? = []
            let tree = writer.requestTree(for: document.interaction, contents: &contents)
            guard let request = document.node["request"], document.base == nil, case .mapping(let members) = tree,
                members.first?.0 == "like", case .bare(let base)? = members.first?.1
            else { continue }
            let shorter = tree.written().utf8.count, now = YAMLTree(request).written().utf8.count
            guard shorter < now else { continue }
            found.append(
                text.diagnostic(
                    at: request.place,
                    "the request of interaction \(document.interaction.number) is written whole; "
                        + "as what it adds to interaction \(base) it takes \(shorter) bytes, not \(now)",
                    fix: "write it as a change, or record again"))
        }
        return found
    }

    private static func equalInteractions(_ text: CassetteText) -> [Diagnostic] {
        var first: [InteractionPrint: Int] = [:]
        return text.documents.indices.compactMap { position in
            let interaction = text.documents[position].interaction
            // What code does is recorded once for each time it ran.
            guard interaction.service != .hopx else { return nil }
            let print = InteractionPrint(interaction, rules: text.header.rules)
            guard let other = first[print] else {
                first[print] = interaction.number
                return nil
            }
            return text.diagnostic(
                at: text.place(of: position), "interaction \(interaction.number) is the same as interaction \(other)",
                fix: "keep it if the program asks twice; else understudy cassette prune")
        }
    }

    private static func idleSandboxes(_ text: CassetteText) -> [Diagnostic] {
        var positions: [Int: [Int]] = [:]
        var found: [Diagnostic] = []
        for (position, document) in text.documents.enumerated() {
            guard let label = document.interaction.sandbox, let node = document.node["sandbox"] else { continue }
            if document.interaction.service == .hopx {
                positions[label, default: []].append(position)
            } else {
                found.append(
                    text.diagnostic(at: node.place, "only calls of hopx have a sandbox", fix: "remove the line"))
            }
        }
        for (label, positions) in positions {
            guard positions.count == 1, text.documents[positions[0]].interaction.operation.path == "/v1/sandboxes"
            else { continue }
            let place = text.documents[positions[0]].node["sandbox"]?.place
            found.append(
                text.diagnostic(at: place, "nothing is done with sandbox \(label)", fix: "understudy cassette prune"))
        }
        return found
    }

    private static func idleLayouts(_ text: CassetteText) -> [Diagnostic] {
        text.documents.flatMap { document -> [Diagnostic] in
            ["request", "response"].compactMap { part in
                guard let node = document.node[part]?["layout"] else { return nil }
                guard part == "request" || node.text == JSONLayout.compact.name else { return nil }
                let reason =
                    part == "request" ? "a request needs no layout" : "'layout: compact' is what is meant without it"
                return text.diagnostic(at: node.place, reason, fix: "remove the line")
            }
        }
    }

    // MARK: Values that change

    private static func volatileValues(_ text: CassetteText) -> [Diagnostic] {
        struct Kind: Hashable {
            let place: String
            let kind: String
        }
        var found: [Kind: (count: Int, first: Int, position: Int, exact: JSONPointer)] = [:]
        for (position, document) in text.documents.enumerated() {
            let interaction = document.interaction
            // As rules leave it: what they ignore or mask does not matter.
            let tree = text.header.rules.comparable(
                interaction.keyBytes, service: interaction.service, operation: interaction.operation)
            VolatileValue.visit(tree) { place, kind in
                let general = place.tokens.map { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } ? "*" : $0 }
                let key = Kind(place: JSONPointer(general).description, kind: kind)
                found[key, default: (0, interaction.number, position, place)].count += 1
            }
        }
        return found.sorted {
            ($0.value.position, $0.key.place, $0.key.kind) < ($1.value.position, $1.key.place, $1.key.kind)
        }
        .map { kind, seen in
            let times = seen.count == 1 ? "" : ", and in \(seen.count - 1) more"
            return text.diagnostic(
                at: text.documents[seen.position].node["request"]?.place ?? text.place(of: seen.position),
                "\(seen.exact.path) of interaction \(seen.first)\(times) looks like \(kind.kind), "
                    + "which the next run may not send again",
                fix: "if it changes from run to run, add a rule to 'match:', then understudy cassette rekey")
        }
    }
}
