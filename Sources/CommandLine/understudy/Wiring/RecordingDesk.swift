import Cassettes
import Foundation
import ProjectFiles
import Responders
import Synchronization

/// The cassettes that are being recorded, each by one recorder for all its sessions.
final class RecordingDesk: Sendable {
    private struct Work: Sendable {
        let recording: CassetteRecording
        let recorder: Recorder
        let header: CassetteHeader
    }

    private let project: Project
    private let upstreams: Upstreams
    private let literals: LiteralSecrets
    private let works = Mutex<[CassetteName: Work]>([:])

    init(project: Project, upstreams: Upstreams, environment: [String: String]) {
        self.project = project
        self.upstreams = upstreams
        literals = LiteralSecrets(environment: environment)
    }

    /// The recorder of a cassette; starts the recording when it is first asked for.
    ///
    /// - Parameter old: What is there is kept, and added to; nil starts from nothing.
    /// - Throws: `FileError`, also when another process records the same cassette.
    func recorder(of name: CassetteName, extending old: Cassette? = nil, services: [Service]) throws -> Recorder {
        try works.withLock { works in
            if let work = works[name] { return work.recorder }
            let header = CassetteHeader(
                name: name, recordedBy: "understudy \(Understudy.version)", recordedOn: Identifiers.today(),
                origins: services.map(upstreams.origin), rules: try old?.header.rules ?? project.settings().match)
            let target = project.file(of: name)
            let recording =
                try old.map { try CassetteRecording(of: target, extending: $0) }
                ?? CassetteRecording(of: target, header: header)
            if let old = recording.setAside {
                Console.complain("note: an interrupted recording was there; it is kept as \(old)")
            }
            let recorder = Recorder(
                to: recording, rules: header.rules, literals: literals, clock: SystemClock(),
                after: old?.index.last?.number ?? 0,
                elapsed: old?.duration ?? 0)
            var known = old?.header ?? header
            // What is not recorded in the end is not named.
            if old == nil { known.origins = [] }
            works[name] = Work(recording: recording, recorder: recorder, header: known)
            return recorder
        }
    }

    /// Ends all recordings.
    ///
    /// - Parameter isComplete: They take the places of their cassettes, unless something could not be recorded; else they stay.
    /// - Parameter tell: Told of each that is in its place.
    /// - Returns: False when one stayed.
    func finish(isComplete: Bool, tell: (String) -> Void = Console.complain) async throws -> Bool {
        var allAreIn = true
        for (name, work) in works.withLock({ $0 }).sorted(by: { $0.key.text < $1.key.text }) {
            let count = await work.recording.count
            var told: Set<String> = []
            for problem in work.recorder.problems where told.insert(problem).inserted {
                Console.complain("error: \(problem)")
            }
            if count == 0, work.recorder.problems.isEmpty {
                try await work.recording.discard()
                Console.complain("nothing was recorded: \(project.file(of: name)) is as it was")
                continue
            }
            guard isComplete, work.recorder.problems.isEmpty else {
                allAreIn = false
                await work.recording.leave()
                let words = "\(count) \(count == 1 ? "interaction" : "interactions")"
                Console.complain(
                    "error: the recording is not accepted: \(work.recording.path) holds \(words)\n  fix: record again"
                        + (count > 0 ? ", or accept it as it is: understudy cassette adopt \(name)" : ""))
                continue
            }
            try await work.recording.finish(header: header(of: work))
            tell("recorded \(project.file(of: name)): \(count) \(count == 1 ? "interaction" : "interactions")")
        }
        return allAreIn
    }

    /// The header that tells of all services from which something was recorded.
    private func header(of work: Work) -> CassetteHeader {
        var header = work.header
        for service in Service.allCases
        where work.recorder.services.contains(service) && header.origin(of: service) == nil {
            header.origins.append(upstreams.origin(of: service))
        }
        return header
    }
}
