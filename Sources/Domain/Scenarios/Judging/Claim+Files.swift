import TextConditions
import Transcripts

extension Expectation.Claim {
    /// A sandbox had a file, and in it what is asked for.
    static func file(
        _ path: String, _ condition: TextCondition?, seen sightings: [FileSighting], in transcript: Transcript
    ) -> Observation {
        let own = sightings.filter { $0.exists && $0.path == path }
        let turn = transcript.turn(making: path)
        guard let condition, !own.isEmpty else {
            let others = Set(sightings.filter(\.exists).map(\.path)).subtracting([path]).sorted()
            let list = others.prefix(6).joined(separator: ", ") + (others.count > 6 ? ", …" : "")
            let missing =
                sightings.contains { $0.path == path }
                ? "it is not there" : others.isEmpty ? "no file was seen" : "only \(list) was seen"
            return Observation(holds: !own.isEmpty, turn: turn, seen: own.isEmpty ? missing : "\(path) is there")
        }
        let texts = own.compactMap(\.text)
        for text in texts {
            guard let range = condition.evidence(in: text) else { continue }
            return Observation(holds: true, turn: turn, seen: "\(path) has \(excerpt(of: text, around: range))")
        }
        let last = texts.last.map { "\(path) is \(excerpt(of: $0))" }
        return Observation(
            holds: false, turn: turn, seen: last ?? "\(path) is there, but nobody read it, or it is no text")
    }
}

extension Transcript {
    /// The last turn whose code names a file, or else the last in which code ran.
    fileprivate func turn(making path: String) -> Int? {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return codeRuns.last { $0.run.code.contains(name) }?.turn ?? codeRuns.last?.turn
    }
}
