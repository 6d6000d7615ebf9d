import ArgumentParser
import Cassettes
import Foundation

/// Who is asked live, and with which keys.
struct UpstreamOptions: ParsableArguments {
    @Option(
        name: .customLong("upstream"),
        help: ArgumentHelp(
            """
            Who is asked live (repeatable): SERVICE=URL, SERVICE=script (hand-written answers), hopx=sandbox (this machine), or \
            http:NAME=URL, served under /to/NAME/. Without it, the service's public address, with the key in OPENAI_API_KEY, \
            ANTHROPIC_API_KEY, GEMINI_API_KEY or HOPX_API_KEY.
            """, valueName: "service=who"))
    var upstream: [String] = []

    @Option(
        name: .customLong("upstream-key"),
        help: ArgumentHelp("Another variable with a service's live key (repeatable).", valueName: "service=env:name"))
    var keys: [String] = []

    @Option(
        name: .customLong("allow-webhook"),
        help: ArgumentHelp(
            "Messages of asynchronous executions may go there, too (repeatable); else to this machine only.",
            valueName: "host"))
    var webhookHosts: [String] = []

    @Option(
        help: ArgumentHelp(
            "The Python of this machine's sandboxes, for hopx=sandbox; the system's, then PATH's, if none is named.",
            valueName: "file"),
        completion: .file())
    var python: String?

    @Option(
        name: .customLong("callback-address"),
        help: ArgumentHelp(
            "Where a live HopX service reaches this server, so that its messages can be recorded; needed unless it is on this machine.",
            valueName: "url"))
    var callbackAddress: String?

    func validate() throws {
        guard let callbackAddress else { return }
        guard let url = URL(string: callbackAddress), ["http", "https"].contains(url.scheme), url.host?.isEmpty == false
        else {
            throw ValidationError(
                "--callback-address \(callbackAddress): not an address\n  expected: http://… or https://…")
        }
    }

    func upstreams(in mode: Mode, _ environment: [String: String]) throws -> Upstreams {
        let upstreams = try Upstreams(
            upstream, keys: keys, mode: mode, webhookHosts: Set(webhookHosts.map { $0.lowercased() }), python: python,
            callbackAddress: callbackAddress.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 },
            environment: environment)
        if python != nil, mode == .replay || upstreams.target(of: .hopx) != .sandbox {
            throw ValidationError(
                "--python is for sandboxes of this machine"
                    + (mode == .replay ? "; a replay runs no code" : "\n  fix: add --upstream hopx=sandbox"))
        }
        if callbackAddress != nil, !mode.records {
            throw ValidationError(
                "--callback-address is for recordings; --mode \(mode.rawValue) makes none\n  fix: leave it out")
        }
        return upstreams
    }
}
