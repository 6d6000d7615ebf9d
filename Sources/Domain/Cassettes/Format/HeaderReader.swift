import Documents

/// Reads a cassette's first document.
enum HeaderReader {
    static let version = "cassette/1"

    static func read(_ node: LocatedNode, file: String) throws -> CassetteHeader {
        var reader = MappingReader(node, file: file, what: "a cassette's header")
        checkVersion(&reader)
        let name = readName(&reader)
        var recorded = ("", "")
        if let node = reader.optional("recorded") {
            var inner = MappingReader(node, file: file, what: "recorded")
            recorded = (inner.text("by") ?? "", inner.text("on") ?? "")
            reader.report(inner.finish())
        }
        let origins = readOrigins(&reader, file: file)
        let rules = readRules(&reader, file: file)
        let problems = reader.finish()
        guard problems.isEmpty, let name else { throw Diagnostics(problems) }
        return CassetteHeader(
            name: name, recordedBy: recorded.0, recordedOn: recorded.1, origins: origins, rules: rules)
    }

    private static func checkVersion(_ reader: inout MappingReader) {
        guard let node = reader.required("understudy", expected: version) else { return }
        let text = node.text ?? "a \(node.json.kindName)"
        guard node.text != version else { return }
        let isCassette = text.hasPrefix("cassette/")
        reader.report(
            at: node.place, isCassette ? "unknown cassette version '\(text)'" : "not a cassette: '\(text)'",
            expected: version,
            fix: isCassette ? "use a newer understudy, or record the cassette again" : "name a cassette file")
    }

    private static func readName(_ reader: inout MappingReader) -> CassetteName? {
        guard let node = reader.required("name", expected: "its path under cassettes/, without .yaml") else {
            return nil
        }
        if let name = node.text.flatMap(CassetteName.init) { return name }
        reader.report(at: node.place, "'\(node.text ?? "")' is not a cassette's name", expected: CassetteName.expected)
        return nil
    }

    private static func readOrigins(_ reader: inout MappingReader, file: String) -> [CassetteHeader.Origin] {
        guard let node = reader.optional("services") else { return [] }
        guard let members = node.members else {
            reader.report(
                at: node.place, "services must be a mapping, not \(node.json.kindName)",
                expected: "SERVICE: {upstream: …, from: …}")
            return []
        }
        return members.compactMap { member in
            guard let service = Service(rawValue: member.name) else {
                let words = Service.allCases.map(\.rawValue)
                reader.report(
                    at: member.place, "unknown service '\(member.name)'",
                    expected: "one of " + words.joined(separator: ", "),
                    fix: nearestWord(to: member.name, among: words).map { "did you mean '\($0)'?" })
                return nil
            }
            var inner = MappingReader(member.value, file: file, what: "a service")
            let upstream = inner.text("upstream") ?? ""
            let from = inner.word("from", among: CassetteHeader.Origin.Kind.allCases.map(\.rawValue))
            reader.report(inner.finish())
            return .init(
                service: service, upstream: upstream, from: from.flatMap(CassetteHeader.Origin.Kind.init) ?? .edited)
        }
    }

    private static func readRules(_ reader: inout MappingReader, file: String) -> MatchRules {
        guard let node = reader.optional("match") else { return MatchRules() }
        let (rules, problems) = MatchRules.read(node, file: file, isHeader: true)
        reader.report(problems)
        return rules
    }
}
