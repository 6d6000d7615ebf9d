import ArgumentParser
import Cassettes
import Documents
import ProjectFiles
import Scenarios

extension Playbill {
    /// Prints what would be performed.
    ///
    /// - Parameter isDetailed: With all that it needs: cassettes, services and where they are asked, variables.
    func list(_ paths: [String], format: OutputFormat, isDetailed: Bool) throws {
        let files = ScenarioFiles(project: project)
        let scenarios = try files.read(paths).filter { selection.filter.admits(name: files.key(of: $0), tags: $0.tags) }
        let plan = RunPlan(scenarios.map { (files.key(of: $0), repetitions(of: $0)) }, shard: selection.shard)
        let items = try plan.items.map { item in
            let scenario = scenarios[item.place]
            let name = repetitions(of: scenario) > 1 ? "\(item.scenario)#\(item.repetition)" : item.scenario
            return Listed(
                name: name, file: scenario.file, tags: scenario.tags,
                needs: isDetailed ? try needs(of: scenario, files) : [])
        }
        format.print(
            text: items.map(\.text).joined(separator: "\n"),
            json: ["understudy": "plan/1", "plan": .string(plan.id), "attempts": .array(items.map(\.json))])
    }

    private func needs(of scenario: Scenario, _ files: ScenarioFiles) throws -> [(what: String, which: String)] {
        let name = try files.cassetteName(of: scenario)
        let file = project.file(of: name)
        let isThere = project.exists(file)
        var needs = [("cassette", isThere ? file : "\(file), which is not there")]
        if let program = scenario.program { needs.append(("starts", program.command.joined(separator: " "))) }
        guard mode != .replay, !(mode == .once && isThere) else { return needs }
        let own = Set(scenario.endpoints.compactMap(\.keyVariable))
        needs += own.sorted().map { ("variable", $0) }
        let upstreams = try upstreams.with(
            scenario.endpoints, of: scenario.file, own.reduce(into: [:]) { $0[$1] = "x" })
        for service in scenario.services {
            needs.append(("asks", "\(service.rawValue) at \(upstreams.origin(of: service).upstream)"))
            let hasOwn = scenario.endpoints.contains { $0.service == service.rawValue && $0.keyVariable != nil }
            if case .url = upstreams.target(of: service), !hasOwn, let variable = Upstreams.keyVariable(of: service) {
                needs.append(("variable", variable))
            }
        }
        return needs
    }
}

private struct Listed {
    let name: String
    let file: String
    let tags: [String]
    let needs: [(what: String, which: String)]

    var text: String {
        ([name + (tags.isEmpty ? "" : "  [\(tags.joined(separator: ", "))]")]
            + needs.map { "  \($0.what): \($0.which)" }).joined(separator: "\n")
    }

    var json: JSONValue {
        var object = JSONObject([
            ("name", .string(name)), ("file", .string(file)), ("tags", .array(tags.map { .string($0) })),
        ])
        if !needs.isEmpty {
            object["needs"] = .array(needs.map { [$0.what: .string($0.which)] })
        }
        return .object(object)
    }
}
