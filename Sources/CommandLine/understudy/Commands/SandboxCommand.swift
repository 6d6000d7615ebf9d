import ArgumentParser
import Cassettes
import Foundation
import HopXProtocol
import Processes
import Responders

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox", abstract: "Be a HopX service on this machine that really runs code, isolated.",
        discussion: """
            Each sandbox is a process tree of its own under bubblewrap: no network, the system read-only, its files in memory. \
            Prints the variables that point a program at it, with a key made for this run; only that key, or those given with \
            --key, are accepted. It runs until it is interrupted.
            """)

    @OptionGroup(title: "Sandboxes") var sandboxes: SandboxOptions

    @Option(
        name: .customLong("allow-webhook"),
        help: ArgumentHelp(
            "Messages about asynchronous executions may go there, too (repeatable); else to this machine only.",
            valueName: "host"))
    var webhookHosts: [String] = []

    @Flag(help: "Variables whose names speak of secrets read back as ***MASKED***, as the service may do it.")
    var maskVariables = false

    @OptionGroup var faults: FaultOptions

    @OptionGroup var address: ServerOptions

    func run() async throws {
        let rules = try faults.rules()
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let backend = try await LocalSandbox(sandboxes.configuration(path: path))
        if !backend.isIsolated { Console.complain("warning: code runs without isolation, as you") }
        if sandboxes.network {
            Console.complain("warning: code can reach this machine's network, and its own services")
        }
        let key = address.keys.first ?? "hopx_local_\(Identifiers.secret())"
        let messenger = Messenger(allowing: Set(webhookHosts.map { $0.lowercased() }))
        let clock = ShiftedClock(SystemClock())
        let session = Session(name: "sandbox", notes: SessionNotes(), clock: clock, meter: SystemClock()) {
            let hopx = FakeHopX(
                seed: Identifiers.secret(), secret: Identifiers.secret(), clock: clock,
                outcomes: BackendOutcomes(backend, webhooks: messenger.webhooks),
                masksVariables: maskVariables)
            return Session.Services([.hopx: hopx], sandboxes: hopx)
        }
        session.start(with: rules)
        let sessions = Sessions(fallback: .single, acceptedKeys: Set(address.keys + [key])) { _ in session }
        do {
            try await address.serve(sessions, llmKey: nil, hopxKey: key)
        } catch {
            await backend.shutDown()
            try await messenger.shutDown()
            throw error
        }
        await backend.shutDown()
        try await messenger.shutDown()
    }
}
