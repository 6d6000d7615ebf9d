import Conversations
import Transcripts

extension WireStory {
    /// The story as a transcript, with all names that were found.
    ///
    /// - Parameter agents: Names by the instructions of their requests, for agents that the reader knows.
    func transcript(subject: String, agents: [String: String] = [:]) -> Transcript {
        Teller(story: self, known: agents).transcript(subject)
    }
}

/// Names for whoever is in a story, and its steps as entries.
private struct Teller {
    let story: WireStory
    /// By instructions.
    private var names: [String: String]
    /// For each conversation who speaks in it, in order of appearance.
    private var speakers: [[String]] = []

    init(story: WireStory, known: [String: String]) {
        self.story = story
        names = known
        for message in story.said {
            if let author = message.author, let name = message.name, names[author] == nil { names[author] = name }
        }
        var askers: [String] = []
        for step in story.steps {
            guard case .call(_, let asker, observer: nil, _) = step.part, names[asker] == nil, !askers.contains(asker)
            else { continue }
            askers.append(asker)
        }
        let isAlone = askers.count == 1 && names.isEmpty
        for (number, asker) in askers.enumerated() {
            names[asker] = isAlone ? WireTranscript.agent : "agent \(number + 1)"
        }
        speakers = story.conversations.map { places in
            var found: [String] = []
            for place in places {
                if let name = ownName(story.said[place]), !found.contains(name) { found.append(name) }
            }
            return found
        }
    }

    func transcript(_ subject: String) -> Transcript {
        var transcript = Transcript(subject: subject)
        // As in a conducted conversation: a message closes its turn.
        var turn = 1
        var hasBegun = false
        for (index, step) in story.steps.enumerated() {
            var entry = Entry(turn: turn, kind: kind(of: step.part, at: index), timing: step.timing, stale: step.stale)
            switch step.part {
            case .message:
                turn += 1
                hasBegun = false
            case .end: entry.turn = hasBegun ? turn : max(1, turn - 1)
            case .call, .run: hasBegun = true
            }
            transcript.entries.append(entry)
        }
        return transcript
    }

    private func kind(of part: WireStory.Part, at index: Int) -> Entry.Kind {
        switch part {
        case .message(let place):
            let message = story.said[place]
            let speaker = name(of: message)
            return .message(
                MessageSent(
                    speaker: speaker, recipient: recipient(of: message, from: speaker),
                    text: message.text.isEmpty && !message.toolCalls.isEmpty ? nil : message.text,
                    toolCalls: message.toolCalls))
        case .call(var call, let asker, let observer, let place):
            call.agent = observer ?? place.flatMap { story.said[$0].name } ?? names[asker] ?? WireTranscript.agent
            return .llmCall(call)
        case .run(var run):
            run.agent = runner(at: index)
            return .codeRun(run)
        case .end(let end): return .end(end)
        }
    }

    /// Whoever says next what no model said has run the code.
    private func runner(at index: Int) -> String {
        for step in story.steps[index...] {
            if case .message(let place) = step.part, story.said[place].author == nil {
                return name(of: story.said[place])
            }
        }
        return WireTranscript.agent
    }

    private func ownName(_ message: WireStory.Said) -> String? { message.name ?? message.author.flatMap { names[$0] } }

    private func name(of message: WireStory.Said) -> String {
        if let name = ownName(message) { return name }
        let others = speakers[message.conversation].filter { $0 != modelInTalk(message) }
        if others.count == 1 { return others[0] }
        switch message.role {
        case .assistant: return modelInTalk(message) ?? WireTranscript.agent
        case .tool: return "tools"
        case .user, .system: return "user"
        }
    }

    /// The one model of a conversation in which there is one.
    private func modelInTalk(_ message: WireStory.Said) -> String? {
        let authors = Set(story.conversations[message.conversation].compactMap { story.said[$0].author })
        return authors.count == 1 ? authors.first.flatMap { names[$0] } : nil
    }

    /// The other of two; where there are more, all hear it.
    private func recipient(of message: WireStory.Said, from speaker: String) -> String {
        var all = speakers[message.conversation]
        for place in story.conversations[message.conversation] {
            let name = name(of: story.said[place])
            if !all.contains(name) { all.append(name) }
        }
        let others = all.filter { $0 != speaker }
        if others.count == 1 { return others[0] }
        return others.isEmpty ? "user" : WireTranscript.everybody
    }
}
