import ArgumentParser
import Cassettes
import Foundation
import HTTPMessages
import HopXProtocol
import Processes
import Responders
import Scripts
import Synchronization

/// The services that stand behind a recorder, made when they are first asked for.
struct LiveServices {
    private let upstreams: Upstreams
    private let clients: UpstreamClients
    private let script: Script?
    private let sandboxes: LocalSandbox?
    private let messages: Webhooks
    private let failures = Failures()

    private final class Failures: Sendable {
        let texts = Mutex<[String]>([])
    }

    /// - Parameters:
    ///   - script: For `SERVICE=script`.
    ///   - clients: Whoever made them ends them.
    ///   - messages: Of sandboxes that are here.
    /// - Throws: `ValidationError` when a script is needed and there is none; `ProcessError` when sandboxes cannot run here.
    init(
        _ upstreams: Upstreams, script: Script?, environment: [String: String], clients: UpstreamClients,
        messages: Webhooks
    ) async throws {
        if let service = upstreams.scripted, script == nil {
            throw ValidationError(
                "there is no script, for --upstream \(service.rawValue)=script"
                    + "\n  expected: --script FILE, or the key 'script' in the scenario")
        }
        self.upstreams = upstreams
        self.script = script
        self.clients = clients
        self.messages = messages
        let runsCode = upstreams.target(of: .hopx) == .sandbox && !upstreams.playsCode(script)
        if upstreams.target(of: .hopx) == .script, script?.sandbox.isEmpty ?? true {
            throw ValidationError(
                "the script says nothing of code, for --upstream hopx=script\n  expected: sandbox: [{when: …, reply: …}]"
            )
        }
        sandboxes = runsCode ? try await LocalSandbox(.init(path: environment["PATH"] ?? "")) : nil
    }

    /// Who answers for each service, for one session.
    ///
    /// - Parameter clock: The session's: what sandboxes on this machine live by, and what moves a script's answers.
    func responders(clock: any MovableClock) -> [Service: any Responder] {
        // One for all services: a script counts the session's requests, whoever they are for.
        let scripted = script.map {
            FakeLLM(script: $0, models: $0.models, created: Int(VirtualClock.fixedStart), clock: clock)
        }
        var responders: [Service: any Responder] = [:]
        for service in Service.allCases {
            responders[service] = responder(for: service, clock: clock, scripted: scripted)
        }
        return responders
    }

    private func responder(
        for service: Service, clock: any HTTPMessages.Clock, scripted: FakeLLM?
    ) -> (any Responder)? {
        if service == .hopx, upstreams.playsCode(script) {
            return script.map { sandboxService(ScriptedSandboxes($0, clock: clock), clock) }
        }
        switch upstreams.target(of: service) {
        case .url(let url):
            return LiveService(service: service, base: url, liveKey: upstreams.key(of: service), send: send)
        case .script: return scripted?.responder(for: service)
        case .sandbox: return sandboxes.map { sandboxService($0, clock) }
        case nil:
            guard service == .http, !upstreams.others.isEmpty else { return nil }
            return NamedServices(upstreams.others, send: send)
        }
    }

    private func sandboxService(_ backend: any SandboxBackend, _ clock: any HTTPMessages.Clock) -> FakeHopX {
        FakeHopX(
            seed: Identifiers.secret(), secret: Identifiers.secret(), clock: clock,
            outcomes: BackendOutcomes(backend, webhooks: messages))
    }

    private var send: LiveService.Send {
        { [clients, failures] request, base in
            do {
                return try await clients.send(request, to: base)
            } catch {
                failures.texts.withLock { $0.append("\(error)") }
                throw error
            }
        }
    }

    /// The times that a service gave no answer at all, each as its error reads.
    var unanswered: [String] { failures.texts.withLock { $0 } }

    func shutDown() async { await sandboxes?.shutDown() }
}
