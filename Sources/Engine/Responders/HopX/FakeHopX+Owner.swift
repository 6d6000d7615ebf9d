import HopXProtocol
import Synchronization

extension FakeHopX {
    /// The living sandboxes, in order of creation.
    var sandboxes: [HopXSandbox] { fleet.withLock { $0.all.map(\.sandbox) } }

    /// Refuses a sandbox's tokens from now on; its owner can still refresh.
    ///
    /// - Returns: False when there is no such sandbox.
    func revokeTokens(of id: String) -> Bool {
        fleet.withLock { fleet in
            guard (try? fleet.member(id)) != nil else { return false }
            fleet.revokeTokens(of: id)
            return true
        }
    }

    /// Ends all sandboxes, as their time limit would.
    func removeAll() async {
        let ended = fleet.withLock { fleet in
            let ids = fleet.all.map(\.sandbox.id)
            for id in ids { fleet.remove(id) }
            return ids
        }
        for id in ended { await outcomes.expired(id) }
    }
}
