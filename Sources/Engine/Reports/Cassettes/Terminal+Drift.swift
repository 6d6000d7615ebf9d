public import Cassettes
public import Documents

extension Terminal {
    /// A table of what was asked again, what differs below each, and the totals.
    public func drift(_ report: DriftReport) -> String {
        var lines: [Line] = []
        for file in report.lines.map(\.file).reduce(into: [String](), { if $0.last != $1 { $0.append($1) } }) {
            lines.append(Line(file, .strong))
            for line in report.lines where line.file == file {
                let kind = line.drift.kind
                let name = "\(line.number)  \(line.service.rawValue) \(line.operation)"
                lines.append(Line([.init("  \(name)  "), .init(kind.rawValue, Wording.role(kind))]))
                lines += line.drift.details.flatMap { prose($0, .faint, indent: 6) }
            }
        }
        let counts = Drift.Kind.allCases.map { ($0, report.count($0)) }.filter { $1 > 0 }.map {
            "\(Wording.count($1)) \($0.rawValue)"
        }
        var totals = ["\(Wording.count(report.lines.count)) asked again"]
        if !counts.isEmpty { totals[0] += ": " + counts.joined(separator: ", ") }
        if report.tokens > 0 { totals.append(Wording.count(report.tokens, "token")) }
        totals.append("seed \(report.seed)")
        lines.append(Line(totals.joined(separator: " · ")))
        if report.unaskedCount > 0 {
            let count = "\(Wording.count(report.unaskedCount)) of the sample not asked"
            lines.append(Line("stopped: \(report.stop ?? "a service could not be reached"); \(count)", .caution))
        }
        return page(lines)
    }
}

extension JSONReport {
    /// `{seed, asked, identical, wording, shape, failed, not_asked, stopped, tokens, interactions: [{file, interaction, service, operation, drift, details}]}`.
    public static func drift(_ report: DriftReport) -> JSONValue {
        var object = JSONObject([("seed", .string("\(report.seed)")), ("asked", .number(report.lines.count))])
        for kind in Drift.Kind.allCases { object[kind.rawValue] = .number(report.count(kind)) }
        object["not_asked"] = .number(report.unaskedCount)
        object["stopped"] = report.stop.map(JSONValue.string)
        object["tokens"] = .number(report.tokens)
        object["interactions"] = .array(
            report.lines.map { line in
                [
                    "file": .string(line.file), "interaction": .number(line.number),
                    "service": .string(line.service.rawValue), "operation": .string("\(line.operation)"),
                    "drift": .string(line.drift.kind.rawValue),
                    "details": .array(line.drift.details.map(JSONValue.string)),
                ]
            })
        return .object(object)
    }
}

extension Wording {
    fileprivate static func role(_ kind: Drift.Kind) -> Style.Role {
        switch kind {
        case .identical: .good
        case .wording: .faint
        case .shape: .caution
        case .failed: .bad
        }
    }
}
