import ArgumentParser
import Cassettes
import Foundation
import ProjectFiles
import Reports
import Responders
import ScenarioRunning
import Scenarios
import TranscriptStore
import Transcripts

struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Perform a scenario against live services, and record its cassette.",
        discussion: """
            What passes is appended to NAME.yaml.recording, secrets removed; when the scenario has passed it takes the place of \
            NAME.yaml. Otherwise it stays, and 'cassette adopt NAME' accepts it as it is.

            Without any key: --upstream openai=script --upstream hopx=sandbox
            """)

    @Argument(help: ArgumentHelp("The scenario: a file, or a name.", valueName: "scenario"))
    var scenario: String

    @Option(
        name: .customLong("upstream"),
        help: ArgumentHelp(
            "Who is asked (repeatable): openai=URL, openai=script (the scenario's script), hopx=URL, hopx=sandbox (this machine).",
            valueName: "service=who"))
    var upstream: [String] = []

    @Option(help: ArgumentHelp("A name for the run.", valueName: "text"))
    var label: String?

    @Flag(name: .shortAndLong, help: "Print the conversation.")
    var verbose = false

    @OptionGroup var storage: StoreOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let project = Project()
        let files = ScenarioFiles(project: project)
        let upstreams = try Upstreams(upstream)
        let scenarios = try files.read([scenario])
        guard scenarios.count == 1, let scenario = scenarios.first else {
            throw ValidationError("'\(scenario)' names \(scenarios.count) scenarios\n  expected: one")
        }
        let name = try files.cassetteName(of: scenario)
        let services = scenario.services
        try upstreams.checkKeys(for: services, environment: environment)

        let store = try storage.open(for: .writing)
        let live = try await LiveServices(upstreams, scenario: scenario, services: services, environment: environment)
        let result: Result<Bool, any Error>
        do {
            result = .success(
                try await record(scenario, name, files.key(of: scenario), project, upstreams, live, store, environment))
        } catch {
            result = .failure(error)
        }
        try await live.shutDown()
        if try !result.get() { throw ExitStatus.different }
    }

    /// - Returns: True when the scenario passed and its cassette is in place.
    private func record(
        _ scenario: Scenario, _ name: CassetteName, _ key: String, _ project: Project, _ upstreams: Upstreams,
        _ live: LiveServices, _ store: TranscriptStore, _ environment: [String: String]
    ) async throws -> Bool {
        let header = CassetteHeader(
            name: name, recordedBy: "understudy \(Understudy.version)", recordedOn: Identifiers.today(),
            origins: scenario.services.map(upstreams.origin))
        let target = project.file(of: name)
        let recording = try CassetteRecording(of: target, header: header)
        let recorder = Recorder(
            to: recording, rules: header.rules, literals: LiteralSecrets(environment: environment), clock: SystemClock()
        )
        let session = Session(
            name: key, notes: SessionNotes(),
            responders: [
                .openai: RecordingResponder(service: .openai, upstream: live.openai, recorder: recorder),
                .hopx: RecordingHopX(upstream: live.hopx, recorder: recorder),
            ])

        let attempts = try await Attempts(store: store, project: project, label: label)
        let sessionKey = SessionKey(name).description
        let report = RunReport(format: .text, isVerbose: verbose, isQuiet: false)
        report.started(key)
        do {
            let judged = try await attempts.perform(
                scenario, key: key, session: session, keys: Rehearsal.Keys(llm: sessionKey, hopx: sessionKey),
                clock: SystemClock()
            ) { _ in }
            report.ended(key, scenario, judged)
            for problem in recorder.problems { Console.complain(problem) }
            let isComplete = judged.verdict.passed && recorder.problems.isEmpty
            try await attempts.end(isComplete ? .passed : .failed)
            let count = await recording.count
            guard isComplete else {
                await recording.leave()
                Console.complain(
                    "not accepted: \(recording.path) holds \(count) interactions\n  fix: record again, or understudy cassette adopt \(name)"
                )
                return false
            }
            try await recording.finish()
            Console.print("recorded \(target): \(count) interactions")
            return true
        } catch {
            await recording.leave()
            try await attempts.end(.error)
            throw error
        }
    }
}

extension Scenario {
    /// The services that its agents ask.
    var services: [Service] {
        (agents.contains { $0.model != nil } ? [.openai] : []) + (agents.contains { $0.executor != nil } ? [.hopx] : [])
    }
}
