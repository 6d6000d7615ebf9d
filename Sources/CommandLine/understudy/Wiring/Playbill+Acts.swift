import ArgumentParser
import Cassettes
import Foundation
import Processes
import ProjectFiles
import Responders
import Scenarios

extension Playbill {
    /// One scenario with all that it is performed from.
    struct Act: Sendable {
        let scenario: Scenario
        let key: String
        let name: CassetteName
        /// Nil when there is none, or none is needed.
        let cassette: Cassette?
        /// Who is asked live: the command line's, then the scenario's own.
        let upstreams: Upstreams
        /// What it starts; nil for a conversation.
        let command: ChildCommand?
    }

    func acts(of scenarios: [Scenario], _ files: ScenarioFiles) async throws -> [Act] {
        let cassettes: [Cassette?]
        switch mode {
        case .replay: cassettes = try files.cassettes(of: scenarios, given: cassette)
        case .once, .new:
            cassettes = try scenarios.map { scenario in
                let name = try files.cassetteName(of: scenario)
                guard project.exists(project.file(of: name)) else { return nil }
                return try files.cassettes(of: [scenario], given: nil).first
            }
        case .record, .live, .script: cassettes = scenarios.map { _ in nil }
        }
        let freshness = try Freshness(of: project, isRequired: requiresFresh)
        for cassette in cassettes.compactMap(\.self) { try freshness.check(cassette) }
        var acts: [Act] = []
        for (scenario, cassette) in zip(scenarios, cassettes) {
            acts.append(
                Act(
                    scenario: scenario, key: files.key(of: scenario),
                    name: try cassette?.header.name ?? files.cassetteName(of: scenario), cassette: cassette,
                    upstreams: mode == .replay
                        ? upstreams : try upstreams.with(scenario.endpoints, of: scenario.file, environment),
                    command: try await command(of: scenario)))
        }
        return acts
    }

    /// - Throws: `ValidationError` for a program that is not there, or must not be started.
    private func command(of scenario: Scenario) async throws -> ChildCommand? {
        guard let program = scenario.program else { return nil }
        guard terms.allowsCommands || project.contains(scenario.file) else {
            throw ValidationError(
                "\(scenario.file) is outside this folder, and starts a program: \(program.command.joined(separator: " "))"
                    + "\n  fix: --allow-commands, if you trust it")
        }
        do {
            return try await ChildCommand(program.command)
        } catch let error as CommandError where error.isBadInput {
            throw ValidationError("\(scenario.file): \(error)")
        }
    }
}
