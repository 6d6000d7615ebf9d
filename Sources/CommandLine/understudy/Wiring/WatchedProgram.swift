import Cassettes
import Foundation
import HTTPMessages
import HTTPNetwork
import Processes
import Responders
import ScenarioRunning
import Scenarios
import Transcripts

/// A program that runs against a port of this machine, and what its requests tell.
struct WatchedProgram: Sendable {
    let command: ChildCommand
    /// The transcript's subject.
    let subject: String
    /// Names of its agents by their instructions, where somebody has told them.
    var agents: [String: String] = [:]
    /// The key that the program is given; it selects the session.
    let key: String
    let sessions: Sessions
    let clock: any HTTPMessages.Clock
    let environment: [String: String]
    /// Variables that it gets beside those that lead its clients here.
    var variables: [String: String] = [:]
    /// What it says is kept, and told when it fails; it is given nothing to read.
    var isSilent = false
    /// Takes the messages that a recorded service sends.
    var relay: MessageRelay?

    /// What came of it.
    struct Performed {
        let termination: ChildCommand.Termination
        let transcript: Transcript
        /// `HOST:PORT` of other machines that it connected to, as far as that could be seen.
        let elsewhere: [String]
    }

    /// - Parameters:
    ///   - onEntry: Told of each call and each run at once, as the program's own.
    ///   - onFile: Told of each file of a sandbox that the program writes or finds.
    /// - Throws: `CommandError`, `NetworkError`, `FolderError`, `CancellationError`.
    func perform(
        forwarding signals: AsyncStream<Int32>, onEntry: @escaping @Sendable (Entry) -> Void = { _ in },
        onFile: @escaping @Sendable (FileSighting) -> Void = { _ in }
    ) async throws -> Performed {
        let (exchanges, observed) = AsyncStream<ObservedExchange>.makeStream()
        defer { observed.finish() }
        async let story = story(of: exchanges, onEntry, onFile)
        let (termination, said, elsewhere) = try await withPrivateFolder { folder in
            try PythonShim.write(into: "\(folder)/shim")
            let file = isSilent ? "\(folder)/said" : nil
            let termination = try await serve(folder, signals, sayingTo: file, observed)
            let elsewhere = WatchedProgram.lines(of: WatchedProgram.elsewhere(in: folder))
            return (termination, file.map(WatchedProgram.lastLines) ?? "", elsewhere)
        }
        observed.finish()
        var wire = await story
        let failure = termination.failure.map { said.isEmpty ? $0 : "\($0), and said:\n\(said)" }
        wire.end(failure: failure, at: clock.now)
        return Performed(termination: termination, transcript: wire.transcript, elsewhere: elsewhere)
    }

    /// Answers on a port for as long as the program runs.
    private func serve(
        _ folder: String, _ signals: AsyncStream<Int32>, sayingTo file: String?,
        _ observed: AsyncStream<ObservedExchange>.Continuation
    ) async throws -> ChildCommand.Termination {
        try await withServer(host: "127.0.0.1", port: 0) { server in
            ObservingResponder(
                Stage.onPort(sessions, origin: server.origin, allowedHosts: [], relay: relay), clock: clock
            ) { observed.yield($0) }
        } _: { server in
            var changes = ChildEnvironment(
                parent: environment, origin: server.origin, key: key, shim: "\(folder)/shim",
                caches: "\(folder)/autogen", elsewhere: WatchedProgram.elsewhere(in: folder)
            ).changes
            for (name, value) in variables { changes[name] = value }
            return try await command.run(changing: changes, forwarding: signals, sayingTo: file)
        }
    }

    /// Reads what passes while it passes; names and messages are known when all is over.
    private func story(
        of exchanges: AsyncStream<ObservedExchange>, _ onEntry: @Sendable (Entry) -> Void,
        _ onFile: @Sendable (FileSighting) -> Void
    ) async -> WireTranscript {
        var wire = WireTranscript(
            subject: subject, start: clock.now, literals: LiteralSecrets(environment: environment), agents: agents)
        for await exchange in exchanges {
            if let entry = wire.add(exchange) { onEntry(entry) }
            WireFiles.sightings(in: exchange).forEach(onFile)
        }
        return wire
    }

    private static func elsewhere(in folder: String) -> String { "\(folder)/elsewhere" }

    /// Each once, in their order; its processes do not know of each other.
    private static func lines(of file: String) -> [String] {
        let text = FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } ?? ""
        var seen: Set<String> = []
        return text.split(separator: "\n").map(String.init).filter { seen.insert($0).inserted }
    }

    private static func lastLines(of file: String) -> String {
        let text = FileManager.default.contents(atPath: file).map { String(decoding: $0.suffix(4000), as: UTF8.self) }
        return (text ?? "").split(separator: "\n").suffix(12).joined(separator: "\n")
    }
}

extension WatchedProgram.Performed {
    /// A warning where the program went past us; nil where it did not.
    func warning(of subject: String) -> String? {
        guard !elsewhere.isEmpty else { return nil }
        let list = elsewhere.prefix(8).joined(separator: ", ") + (elsewhere.count > 8 ? ", …" : "")
        return "warning: \(subject) opened connections to other machines: \(list)"
            + "\n  what it got there is neither recorded nor replayed"
    }
}

extension ChildCommand.Termination {
    /// Why the program's end was none that anybody wanted; nil for exit code 0.
    var failure: String? {
        switch self {
        case .exited(0): nil
        case .exited(let code): "the command exited with \(code)"
        case .signalled(let number):
            "the command was ended by signal \(number) (\(String(cString: strsignal(number))))"
        }
    }
}
