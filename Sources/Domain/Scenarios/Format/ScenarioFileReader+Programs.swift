import Documents
import TextConditions
import Transcripts

/// Programs that are watched, and what can be expected of them.
extension ScenarioFileReader {
    mutating func program(_ node: LocatedNode) -> Scenario.Program? {
        mapping(node, named: "drive", expected: "{command: [PROGRAM, ARGUMENT, …]}") { file, reader in
            let command = reader.required("command", expected: "[PROGRAM, ARGUMENT, …]")
            let words = command?.items?.compactMap(\.text) ?? []
            if let command, words.isEmpty || words.count != command.items?.count || words[0].isEmpty {
                reader.report(
                    at: command.place, "command cannot be \(command.items?.isEmpty == true ? "empty" : command.shown)",
                    expected: "[PROGRAM, ARGUMENT, …]",
                    fix: command.text.map { _ in "write its words as a list; a shell's line is [sh, -c, LINE]" })
            }
            var environment: [String: String] = [:]
            if let variables = reader.optional("environment") {
                if variables.members == nil {
                    reader.report(
                        at: variables.place, "environment cannot be \(variables.shown)", expected: "{NAME: TEXT, …}")
                }
                for member in variables.members ?? [] {
                    guard let text = member.value.text else {
                        reader.report(
                            at: member.value.place, "\(member.name) cannot be \(member.value.shown)", expected: "a text"
                        )
                        continue
                    }
                    environment[member.name] = text
                }
            }
            return words.isEmpty ? nil : Scenario.Program(command: words, environment: environment)
        }
    }

    /// Refuses what nobody can tell who sees only what passes between a program and its services.
    mutating func checkVisible(_ expectation: Expectation) {
        guard let place = expectation.place, let reason = expectation.claim.invisibleReason else { return }
        report(
            at: place, "nobody can judge this of a program: \(reason)",
            expected:
                "what its requests show: said, json, tool, tools, spoke, llm_calls, tokens, cost, code runs and their output",
            fix: "leave it out, or write the conversation as a scenario of its own")
    }
}

extension Expectation.Claim {
    /// Why a wire does not show it; nil where it does.
    var invisibleReason: String? {
        switch self {
        case .endedBy(let cause, _):
            cause == .programExit || cause == .error
                ? nil : "why a conversation ended is known to whoever conducts it"
        case .speakers(.exactly), .share:
            "a speaker whose words no model is sent is not seen"
        case .byteIdentical: "a program's times are its own"
        default: nil
        }
    }
}
