public import Transcripts

extension Transcript {
    /// What somebody who sees only the requests to models and sandboxes, and the answers, can tell of this conversation.
    ///
    /// It has what `Entry.Kind.wireVisibility` says: calls and runs, and the messages that models were sent or said. A
    /// program that has the same conversation gives the same transcript, entry for entry.
    ///
    /// - Parameter agents: As for `WireTranscript`.
    public func asSeenOnTheWire(agents: [String: String] = [:]) -> Transcript {
        var story = WireStory()
        for (place, entry) in entries.enumerated() {
            switch entry.kind {
            case .message: break
            // One of several chats is over, which shows only when the next begins.
            case .end where place < entries.count - 1: break
            case .llmCall(let call):
                story.add(
                    call, WireQuestion(.chatCompletions, call.request), timing: entry.timing, stale: entry.stale)
            case .codeRun(var run):
                // The client's words, of which the service has said the first part.
                run.failure = run.failure.map {
                    String(
                        $0.prefixMatch(of: /(?s)(.*?) \(code: [A-Z0-9_]+\)(?: \[request_id: [^\]]*\])?$/)?.1 ?? $0[...])
                }
                story.add(run, timing: entry.timing, stale: entry.stale)
            // Why a conversation ends, only its conductor knows.
            case .end(let end) where end.cause != .error:
                story.add(End(cause: .programExit, agent: nil), timing: entry.timing)
            case .end(let end): story.add(End(cause: .error, agent: nil, failure: end.failure), timing: entry.timing)
            }
        }
        return story.transcript(subject: subject, agents: agents)
    }
}
