import ArgumentParser
import Cassettes
import Foundation
import HTTPMessages
import Responders

/// Which recorded questions are asked again, of whom, and for how much.
struct LiveCheckOptions: ParsableArguments {
    @Flag(
        help: "Ask a sample of the recorded questions again, and report how the answers have drifted. Writes nothing.")
    var live = false

    @Option(help: ArgumentHelp("How many questions of each cassette are asked again; 0 for all.", valueName: "count"))
    var sample = 10

    @Option(help: ArgumentHelp("Chooses the sample; the same number chooses the same.", valueName: "number"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("Stop after so many requests.", valueName: "count"))
    var maxRequests: Int?

    @Option(help: ArgumentHelp("Stop when the answers have cost so many tokens.", valueName: "count"))
    var maxTokens: Int?

    @OptionGroup var upstream: UpstreamOptions

    func validate() throws {
        let isUsed =
            seed != nil || maxRequests != nil || maxTokens != nil || !upstream.upstream.isEmpty
            || !upstream.keys.isEmpty
        if isUsed, !live { throw ValidationError("nobody is asked\n  fix: add --live") }
        for (name, value) in [("sample", sample), ("max-requests", maxRequests ?? 0), ("max-tokens", maxTokens ?? 0)]
        where value < 0 {
            throw ValidationError("--\(name) takes 0 or a number above it, not \(value)")
        }
    }

    /// Asks live.
    ///
    /// - Throws: `ValidationError` when it is not clear whom to ask, or with which key.
    func report(on files: [CassetteFile]) async throws -> DriftReport {
        let environment = ProcessInfo.processInfo.environment
        let upstreams = try upstream.upstreams(in: .live, environment)
        var report = DriftReport(seed: seed ?? UInt64.random(in: 0...999_999))
        var random = SplitMix(seed: report.seed)
        var questions: [(file: String, interaction: Interaction)] = []
        for file in files {
            let cassette = try file.cassette()
            let chosen = try cassette.sample(sample == 0 ? nil : sample, using: &random)
            try LiveCheckOptions.check(chosen, of: cassette, upstreams)
            questions += chosen.map { (file.path, $0) }
        }
        let services = Service.allCases.filter { service in questions.contains { $0.interaction.service == service } }
        try upstreams.checkKeys(for: services)
        var literals = LiteralSecrets.own
        literals.add(
            services.compactMap { service in upstreams.key(of: service).map { ("\(service.rawValue)-key", $0) } })
        let messenger = Messenger(allowing: upstreams.webhookHosts)
        let clients = UpstreamClients(environment: environment)
        let live = try await LiveServices(
            upstreams, script: nil, environment: environment, clients: clients, messages: messenger.ofSandboxes)
        let check = LiveCheck(
            live.responders(clock: ShiftedClock(SystemClock())), literals: literals,
            budget: .init(requests: maxRequests, tokens: maxTokens))
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await check.ask(questions, into: &report)) } catch { outcome = .failure(error) }
        await live.shutDown()
        try await clients.shutDown()
        try await messenger.shutDown()
        try outcome.get()
        return report
    }

    /// Conversations go to nobody but whom they were recorded from, or who is named.
    private static func check(_ chosen: [Interaction], of cassette: Cassette, _ upstreams: Upstreams) throws {
        for service in Service.allCases where chosen.contains(where: { $0.service == service }) {
            let recorded = cassette.header.origin(of: service)
            guard let target = upstreams.target(of: service), case .url(let url) = target else {
                throw ValidationError(
                    "\(cassette.file): nobody to ask for \(service.rawValue)\n  fix: --upstream \(service.rawValue)=URL"
                )
            }
            if let recorded, recorded.from == .live, recorded.upstream != url, !upstreams.named.contains(service) {
                throw ValidationError(
                    "\(cassette.file) was recorded from \(recorded.upstream), not from \(url)\n"
                        + "  fix: say who is asked: --upstream \(service.rawValue)=\(recorded.upstream)")
            }
        }
    }
}

/// Numbers that follow from a seed (SplitMix64), the same on every machine.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
