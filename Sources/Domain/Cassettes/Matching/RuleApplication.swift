import Documents

/// Applies the rules of a file to one body, and counts what each of them finds.
struct RuleApplication {
    private let rules: MatchRules
    private let keepsPlaces: Bool
    /// Places left out and texts replaced, for each rule: those of `ignore`, then `mask`, then `alias`.
    private(set) var uses: [Int]
    /// Text of an id → its number, in order of appearance.
    private var ids: [[UInt8]: Int] = [:]

    /// - Parameter keepsPlaces: What is left out of a list leaves null in its place, so that paths still fit.
    init(_ rules: MatchRules, keepsPlaces: Bool = false) {
        self.rules = rules
        self.keepsPlaces = keepsPlaces
        uses = Array(repeating: 0, count: rules.ignore.count + rules.mask.count + rules.alias.count)
    }

    /// - Parameter tree: Its members in canonical order, which is the order in which ids appear.
    mutating func apply(to tree: JSONValue) -> JSONValue {
        var tree = tree
        var number = 0
        for path in rules.ignore {
            tree = removing(from: tree, JSONPath.Progress(path), rule: number) ?? tree
            number += 1
        }
        for mask in rules.mask {
            tree = replacing(in: tree, mask.path.map(JSONPath.Progress.init), mask.pattern, rule: number) { _, _ in
                mask.replacement
            }
            number += 1
        }
        for alias in rules.alias {
            tree = replacing(in: tree, alias.path.map(JSONPath.Progress.init), alias.pattern, rule: number) {
                ids, text in
                let id = ids[Array(text.utf8)] ?? ids.count + 1
                ids[Array(text.utf8)] = id
                return "<id-\(id)>"
            }
            number += 1
        }
        return tree
    }

    /// Nil when the value itself is left out.
    private mutating func removing(from value: JSONValue, _ progress: JSONPath.Progress, rule: Int) -> JSONValue? {
        if progress.isThere {
            uses[rule] += 1
            return nil
        }
        guard !progress.isLost else { return value }
        switch value {
        case .object(let object):
            var kept: [(String, JSONValue)] = []
            for member in object.members {
                if let value = removing(from: member.value, progress.into(member: member.name), rule: rule) {
                    kept.append((member.name, value))
                }
            }
            return .object(JSONObject(kept))
        case .array(let items):
            var kept: [JSONValue] = []
            for (index, item) in items.enumerated() {
                if let value = removing(from: item, progress.into(item: index), rule: rule) {
                    kept.append(value)
                } else if keepsPlaces {
                    kept.append(.null)
                }
            }
            return .array(kept)
        case .null, .bool, .number, .string: return value
        }
    }

    /// - Parameter progress: Nil where every text is meant.
    private mutating func replacing(
        in value: JSONValue, _ progress: JSONPath.Progress?, _ pattern: MatchPattern, rule: Int,
        with replacement: (inout [[UInt8]: Int], String) -> String
    ) -> JSONValue {
        if let progress, progress.isLost { return value }
        let progress = progress?.isThere ?? true ? nil : progress
        switch value {
        case .string(let text):
            guard progress == nil else { return value }
            var count = 0
            let replaced = pattern.replacing(in: text) { match in
                count += 1
                return replacement(&ids, match)
            }
            uses[rule] += count
            return replaced.map(JSONValue.string) ?? value
        case .object(let object):
            let members = object.members.map { member in
                (
                    member.name,
                    replacing(
                        in: member.value, progress?.into(member: member.name), pattern, rule: rule, with: replacement)
                )
            }
            return .object(JSONObject(members))
        case .array(let items):
            return .array(
                items.enumerated().map { index, item in
                    replacing(in: item, progress?.into(item: index), pattern, rule: rule, with: replacement)
                })
        case .null, .bool, .number: return value
        }
    }
}
