import ArgumentParser
import Cassettes
import HTTPMessages
import HTTPNetwork
import Processes
import Responders
import Scenarios
import Synchronization

/// The services that stand behind a recorder, made when they are first asked for.
struct LiveServices {
    private let upstreams: Upstreams
    private let client: UpstreamClient
    private let script: Script?
    private let sandboxes: LocalSandbox?
    private let failures = Failures()

    private final class Failures: Sendable {
        let texts = Mutex<[String]>([])
    }

    /// - Parameter script: For `openai=script`.
    /// - Throws: `ValidationError` when a script is needed and there is none; `ProcessError` when sandboxes cannot run here.
    init(_ upstreams: Upstreams, script: Script?, environment: [String: String]) async throws {
        if upstreams.target(of: .openai) == .script, script == nil {
            throw ValidationError("there is no script\n  expected: the key 'script' in the scenario, for --upstream openai=script")
        }
        self.upstreams = upstreams
        self.script = script
        let runsCode = upstreams.target(of: .hopx) == .sandbox
        sandboxes = runsCode ? try await LocalSandbox(.init(path: environment["PATH"] ?? "")) : nil
        // Last, as it has to be shut down once it is there.
        client = UpstreamClient()
    }

    /// Who answers for each service, for one session.
    ///
    /// - Parameter clock: What sandboxes on this machine live by.
    func responders(clock: any HTTPMessages.Clock) -> [Service: any Responder] {
        var responders: [Service: any Responder] = [:]
        for service in Service.allCases { responders[service] = responder(for: service, clock: clock) }
        return responders
    }

    private func responder(for service: Service, clock: any HTTPMessages.Clock) -> (any Responder)? {
        switch upstreams.target(of: service) {
        case .url(let url):
            return LiveService(service: service, base: url, liveKey: upstreams.key(of: service), send: send)
        case .script: return script.map { FakeLLM(script: $0, models: $0.models, created: Int(VirtualClock.fixedStart)) }
        case .sandbox:
            return sandboxes.map {
                FakeHopX(
                    seed: Identifiers.secret(), secret: Identifiers.secret(), clock: clock,
                    outcomes: BackendOutcomes($0))
            }
        case nil:
            guard service == .http, !upstreams.others.isEmpty else { return nil }
            return NamedServices(upstreams.others, send: send)
        }
    }

    private var send: LiveService.Send {
        { [client, failures] request, base in
            do {
                return try await client.send(request, to: base)
            } catch {
                failures.texts.withLock { $0.append("\(error)") }
                throw error
            }
        }
    }

    /// The times that a service gave no answer at all, each as its error reads.
    var unanswered: [String] { failures.texts.withLock { $0 } }

    func shutDown() async throws {
        await sandboxes?.shutDown()
        try await client.shutdown()
    }
}
