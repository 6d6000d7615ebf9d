import Documents

extension Cast {
    /// Who speaks next, as far as no model is needed to say so.
    enum SpeakerChoice {
        case speaker(String)
        /// The manager's model chooses among these.
        case ask(candidates: [String])
        /// The chat ends.
        case nobody
    }

    /// AutoGen's `_prepare_and_select_agents`.
    mutating func chooseSpeaker(for manager: String, after last: String) throws(ChatError) -> SpeakerChoice {
        guard let group = group(of: manager) else { return .nobody }
        var method = Group.Method.auto
        switch group.selection {
        case .method(let fixed): method = fixed
        case .scripted:
            switch takeScriptedChoice(of: manager) {
            case .method(let once): method = once
            case .nobody, nil: return .nobody
            case .agent(let name):
                guard group.members.contains(name) else {
                    throw ChatError(
                        "ValueError",
                        "Custom speaker selection function returned an agent \(name) not in the group chat.")
                }
                return .speaker(name)
            }
        }
        guard group.members.count >= 2 else {
            throw ChatError(
                "ValueError",
                "GroupChat is underpopulated with \(group.members.count) agents. "
                    + "Please add more agents to the GroupChat or use direct communication instead.")
        }
        var candidates = group.members
        if group.followsCalls, let message = groupMessages(of: manager).last,
            let names = try Cast.calledNames(in: message)
        {
            candidates = try executors(of: names, among: group.members)
            if candidates.count == 1 { return .speaker(candidates[0]) }
        }
        guard let followers = group.followers(of: last, among: candidates) else { return .nobody }
        if followers.count == 1 { return .speaker(followers[0]) }
        let eligible = followers.isEmpty ? group.members : followers
        switch method {
        case .auto: return .ask(candidates: eligible)
        case .roundRobin: return .speaker(group.next(after: last, among: eligible))
        case .random: return .speaker(choose(among: eligible))
        case .manual:
            // AutoGen falls back to the next in order only when the chat as a whole is manual. Asked for by a function,
            // it goes on to ask a model without having any messages for it.
            guard case .method = group.selection else {
                throw ChatError("AttributeError", "'NoneType' object has no attribute 'append'")
            }
            return .speaker(group.next(after: last, among: group.members))
        }
    }

    /// Nil when the message calls nothing; an empty list of calls is a call of no function.
    private static func calledNames(in message: Message) throws(ChatError) -> [String]? {
        let fields = message.fields
        guard fields["function_call"] != nil || fields["tool_calls"] != nil else { return nil }
        var names = fields["function_call"]?["name"]?.stringValue.map { [$0] } ?? []
        for call in message.toolCalls {
            guard let type = call["type"] else { throw ChatError("KeyError", "'type'") }
            if type == "function", let name = call["function"]?["name"]?.stringValue { names.append(name) }
        }
        return names
    }

    /// Members that can execute all of these functions, or else any function at all.
    private func executors(of names: [String], among members: [String]) throws(ChatError) -> [String] {
        let able = members.filter { member in
            let tools = agent(member).tools
            return names.allSatisfy { name in tools.contains { $0.name == name } }
        }
        guard able.isEmpty else { return able }
        let any = members.filter { !agent($0).tools.isEmpty }
        guard any.isEmpty else { return any }
        throw ChatError(
            "ValueError",
            "No agent can execute the function \(names.joined(separator: ", ")). "
                + "Please check the function_map of the agents.")
    }
}

extension Group {
    /// Those of the candidates that may speak after someone, in the group's order; nil when nobody ever may.
    fileprivate func followers(of last: String, among candidates: [String]) -> [String]? {
        let mayRepeat =
            switch repeats {
            case .everyone: true
            case .nobody: false
            case .only(let names): names.contains(last)
            }
        let others = mayRepeat ? candidates : candidates.filter { $0 != last }
        guard let transitions else { return members.contains(last) ? others : [] }
        guard let allowed = transitions[last] else { return members.contains(last) ? nil : [] }
        return others.filter(allowed.contains)
    }

    /// The first of the candidates after someone, going round.
    ///
    /// - Parameter candidates: Members, not empty.
    func next(after last: String, among candidates: [String]) -> String {
        let start = members.firstIndex(of: last).map { $0 + 1 } ?? 0
        let round = (0..<members.count).lazy.map { members[(start + $0) % members.count] }
        return round.first(where: candidates.contains) ?? candidates[0]
    }
}
