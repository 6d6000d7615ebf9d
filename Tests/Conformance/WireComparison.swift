import Conversations
import Documents
import ScenarioRunning
import Transcripts

/// Compares what was said with what can be told from the requests alone.
struct WireComparison {
    let transcript: Transcript
    /// Of agents, by their instructions.
    let names: [String: String]

    /// What is wrong; nil when everything that models were sent or said is told, in its order and under the right name.
    var failure: String? {
        let told = messages(of: transcript.asSeenOnTheWire(agents: names))
        let said = messages(of: transcript)
        var next = 0
        for (_, message) in told {
            // What a manager tells the members of its group before they begin is no message of theirs.
            guard let found = said[next...].firstIndex(where: { equal(message, $0.message) }) else {
                if said.contains(where: { equal(message, $0.message) }) { return "told again: \(describe(message))" }
                continue
            }
            if let missing = said[next..<found].first(where: isOnTheWire) {
                return "not told in its place: \(describe(missing.message))\n      told: \(describe(message))"
            }
            next = found + 1
        }
        return said[next...].first(where: isOnTheWire).map { "not told: \(describe($0.message))" }
    }

    private func messages(of transcript: Transcript) -> [(place: Int, message: MessageSent)] {
        transcript.entries.enumerated().compactMap { place, entry in
            if case .message(let message) = entry.kind { (place, message) } else { nil }
        }
    }

    /// Results of tools come without a name.
    private func equal(_ told: MessageSent, _ said: MessageSent) -> Bool {
        (told.speaker == said.speaker || told.speaker == "tools") && (told.text ?? "") == (said.text ?? "")
            && told.toolCalls.map(\.name) == said.toolCalls.map(\.name)
    }

    private func describe(_ message: MessageSent) -> String {
        "\(message.speaker): \(message.text ?? "-") \(message.toolCalls.map(\.name))"
    }

    /// Whether a model was sent this message as the latest that it had not said itself.
    private func isOnTheWire(_ place: Int, _ message: MessageSent) -> Bool {
        for entry in transcript.entries[place...].dropFirst() {
            switch entry.kind {
            case .message: return false
            case .llmCall(let call):
                return (call.request["messages"]?.arrayValue ?? []).contains { sent in
                    sent["content"]?.stringValue == message.text && sent["name"]?.stringValue == message.speaker
                }
            case .codeRun, .end: continue
            }
        }
        return false
    }
}
