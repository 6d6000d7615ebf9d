import Documents
import TextConditions

/// Parameters of a scenario, each point of which is a scenario of its own.
struct Matrix {
    /// One choice of values, in the order in which the file has the parameters.
    struct Point {
        let values: [(name: String, value: LocatedNode)]

        /// `NAME=VALUE`, joined by commas.
        var text: String { values.map { "\($0.name)=\($0.value.text ?? "")" }.joined(separator: ",") }
    }

    private(set) var points: [Point] = []
    /// Where each parameter is first named.
    private(set) var names: [(name: String, place: Place)] = []
    private static let limit = 1000

    /// - Parameter problems: Gets all that is wrong with it.
    init(_ node: LocatedNode, file: String, problems: inout [Diagnostic]) {
        func report(at place: Place, _ message: String, expected: String, fix: String? = nil) {
            problems.append(Diagnostic(file: file, at: place, message, expected: expected, fix: fix))
        }
        let expected = "{NAME: [VALUE, …], …}, or a list of points [{NAME: VALUE, …}, …]"
        let count = problems.count
        func check(_ member: LocatedNode.Member, _ values: [LocatedNode]) {
            if !Matrix.isName(member.name) {
                report(
                    at: member.place, "\(quoted(member.name)) cannot be a parameter's name",
                    expected: "letters, digits, '_' and '-'")
            }
            for value in values where value.words?.isEmpty ?? true {
                report(at: value.place, "\(member.name) cannot be \(value.shown)", expected: "a text or a number")
            }
        }
        if let members = node.members, !members.isEmpty {
            var points = [Point(values: [])]
            for member in members {
                guard let values = member.value.items, !values.isEmpty else {
                    report(
                        at: member.value.place, "\(member.name) cannot be \(member.value.shown)",
                        expected: "a list of values")
                    continue
                }
                check(member, values)
                names.append((member.name, member.place))
                points = points.flatMap { point in
                    values.map { Point(values: point.values + [(member.name, $0)]) }
                }
                guard points.count <= Matrix.limit else { break }
            }
            self.points = points
        } else if let items = node.items, !items.isEmpty {
            for item in items {
                guard let members = item.members, !members.isEmpty else {
                    report(at: item.place, "a point cannot be \(item.shown)", expected: "{NAME: VALUE, …}")
                    continue
                }
                for member in members {
                    check(member, [member.value])
                    if !names.contains(where: { $0.name == member.name }) { names.append((member.name, member.place)) }
                }
                points.append(Point(values: members.map { ($0.name, $0.value) }))
            }
            for (item, point) in zip(items, points) {
                for (name, _) in names where !point.values.contains(where: { $0.name == name }) {
                    report(at: item.place, "this point has no \(name)", expected: "every parameter in every point")
                }
            }
        } else {
            report(at: node.place, "matrix cannot be \(node.shown)", expected: expected)
        }
        if points.count > Matrix.limit {
            report(at: node.place, "the matrix has too many points", expected: "\(Matrix.limit) at most")
        }
        guard problems.count == count else { return }
        var seen: Set<String> = []
        for point in points where !seen.insert(Matrix.fileText(point.text)).inserted {
            report(
                at: node.place, "the point \(point.text) is there twice, or differs from another one only by signs",
                expected: "points that cassettes can be named by")
        }
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(isWord)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x5F || byte == 0x2D
    }

    /// What two points must not have in common: their files' names.
    private static func fileText(_ text: String) -> String {
        String(decoding: text.utf8.map { isWord($0) || $0 == 0x3D || $0 == 0x2C ? $0 : 0x5F }, as: UTF8.self)
    }

    // MARK: Points

    /// A document with `${NAME}` replaced; what is nothing but that takes the value as it is written, a number for one.
    ///
    /// - Parameter used: Gets the names that were found.
    static func document(_ node: LocatedNode, at point: Point, used: inout Set<String>) -> LocatedNode {
        switch node.content {
        case .sequence(let items):
            return LocatedNode(
                .sequence(items.map { document($0, at: point, used: &used) }), at: node.place, tag: node.tag)
        case .mapping(let members):
            let members = members.map { member in
                LocatedNode.Member(
                    name: member.name, place: member.place, value: document(member.value, at: point, used: &used))
            }
            return LocatedNode(.mapping(members), at: node.place, tag: node.tag)
        case .scalar(let text, let isPlain):
            var written = text
            for (name, value) in point.values where written.firstUTF8Range(of: "${\(name)}") != nil {
                used.insert(name)
                if isPlain, text == "${\(name)}" { return LocatedNode(value.content, at: node.place) }
                written = written.replacing("${\(name)}", with: value.text ?? "")
            }
            return written == text
                ? node : LocatedNode(.scalar(written, isPlain: false), at: node.place, tag: node.tag)
        }
    }
}
