import ArgumentParser
import Cassettes
import Foundation
import HTTPMessages
import HTTPNetwork
import Processes
import Responders
import Scenarios

/// Who stands behind a recorder, for each service.
struct Upstreams {
    /// What `--upstream SERVICE=…` names.
    enum Target: Equatable {
        case url(String)
        /// The scenario's own script.
        case script
        /// Sandboxes on this machine.
        case sandbox
    }

    let openai: Target
    let hopx: Target

    /// - Throws: `ValidationError` for what is no upstream.
    init(_ options: [String]) throws {
        var targets: [Service: Target] = [:]
        for option in options {
            let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let service = Service(rawValue: parts[0]), service == .openai || service == .hopx
            else {
                throw ValidationError(
                    "--upstream '\(option)'\n  expected: openai=URL, openai=script, hopx=URL or hopx=sandbox")
            }
            guard targets[service] == nil else {
                throw ValidationError("--upstream \(service.rawValue)=… is given twice")
            }
            targets[service] = try Upstreams.target(parts[1], of: service)
        }
        openai = targets[.openai] ?? .url("https://api.openai.com/v1")
        hopx = targets[.hopx] ?? .url("https://api.hopx.dev")
    }

    private static func target(_ text: String, of service: Service) throws -> Target {
        switch (service, text) {
        case (.openai, "script"): return .script
        case (.hopx, "sandbox"): return .sandbox
        default:
            guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host != nil else {
                let word = service == .openai ? "script" : "sandbox"
                throw ValidationError(
                    "--upstream \(service.rawValue)=\(text): not an address\n  expected: http://… or https://…, or the word \(word)"
                )
            }
            return .url(text)
        }
    }

    func target(of service: Service) -> Target { service == .hopx ? hopx : openai }

    /// Where a service's recordings will come from, as the cassette's header says it.
    func origin(of service: Service) -> CassetteHeader.Origin {
        switch target(of: service) {
        case .url(let url): .init(service: service, upstream: url, from: .live)
        case .script: .init(service: service, upstream: "script", from: .script)
        case .sandbox: .init(service: service, upstream: "sandbox", from: .sandbox)
        }
    }

    /// The variable with a service's live key.
    static func keyVariable(of service: Service) -> String { service == .hopx ? "HOPX_API_KEY" : "OPENAI_API_KEY" }

    /// - Throws: `ValidationError` when a live service is to be asked and there is no key for it.
    func checkKeys(for services: [Service], environment: [String: String]) throws {
        for service in services {
            guard case .url(let url) = target(of: service) else { continue }
            let name = Upstreams.keyVariable(of: service)
            // A service on this machine needs no key that anybody would have to keep.
            let isLocal = URL(string: url)?.host.map { $0 == "localhost" || $0.hasPrefix("127.") } ?? false
            if !isLocal, environment[name]?.isEmpty ?? true {
                let word = service == .hopx ? "sandbox" : "script"
                throw ValidationError(
                    "\(name) is not set, and \(url) is to be asked\n  fix: set it, or use --upstream \(service.rawValue)=\(word)"
                )
            }
        }
    }
}

/// The services that a recording asks, with what has to be ended afterwards.
struct LiveServices {
    let openai: any Responder
    let hopx: any Responder
    private let client: UpstreamClient
    private let sandboxes: LocalSandbox?

    init(_ upstreams: Upstreams, scenario: Scenario, services: [Service], environment: [String: String]) async throws {
        let client = UpstreamClient()
        self.client = client
        func live(_ service: Service, _ url: String) -> LiveService {
            LiveService(service: service, base: url, liveKey: environment[Upstreams.keyVariable(of: service)]) {
                try await client.send($0, to: $1)
            }
        }
        switch upstreams.openai {
        case .url(let url): openai = live(.openai, url)
        case .script, .sandbox:
            guard let script = scenario.script else {
                throw ValidationError(
                    "\(scenario.file) has no script\n  expected: script: {rules: […]}, for --upstream openai=script")
            }
            openai = FakeLLM(script: script, models: script.models, created: Int(VirtualClock.fixedStart))
        }
        switch upstreams.hopx {
        case .url(let url):
            hopx = live(.hopx, url)
            sandboxes = nil
        case .sandbox, .script:
            guard services.contains(.hopx) else {
                // Nobody will ask.
                hopx = live(.hopx, "http://127.0.0.1:9")
                sandboxes = nil
                return
            }
            let sandboxes = try await LocalSandbox(.init(path: environment["PATH"] ?? ""))
            self.sandboxes = sandboxes
            hopx = FakeHopX(seed: Identifiers.secret(), clock: SystemClock(), outcomes: BackendOutcomes(sandboxes))
        }
    }

    func shutDown() async throws {
        await sandboxes?.shutDown()
        try await client.shutdown()
    }
}
