import Documents

/// Writes the merge of two cassettes: documents in order, numbers, sandboxes and bases as they are now.
struct MergeAssembly {
    private let a: CassetteText
    private let b: CassetteText
    private let header: HeaderMerge
    private let choice: MergeChoice
    /// For sandboxes of theirs, their labels in the merge.
    let labels: [Int: Int]
    private let numbers: [Item: Int]
    private let placesInOurs: [Int: Int]
    private let placesInTheirs: [Int: Int]

    /// A document of one side.
    private enum Item: Hashable {
        case ours(Int)
        case theirs(Int)

        var place: Int {
            switch self {
            case .ours(let place), .theirs(let place): place
            }
        }
    }

    init(ours a: CassetteText, theirs b: CassetteText, header: HeaderMerge, choice: MergeChoice) {
        self.a = a
        self.b = b
        self.header = header
        self.choice = choice
        labels = MergeAssembly.labels(a, b, choice)
        // Who comes first is told by the numbers.
        func byNumber(_ text: CassetteText) -> [Int] {
            text.documents.indices.sorted {
                text.documents[$0].interaction.number < text.documents[$1].interaction.number
            }
        }
        var numbers: [Item: Int] = [:]
        var last = -1
        for item in MergeAssembly.order(byNumber(a), byNumber(b), choice) {
            let wanted = if case .ours(let place) = item { a.documents[place].interaction.number } else { 1 }
            last = max(wanted, last + 1)
            numbers[item] = last
        }
        self.numbers = numbers
        placesInOurs = a.placesByNumber
        placesInTheirs = b.placesByNumber
    }

    /// Ours in their order; each of theirs before the next one that both have, or at the end.
    private static func order(_ ours: [Int], _ theirs: [Int], _ choice: MergeChoice) -> [Item] {
        var before: [Int: [Int]] = [:]
        var pending: [Int] = []
        for place in theirs {
            if let twin = choice.same[place], choice.ours.contains(twin) {
                before[twin, default: []] += pending
                pending = []
            } else if choice.theirs.contains(place) {
                pending.append(place)
            }
        }
        return ours.filter(choice.ours.contains).flatMap { place in
            (before[place] ?? []).map(Item.theirs) + [.ours(place)]
        } + pending.map(Item.theirs)
    }

    /// A sandbox of theirs is one of ours when both have a recording of it, else it is another one.
    private static func labels(_ a: CassetteText, _ b: CassetteText, _ choice: MergeChoice) -> [Int: Int] {
        var labels: [Int: Int] = [:]
        for (place, twin) in choice.same.sorted(by: { $0.key < $1.key }) {
            guard let label = b.documents[place].interaction.sandbox, let own = a.documents[twin].interaction.sandbox,
                labels[label] == nil, !labels.values.contains(own)
            else { continue }
            labels[label] = own
        }
        var last = a.documents.compactMap(\.interaction.sandbox).max() ?? 0
        for place in choice.theirs.sorted() {
            guard let label = b.documents[place].interaction.sandbox, labels[label] == nil else { continue }
            last += 1
            labels[label] = last
        }
        return labels
    }

    // MARK: Writing

    /// The merge, and large contents that are new in it.
    func text() -> (bytes: [UInt8], contents: [BesideContent]?) {
        var out = Array(a.bytes[..<a.headerRange.lowerBound]) + header.text
        var writer = CassetteWriter()
        var contents: [BesideContent]? = []
        /// Numbers that stand above: only those may be added to.
        var written: Set<Int> = []
        for item in MergeAssembly.order(Array(a.documents.indices), Array(b.documents.indices), choice) {
            let source = self.source(of: item)
            let document = text(of: source).documents[source.place]
            var interaction = document.interaction
            interaction.number = numbers[item] ?? interaction.number
            interaction.key = interaction.computedKey(header.rules)
            var edit = DocumentEdit(number: interaction.number, key: interaction.key)
            switch item {
            case .ours(let place): edit.sandbox = a.documents[place].interaction.sandbox
            case .theirs: edit.sandbox = document.interaction.sandbox.flatMap { labels[$0] }
            }

            var found: [BesideContent]? = []
            let tree = writer.requestTree(for: interaction, contents: &found)
            if let base = document.base {
                if let like = number(of: base, in: source), written.contains(like) {
                    edit.like = like
                } else {
                    edit.members.append(("request", tree))
                    contents?.append(contentsOf: found ?? [])
                }
            }
            written.insert(interaction.number)
            out += gap(before: item) + edit.applied(to: document, in: text(of: source).bytes)
        }
        // What stands behind the last document, but for a torn end.
        let end = a.documents.last?.range.upperBound ?? a.headerRange.upperBound
        return (out + a.bytes[end..<max(end, a.wholeByteCount)], contents)
    }

    /// Whose text is written: ours, unless only theirs has changed it.
    private func source(of item: Item) -> Item {
        if case .ours(let place) = item, let newer = choice.newer[place] { return .theirs(newer) }
        return item
    }

    private func text(of item: Item) -> CassetteText {
        if case .ours = item { a } else { b }
    }

    private func gap(before item: Item) -> ArraySlice<UInt8> {
        text(of: item).bytes[text(of: item).gap(before: item.place)]
    }

    /// The number in the merge of what a side knows under a number; nil when it is not in it.
    private func number(of base: Int, in source: Item) -> Int? {
        if case .ours = source { return placesInOurs[base].flatMap { numbers[.ours($0)] } }
        guard let place = placesInTheirs[base] else { return nil }
        if let twin = choice.same[place], choice.ours.contains(twin) { return numbers[.ours(twin)] }
        return numbers[.theirs(place)]
    }
}

extension CassetteText {
    fileprivate var placesByNumber: [Int: Int] {
        Dictionary(documents.enumerated().map { ($1.interaction.number, $0) }) { first, _ in first }
    }
}
