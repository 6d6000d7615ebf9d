public import Documents

/// One thing that was looked at on this machine, and how it is.
public struct MachineCheck: Sendable, Equatable {
    public enum State: String, Sendable {
        case good
        /// Something can be done without it, and something cannot.
        case lacking
        case failed
    }

    public let name: String
    public let state: State
    /// What was found, or why it is not good.
    public let detail: String
    /// What to do; nil exactly when it is good.
    public let fix: String?

    public static func good(_ name: String, _ detail: String) -> MachineCheck {
        MachineCheck(name: name, state: .good, detail: detail, fix: nil)
    }

    public static func lacking(_ name: String, _ detail: String, fix: String) -> MachineCheck {
        MachineCheck(name: name, state: .lacking, detail: detail, fix: fix)
    }

    public static func failed(_ name: String, _ detail: String, fix: String) -> MachineCheck {
        MachineCheck(name: name, state: .failed, detail: detail, fix: fix)
    }
}

extension Terminal {
    /// A line for each check; below one that is not good, what to do.
    public func machine(_ checks: [MachineCheck]) -> String {
        let widest = checks.map(\.name.count).max() ?? 0
        return page(
            checks.flatMap { check -> [Line] in
                let (sign, role): (String, Style.Role) =
                    switch check.state {
                    case .good: ("✓ ", .good)
                    case .lacking: ("– ", .caution)
                    case .failed: ("✗ ", .bad)
                    }
                let name = Line([.init(sign, role), .init(check.name, .strong)]).padded(to: widest + 4)
                let details = check.detail.printedLines.filter { !$0.isEmpty }
                let first = name + Line(details.first ?? "")
                let rest = details.dropFirst().map { Line($0).indented(by: widest + 4) }
                let fix = check.fix.map { [Line("fix: " + $0, .faint).indented(by: widest + 4)] } ?? []
                return [first] + rest + fix
            })
    }
}

extension JSONReport {
    /// All checks in order, and whether none has failed.
    public static func machine(_ checks: [MachineCheck]) -> JSONValue {
        let rows = checks.map { check -> JSONValue in
            [
                "name": .string(check.name), "state": .string(check.state.rawValue), "detail": .string(check.detail),
                "fix": check.fix.map(JSONValue.string) ?? .null,
            ]
        }
        return ["ok": .bool(!checks.contains { $0.state == .failed }), "checks": .array(rows)]
    }
}
