import ArgumentParser
import Foundation
import HTTPMessages
import HTTPNetwork
import Responders

/// Where a server listens, whom it answers, and how it says so.
struct ServerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The port; 0 for any free one.", valueName: "port"))
    var port = 0

    @Option(
        help: ArgumentHelp(
            "The address to listen on; anything but loopback needs --key and --control-token.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("How the variables are printed: sh or json.", valueName: "format"))
    var format: Exports.Format = .sh

    @Option(
        name: .customLong("key"),
        help: ArgumentHelp(
            "Accept only this key (repeatable); beside a cassette, us-… keys still select one.", valueName: "key"))
    var keys: [String] = []

    @Option(
        name: .customLong("allow-host"),
        help: ArgumentHelp("Accept requests for this Host (repeatable), as containers send them.", valueName: "name"))
    var allowedHosts: [String] = []

    @Option(
        name: .customLong("control-token"),
        help: ArgumentHelp("Accept calls under /_understudy/ only with this bearer token.", valueName: "token"))
    var controlToken: String?

    var acceptedKeys: Set<String>? { keys.isEmpty ? nil : Set(keys) }

    func validate() throws {
        guard (0...65535).contains(port) else {
            throw ValidationError("--port takes a number from 0 to 65535, not \(port)")
        }
        let isLoopback = host == "localhost" || host == "::1" || host.hasPrefix("127.")
        guard isLoopback || !keys.isEmpty else {
            throw ValidationError("--host \(host) would answer other machines: name the keys it accepts with --key")
        }
        if let controlToken, controlToken.isEmpty { throw ValidationError("--control-token is empty") }
        guard isLoopback || controlToken != nil else {
            throw ValidationError(
                "--host \(host) would let other machines control it: protect that with --control-token")
        }
    }

    /// Answers until SIGINT or SIGTERM; the variables are the first that is printed.
    ///
    /// - Parameter relay: Takes the messages that a recorded service sends.
    func serve(
        _ sessions: Sessions, llmKey: String?, hopxKey: String, relay: MessageRelay? = nil
    ) async throws {
        let allowed = Set(allowedHosts.map { $0.lowercased() })
        let format = format
        let controlToken = controlToken
        let shim = PythonShimCommand.prepared()
        let pythonPath = ProcessInfo.processInfo.environment["PYTHONPATH"]
        try await withServer(host: host, port: port) { server in
            Stage.onPort(
                sessions, origin: server.origin, allowedHosts: allowed, controlToken: controlToken, relay: relay)
        } _: { server in
            await waitForSignal {
                let exports = Exports(origin: server.origin, llmKey: llmKey, hopxKey: hopxKey, shim: shim)
                Console.print(exports.text(format, pythonPath: pythonPath))
            }
        }
    }
}

extension Exports.Format: ExpressibleByArgument {}
