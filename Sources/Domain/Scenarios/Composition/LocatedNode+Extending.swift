import Documents

extension LocatedNode {
    /// The same tree, each place of which says in which file it is.
    func located(in file: String) -> LocatedNode {
        let place = Place(line: place.line, column: place.column, file: place.file ?? file)
        switch content {
        case .scalar: return LocatedNode(content, at: place, tag: tag)
        case .sequence(let items):
            return LocatedNode(.sequence(items.map { $0.located(in: file) }), at: place, tag: tag)
        case .mapping(let members):
            let members = members.map { member in
                Member(
                    name: member.name,
                    place: Place(line: member.place.line, column: member.place.column, file: member.place.file ?? file),
                    value: member.value.located(in: file))
            }
            return LocatedNode(.mapping(members), at: place, tag: tag)
        }
    }

    /// What a file says that extends another: mappings are joined member by member, anything else replaces what was there.
    ///
    /// - Parameter replacing: Members that are never joined.
    func extending(_ base: LocatedNode, replacing: Set<String> = []) -> LocatedNode {
        guard let own = members, let others = base.members else { return self }
        var joined = others
        for member in own {
            guard let index = joined.firstIndex(where: { $0.name == member.name }) else {
                joined.append(member)
                continue
            }
            let value =
                replacing.contains(member.name) ? member.value : member.value.extending(joined[index].value)
            joined[index] = Member(name: member.name, place: member.place, value: value)
        }
        return LocatedNode(.mapping(joined), at: place, tag: tag)
    }

    func removing(_ name: String) -> LocatedNode {
        guard let members else { return self }
        return LocatedNode(.mapping(members.filter { $0.name != name }), at: place, tag: tag)
    }
}
