import Documents
import Foundation

/// Proves that the runner can fail: copies of a golden file with one expected value altered must not pass.
struct SelfCheck {
    private static let alterations: [(what: String, place: String, value: JSONValue)] = [
        ("a message of a request", "/expected/requests/0/body/messages/1/content", "altered"),
        ("an option of a request", "/expected/requests/0/body/temperature", 1),
        ("a retry count", "/expected/requests/0/retry_count", 1),
        ("code that was run", "/expected/executor_calls/0/blocks/0/code", "altered"),
        ("how it ended", "/expected/outcomes/0/termination/0/cause", "max_turns"),
        ("a cost", "/expected/outcomes/0/cost/usage_including_cached_inference/total_cost", 1),
        ("a history", "/expected/histories/assistant/user_proxy/0/role", "assistant"),
        ("a null member", "/expected/histories/assistant/user_proxy/0/tool_calls", nil),
    ]

    /// - Returns: The alterations that were not noticed.
    static func unnoticed(in folder: String) async throws -> [String] {
        let original = GoldenFile(path: "\(folder)/two_agent_success_exact_terminate.json")
        let place = URL.temporaryDirectory.appending(path: "conformance-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        var unnoticed: [String] = []
        let untouched = await original.failure()
        if untouched != nil { unnoticed.append("the file as it is does not pass") }
        for (index, alteration) in alterations.enumerated() {
            var copy = try original.read()
            guard let pointer = JSONPointer(parsing: alteration.place), copy.set(alteration.value, at: pointer) else {
                unnoticed.append("\(alteration.what): nothing at \(alteration.place)")
                continue
            }
            let file = place.appending(path: "altered-\(index).json")
            try Data(copy.bytes()).write(to: file)
            if await GoldenFile(path: file.path).failure() == nil { unnoticed.append(alteration.what) }
        }
        return unnoticed
    }

    static var count: Int { alterations.count }
}
