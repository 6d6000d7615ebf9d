import Documents

/// A request's body written as what it changes in an earlier one's: `like`, then `drop`, `set` and `append`.
struct RequestDelta {
    /// The number of the interaction whose resolved body is the base.
    var like: Int
    var drop: [JSONPointer] = []
    var set: [(JSONPointer, JSONValue)] = []
    var append: [(JSONPointer, [JSONValue])] = []

    /// What turns one body into the other, member by member; of a list that begins as it did, only what is different.
    init(like: Int, from base: JSONObject, to body: JSONObject) {
        self.like = like
        for member in base.members where body[member.name] == nil { drop.append(JSONPointer([member.name])) }
        for member in body.members {
            let pointer = JSONPointer([member.name])
            guard let old = base[member.name] else {
                set.append((pointer, member.value))
                continue
            }
            guard old != member.value else { continue }
            if case .array(let before) = old, case .array(let now) = member.value, before.first == now.first,
                !before.isEmpty
            {
                addChanges(of: pointer, from: before, to: now)
            } else {
                set.append((pointer, member.value))
            }
        }
    }

    /// Takes items off the end, replaces those that differ, and appends the rest; or replaces the list, if that is shorter.
    private mutating func addChanges(of list: JSONPointer, from before: [JSONValue], to now: [JSONValue]) {
        var changes = RequestDelta(like: like)
        for index in stride(from: before.count - 1, through: now.count, by: -1) {
            changes.drop.append(list.appending("\(index)"))
        }
        for (index, (old, new)) in zip(before, now).enumerated() where old != new {
            changes.set.append((list.appending("\(index)"), new))
        }
        if now.count > before.count { changes.append.append((list, Array(now.dropFirst(before.count)))) }
        var whole = RequestDelta(like: like)
        whole.set.append((list, .array(now)))
        let isOnlyLonger = changes.drop.isEmpty && changes.set.isEmpty
        let chosen =
            isOnlyLonger || changes.tree.written().utf8.count < whole.tree.written().utf8.count ? changes : whole
        drop += chosen.drop
        set += chosen.set
        append += chosen.append
    }

    private init(like: Int) { self.like = like }

    /// Reads the members of a request; the caller has seen `like`.
    ///
    /// - Parameter json: What a value means, which may stand beside the file.
    init(like: Int, reader: inout MappingReader, json: (LocatedNode) -> JSONValue = { $0.json }) {
        self.like = like
        for item in reader.items("drop") ?? [] {
            if let pointer = RequestDelta.pointer(item.text, at: item.place, &reader) { drop.append(pointer) }
        }
        for member in RequestDelta.members("set", &reader) {
            if let pointer = RequestDelta.pointer(member.name, at: member.place, &reader) {
                set.append((pointer, json(member.value)))
            }
        }
        for member in RequestDelta.members("append", &reader) {
            guard let items = member.value.items else {
                reader.report(at: member.value.place, "append takes a list", expected: "POINTER: [ITEM, …]")
                continue
            }
            if let pointer = RequestDelta.pointer(member.name, at: member.place, &reader) {
                append.append((pointer, items.map(json)))
            }
        }
    }

    private static func members(_ name: String, _ reader: inout MappingReader) -> [LocatedNode.Member] {
        guard let node = reader.optional(name) else { return [] }
        if let members = node.members { return members }
        reader.report(
            at: node.place, "\(name) must be a mapping, not \(node.json.kindName)", expected: "POINTER: VALUE")
        return []
    }

    private static func pointer(_ text: String?, at place: Place, _ reader: inout MappingReader) -> JSONPointer? {
        if let pointer = text.flatMap(JSONPointer.init(parsing:)), !pointer.tokens.isEmpty { return pointer }
        reader.report(at: place, "'\(text ?? "")' is not a JSON pointer", expected: "/member/… (RFC 6901)")
        return nil
    }

    /// The body this stands for; nil when a place does not exist in the base.
    func applied(to base: JSONValue) -> JSONValue? {
        var body = base
        for pointer in drop where !body.set(nil, at: pointer) { return nil }
        for (pointer, value) in set where !body.set(value, at: pointer) { return nil }
        for (pointer, items) in append {
            guard case .array(let before)? = body[pointer], body.set(.array(before + items), at: pointer) else {
                return nil
            }
        }
        return body
    }

    var tree: YAMLTree {
        var members: [(String, YAMLTree)] = [("like", .bare("\(like)"))]
        if !drop.isEmpty { members.append(("drop", .list(drop.map { .text($0.description) }))) }
        if !set.isEmpty { members.append(("set", .mapping(set.map { ($0.0.description, YAMLTree($0.1)) }))) }
        if !append.isEmpty {
            members.append(("append", .mapping(append.map { ($0.0.description, .list($0.1.map(YAMLTree.init))) })))
        }
        return .mapping(members)
    }
}
