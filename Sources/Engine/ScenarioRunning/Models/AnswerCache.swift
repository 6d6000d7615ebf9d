import Documents
import Synchronization

/// Answers kept by request, as AutoGen keeps them on disk by default; here for as long as the program it stands for.
public final class AnswerCache: Sendable {
    private struct Key: Hashable {
        var seed: String
        var request: [UInt8]
    }

    private let answers = Mutex<[Key: (completion: Completion, cost: Double)]>([:])

    public init() {}

    func answer(to body: JSONObject, seed: String) -> (completion: Completion, cost: Double)? {
        answers.withLock { $0[key(body, seed)] }
    }

    func keep(_ completion: Completion, cost: Double, for body: JSONObject, seed: String) {
        answers.withLock { $0[key(body, seed)] = (completion, cost) }
    }

    private func key(_ body: JSONObject, _ seed: String) -> Key {
        let value = JSONValue.object(body)
        return Key(seed: seed, request: CanonicalJSON.bytes(of: value) ?? value.bytes())
    }
}
