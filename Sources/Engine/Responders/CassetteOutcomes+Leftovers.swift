import Cassettes
import HopXProtocol

extension CassetteOutcomes {
    /// Positions of recorded refusals that follow from a sandbox's state alone, such as code in a paused one.
    ///
    /// The simulation refuses such a call by itself, so that its recording would be left over and meet a later call.
    static func leftovers(of cassette: Cassette) -> Set<Int> {
        var statuses: [Int: HopXSandbox.Status] = [:]
        var leftovers: Set<Int> = []
        for (position, entry) in cassette.index.enumerated() where entry.service == .hopx {
            guard let label = entry.sandbox,
                let operation = HopXOperation(method: entry.operation.method, path: entry.operation.path)
            else { continue }
            let isPossible = operation.isPossible(in: statuses[label, default: .running])
            // Most interactions are not looked into. A broken one is reported when it is asked for.
            guard !isPossible || operation.reachedStatus != nil,
                let response = try? cassette.interaction(at: position).response
            else { continue }
            if let status = response.status, status < 400 {
                if let reached = operation.reachedStatus { statuses[label] = reached }
            } else if !isPossible {
                leftovers.insert(position)
            }
        }
        return leftovers
    }
}
