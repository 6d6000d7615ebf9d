import AgentChats
import Documents

/// A golden file's `group_chat`: options by AutoGen's names.
struct GoldenGroup {
    let group: Group
    let manager: AgentChats.Agent
    /// In `llm_configs`; nil for a manager without one.
    let modelName: String?
    /// The settings of the model that chooses; nil where there is none.
    let selectorModel: JSONValue?
    let seed: RandomSeed?

    /// - Parameter models: `llm_configs`.
    init(_ config: JSONValue, models: JSONValue?) throws {
        let name = config["manager"]?["name"]?.stringValue ?? "chat_manager"
        modelName = config["manager"]?["llm_config"]?.stringValue
        selectorModel =
            switch config["select_speaker_auto_llm_config"] {
            case .string(let name)?: models?[name]
            case .object(let settings)?: .object(settings)
            default: modelName.flatMap { models?[$0] }
            }
        manager = AgentChats.Agent(
            name: name, kind: .manager, hasModel: modelName != nil,
            terminationTest: try TerminationTest(golden: config["manager"]?["is_termination_msg"]))
        seed =
            switch config["random_seed"] {
            case nil, .null?: nil
            case .string(let text)?: .text(text)
            case let number?:
                if let value = number.intValue {
                    .number(value)
                } else {
                    throw GoldenProgram.Unsupported("random_seed \(number.text())")
                }
            }
        let members = config["agents"]?.arrayValue?.compactMap(\.stringValue) ?? []
        group = Group(
            manager: name, members: members, maxRounds: config["max_round"]?.intValue ?? 10,
            selection: try GoldenGroup.selection(config["speaker_selection_method"]),
            repeats: GoldenGroup.repeats(config["allow_repeat_speaker"]),
            transitions: GoldenGroup.transitions(config, members),
            introducesMembers: config["send_introductions"]?.boolValue ?? false,
            followsCalls: config["func_call_filter"]?.boolValue ?? true,
            clearsOnRequest: config["enable_clear_history"]?.boolValue ?? false,
            prompts: GoldenGroup.prompts(config, hasModel: selectorModel != nil))
        let known: Set<String> = [
            "agents", "max_round", "speaker_selection_method", "allow_repeat_speaker", "send_introductions",
            "allowed_or_disallowed_speaker_transitions", "speaker_transitions_type", "func_call_filter", "manager",
            "random_seed", "select_speaker_auto_llm_config", "select_speaker_message_template",
            "select_speaker_prompt_template", "select_speaker_auto_multiple_template",
            "select_speaker_auto_none_template", "max_retries_for_selecting_speaker",
            "role_for_select_speaker_messages", "admin_name", "select_speaker_auto_verbose",
            "enable_clear_history",
        ]
        for member in config.objectValue?.members ?? [] where !known.contains(member.name) {
            throw GoldenProgram.Unsupported("group_chat.\(member.name)")
        }
    }

    private static func selection(_ value: JSONValue?) throws -> Group.Selection {
        func method(_ text: String) throws -> Group.Method {
            guard let method = Group.Method(rawValue: text.lowercased()) else {
                throw GoldenProgram.Unsupported("speaker_selection_method \(text)")
            }
            return method
        }
        guard let sequence = value?["sequence"]?.arrayValue else {
            return .method(try method(value?.stringValue ?? "auto"))
        }
        return .scripted(
            sequence.map { entry in
                guard let text = entry.stringValue else { return .nobody }
                return (try? method(text)).map(Group.Choice.method) ?? .agent(text)
            })
    }

    private static func repeats(_ value: JSONValue?) -> Group.Repeats {
        switch value {
        case .bool(false)?: .nobody
        case .array(let names)?: .only(names.compactMap(\.stringValue))
        default: .everyone
        }
    }

    private static func transitions(_ config: JSONValue, _ members: [String]) -> [String: [String]]? {
        guard let given = config["allowed_or_disallowed_speaker_transitions"]?.objectValue else { return nil }
        var transitions: [String: [String]] = [:]
        for member in given.members {
            transitions[member.name] = member.value.arrayValue?.compactMap(\.stringValue) ?? []
        }
        let isAllowed = config["speaker_transitions_type"]?.stringValue?.lowercased() == "allowed"
        return isAllowed ? transitions : Group.transitions(without: transitions, members: members)
    }

    private static func prompts(_ config: JSONValue, hasModel: Bool) -> SelectionPrompts {
        let prompt: String? =
            switch config["select_speaker_prompt_template"] {
            case nil: SelectionPrompts.standardPrompt
            case .string(let text)? where !text.isEmpty: text
            default: nil
            }
        return SelectionPrompts(
            hasModel: hasModel, maxRetries: config["max_retries_for_selecting_speaker"]?.intValue ?? 2,
            message: config["select_speaker_message_template"]?.stringValue, prompt: prompt,
            several: config["select_speaker_auto_multiple_template"]?.stringValue,
            none: config["select_speaker_auto_none_template"]?.stringValue,
            role: config["role_for_select_speaker_messages"]?.stringValue ?? "system")
    }
}
