import Conversations
import Transcripts

/// What expectations look at, each with its turn.
extension Transcript {
    var messages: [(turn: Int, message: MessageSent)] {
        entries.compactMap { if case .message(let message) = $0.kind { ($0.turn, message) } else { nil } }
    }

    var codeRuns: [(turn: Int, run: CodeRun)] {
        entries.compactMap { if case .codeRun(let run) = $0.kind { ($0.turn, run) } else { nil } }
    }

    var llmCalls: [(turn: Int, call: LLMCall)] {
        entries.compactMap { if case .llmCall(let call) = $0.kind { ($0.turn, call) } else { nil } }
    }

    /// Calls of tools, by those whose messages have them.
    var toolCalls: [(turn: Int, speaker: String, call: ToolCall)] {
        messages.flatMap { turn, message in message.toolCalls.map { (turn, message.speaker, $0) } }
    }

    var lastEnd: (turn: Int, end: End)? {
        entries.lazy.compactMap { if case .end(let end) = $0.kind { ($0.turn, end) } else { nil } }.last
    }

    /// One chat of a pipeline: what stands between two ends. Nothing, for a chat that was not reached.
    func chat(_ index: Int) -> Transcript {
        var chats: [[Entry]] = [[]]
        for entry in entries {
            chats[chats.count - 1].append(entry)
            if case .end = entry.kind { chats.append([]) }
        }
        return Transcript(subject: subject, entries: index < chats.count ? chats[index] : [])
    }
}
