import Documents
import Transcripts

/// From hunk to hunk.
extension ReviewSession {
    mutating func go(by step: Int) {
        let all = positions
        guard let index = all.firstIndex(of: position), all.indices.contains(index + step) else {
            message = step < 0 ? "this is the first" : "this is the last"
            return
        }
        position = all[index + step]
    }

    /// The next hunk without a decision, from here to the end and then from the beginning; there is none: the end.
    mutating func goOn(after place: Position) -> [Action] {
        let all = positions
        let index = all.firstIndex(of: place).map { $0 + 1 } ?? 0
        guard let next = (all[index...] + all[..<index]).first(where: { decision(at: $0) == nil }) else {
            return [.finish]
        }
        position = next
        return []
    }

    mutating func search(_ key: Key, _ text: String) -> [Action] {
        switch key {
        case .character(let character): mode = .searching(text + String(character))
        case .backspace: mode = .searching(String(text.dropLast()))
        case .escape, .interrupt, .tab: mode = .deciding
        case .up, .down: break
        case .enter:
            mode = .deciding
            lastSearch = text.isEmpty ? lastSearch : text
            guard !lastSearch.isEmpty else { return [] }
            let all = positions
            let index = all.firstIndex(of: position).map { $0 + 1 } ?? 0
            let wanted = lastSearch.lowercased()
            let found = (all[index...] + all[..<index]).first { place in
                hunk(at: place).map { self.text(of: $0, in: place.subject).lowercased().contains(wanted) } ?? false
            }
            if let found { position = found } else { message = "'\(lastSearch)' is in no hunk" }
        }
        return []
    }

    private func text(of hunk: Hunk, in subject: Int) -> String {
        let entries = hunk.diff.operations.flatMap { [$0.before?.entry, $0.after?.entry].compactMap(\.self) }
        return ([subjects[subject].pending.scenario, hunk.key, hunk.kind] + entries.map { $0.json.text() })
            .joined(separator: "\n")
    }
}
