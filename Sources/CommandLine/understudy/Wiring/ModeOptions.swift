public import ArgumentParser
public import Cassettes
import Documents
import Foundation
import ProjectFiles
public import Responders
import Scenarios
import Scripts

/// How a cassette is used, and who is asked live.
struct ModeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "replay; once (record if there is no cassette); new (replay what is there, record the rest); record (ask live, replace); live (ask live, keep only the transcript); script (hand-written answers, no cassette).",
            valueName: "mode"))
    var mode: Mode?

    @OptionGroup var live: UpstreamOptions

    @Option(
        help: ArgumentHelp(
            "Hand-written answers, for SERVICE=script: a script file, or a scenario with a script.", valueName: "file"),
        completion: .file())
    var script: String?

    @Option(help: ArgumentHelp("When all recordings of a request are played: error, last or cycle.", valueName: "what"))
    var usedUp: UsedUp?

    @Option(
        help: ArgumentHelp(
            "What a request that was not recorded gets: error, or nearest (the closest recording's answer, marked stale; not under CI).",
            valueName: "what"))
    var onMiss: OnMiss?

    @Option(
        help: ArgumentHelp("How fast a replay is: 0 at once, 1 as recorded, 2.5 that much faster.", valueName: "factor")
    )
    var speed = 0.0

    @Flag(
        help: "Fail when a cassette that is played is older than max_age in understudy.yaml, which else is a warning.")
    var requireFresh = false

    func validate() throws {
        let isCI = ProcessInfo.processInfo.environment["CI"].map { !["", "0", "false"].contains($0) } ?? false
        if onMiss == .nearest, isCI {
            throw ValidationError("--on-miss nearest is refused under CI: it answers what was never recorded")
        }
        if onMiss == .nearest, let mode, mode != .replay {
            throw ValidationError("--on-miss is about replays; --mode \(mode.rawValue) asks live instead")
        }
        guard speed >= 0, speed.isFinite else {
            throw ValidationError("--speed takes 0 or a number above it, not \(speed)")
        }
    }

    /// What is told of sessions that have no cassette, when none is named.
    static let scriptedName = "script"

    /// Nil for a replay that does not wait.
    var pace: ReplayPace? { speed > 0 ? ReplayPace(speed: speed, clock: SystemClock()) : nil }

    func upstreams(_ environment: [String: String]) throws -> Upstreams {
        try live.upstreams(in: mode ?? .replay, environment)
    }
}

extension ModeOptions {
    /// The script that `--script` names; nil when it names none.
    func readScript(_ project: Project) throws -> Script? { try script.map { try project.script(in: $0) } }
}

extension Project {
    /// Reads a script file, or the script of a scenario's file.
    ///
    /// - Throws: `FileError`, `Diagnostics`; `ValidationError` for a scenario without a script.
    func script(in file: String) throws -> Script {
        let bytes = try read(file)
        guard DocumentHeader.kind(of: bytes) == "scenario" else { return try ScriptReader.read(bytes, file: file) }
        if let script = try ScenarioReader.read(bytes, file: file).script { return script }
        throw ValidationError(
            "\(file) has no script\n  expected: script: {rules: […]}, or a file of \(ScriptReader.version)")
    }
}

extension OnMiss: ExpressibleByArgument {}

extension Mode: ExpressibleByArgument {}
