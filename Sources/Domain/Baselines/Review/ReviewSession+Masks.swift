import Cassettes

extension ReviewSession {
    mutating func startMasking() {
        guard let hunk = hunk(at: position) else { return }
        proposals = MaskProposal.all(for: hunk, in: subjects[position.subject].comparison)
        if proposals.isEmpty {
            message = "no text differs here that a mask could cover: accept it, or reject it"
        } else {
            mode = .masking(chosen: 0)
        }
    }

    mutating func mask(_ key: Key, _ chosen: Int) -> [Action] {
        switch key {
        case .tab, .down, .character("n"), .character(" "): mode = .masking(chosen: (chosen + 1) % proposals.count)
        case .up: mode = .masking(chosen: (chosen + proposals.count - 1) % proposals.count)
        case .character("e"): mode = .editing(proposals[chosen].mask.pattern.description)
        case .enter, .character("y"), .character("m"): return write(proposals[chosen].mask)
        case .escape, .interrupt, .character("q"): mode = .deciding
        case .character(let character):
            message = "no command is '\(character)': Enter writes the mask, Tab shows the next, e edits it, Esc leaves"
        case .backspace: break
        }
        return []
    }

    mutating func edit(_ key: Key, _ text: String) -> [Action] {
        switch key {
        case .character(let character): mode = .editing(text + String(character))
        case .backspace: mode = .editing(String(text.dropLast()))
        case .escape, .interrupt: mode = .masking(chosen: 0)
        case .tab, .up, .down: break
        case .enter:
            guard let hunk = hunk(at: position), let path = proposals.first?.mask.path else { return [] }
            guard let pattern = MatchPattern(text) else {
                message = "'\(text)' is no pattern; it is \(MatchPattern.expected)"
                return []
            }
            let mask = MatchRules.Mask(path: path, pattern: pattern, as: "<masked>")
            proposals.insert(MaskProposal(mask, for: hunk, in: subjects[position.subject].comparison), at: 0)
            mode = .masking(chosen: 0)
        }
        return []
    }

    /// A mask is the baseline's: all scenarios of that file are compared anew.
    private mutating func write(_ mask: MatchRules.Mask) -> [Action] {
        let file = subjects[position.subject].file
        let matter = hunk(at: position).map { subjects[position.subject].pending.matter(of: mask, $0) }
        var baseline = baselines[file] ?? Baseline()
        baseline.add(mask)
        baselines[file] = baseline
        let before = positions.count
        for index in subjects.indices where subjects[index].file == file {
            subjects[index].comparison = subjects[index].pending.comparison(with: baseline)
        }
        mode = .deciding
        proposals = []
        let gone = before - positions.count
        message =
            gone > 0
            ? "masked: \(gone) \(gone == 1 ? "hunk is" : "hunks are") gone"
            : "masked, but more differs here: mask that, too, or accept it"
        var actions = matter.map { [Action.write(file: file, baseline, $0)] } ?? []
        if hunk(at: position) == nil || decision(at: position) != nil {
            let all = positions
            let later = all.first {
                ($0.subject, $0.hunk) >= (position.subject, position.hunk) && decision(at: $0) == nil
            }
            if let next = later ?? all.first(where: { decision(at: $0) == nil }) {
                position = next
            } else {
                actions.append(.finish)
            }
        }
        return actions
    }
}
