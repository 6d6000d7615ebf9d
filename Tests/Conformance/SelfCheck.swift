import Documents
import Foundation

/// Proves that the runner can fail: copies of a golden file with one expected value altered must not pass.
struct SelfCheck {
    private static let alterations: [(file: String, what: String, place: String, value: JSONValue)] = [
        (twoAgent, "a message of a request", "/expected/requests/0/body/messages/1/content", "altered"),
        (twoAgent, "an option of a request", "/expected/requests/0/body/temperature", 1),
        (twoAgent, "a retry count", "/expected/requests/0/retry_count", 1),
        (twoAgent, "code that was run", "/expected/executor_calls/0/blocks/0/code", "altered"),
        (twoAgent, "how it ended", "/expected/outcomes/0/termination/0/cause", "max_turns"),
        (twoAgent, "a cost", "/expected/outcomes/0/cost/usage_including_cached_inference/total_cost", 1),
        (twoAgent, "a history", "/expected/histories/assistant/user_proxy/0/role", "assistant"),
        (twoAgent, "a null member", "/expected/histories/assistant/user_proxy/0/tool_calls", nil),
        (tools, "a tool of a request", "/expected/requests/0/body/tools/0/function/parameters/required/0", "altered"),
        (tools, "a result of a tool", "/expected/requests/1/body/messages/3/content", "altered"),
        (tools, "an argument of a tool", "/expected/tool_calls/0/arguments/code", "altered"),
        (group, "a message of the group", "/expected/group_messages/1/content", "altered"),
        (group, "who spoke", "/expected/speakers/0/selected", "User"),
        (group, "how often a speaker was asked for", "/expected/speakers/0/llm_requests", 2),
        (group, "what the selector is asked", "/expected/requests/0/body/messages/0/content", "altered"),
        (group, "whose request it is", "/expected/requests/0/agent", "Coder"),
        (group, "who ended it", "/expected/outcomes/0/termination/0/agent", "User"),
        (pipeline, "what is carried over", "/expected/outcomes/0/chats/1/carryover/0", "altered"),
        (pipeline, "a summary", "/expected/outcomes/0/chats/0/summary", "altered"),
        (pipeline, "the history of a chat", "/expected/outcomes/0/chats/1/chat_history/0/content", "altered"),
    ]

    private static let twoAgent = "two_agent_success_exact_terminate"
    private static let tools = "tools_single_call"
    private static let group = "group_tool_call_single_executor"
    private static let pipeline = "pipeline_carryover_given"

    /// - Returns: The alterations that were not noticed.
    static func unnoticed(in folder: String) async throws -> [String] {
        let place = URL.temporaryDirectory.appending(path: "conformance-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        var unnoticed: [String] = []
        func original(_ name: String) -> GoldenFile { GoldenFile(path: "\(folder)/\(name).json") }
        for name in [twoAgent, tools, group, pipeline] where await original(name).failure() != nil {
            unnoticed.append("\(name) as it is does not pass")
        }
        for (index, alteration) in alterations.enumerated() {
            var copy = try original(alteration.file).read()
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
