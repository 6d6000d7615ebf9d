/// Agents that talk with each other, conducted by a manager: AutoGen's `GroupChat`.
public struct Group: Sendable, Equatable {
    /// How the next speaker is found.
    public enum Method: String, Sendable, CaseIterable {
        /// The manager's model is asked.
        case auto
        case roundRobin = "round_robin"
        case random
        /// Somebody at the console; nobody is there, so the next in the group's order speaks.
        case manual
    }

    /// One entry of a scripted selection.
    public enum Choice: Sendable, Equatable {
        case agent(String)
        /// Another way, for this once.
        case method(Method)
        /// Nobody: the chat ends.
        case nobody
    }

    public enum Selection: Sendable, Equatable {
        case method(Method)
        /// One entry for each time that a speaker is needed; nobody when they are used up.
        case scripted([Choice])
    }

    /// Who may speak twice in a row.
    public enum Repeats: Sendable, Equatable {
        case everyone
        case nobody
        case only([String])
    }

    /// The agent that all members talk to.
    public var manager: String
    /// In the order that decides whose turn is next.
    public var members: [String]
    /// Messages in all, the first one included.
    public var maxRounds: Int
    public var selection: Selection
    public var repeats: Repeats
    /// Who may speak after whom; nil for everyone. A member that is missing is followed by nobody.
    public var transitions: [String: [String]]?
    /// Whether each member is told first who is there.
    public var introducesMembers: Bool
    /// Whether calls of tools choose who can execute them.
    public var followsCalls: Bool
    /// Whether the words `clear history` in results of tools make members forget: AutoGen's `enable_clear_history`.
    public var clearsOnRequest: Bool
    public var prompts: SelectionPrompts

    public init(
        manager: String = "chat_manager", members: [String], maxRounds: Int = 10,
        selection: Selection = .method(.auto), repeats: Repeats = .everyone, transitions: [String: [String]]? = nil,
        introducesMembers: Bool = false, followsCalls: Bool = true, clearsOnRequest: Bool = false,
        prompts: SelectionPrompts = SelectionPrompts()
    ) {
        self.manager = manager
        self.members = members
        self.maxRounds = maxRounds
        self.selection = selection
        self.repeats = repeats
        self.transitions = transitions
        self.introducesMembers = introducesMembers
        self.followsCalls = followsCalls
        self.clearsOnRequest = clearsOnRequest
        self.prompts = prompts
    }

    /// Transitions as the opposite says them: everyone may follow but for these.
    public static func transitions(without disallowed: [String: [String]], members: [String]) -> [String: [String]] {
        var allowed: [String: [String]] = [:]
        for member in members { allowed[member] = members.filter { disallowed[member]?.contains($0) != true } }
        return allowed
    }
}

/// What the manager's model is told when it is to choose a speaker; texts are templates of Python's `str.format`.
public struct SelectionPrompts: Sendable, Equatable {
    /// Whether there is a model to ask; without one the next in order speaks.
    public var hasModel: Bool
    /// After the first request.
    public var maxRetries: Int
    /// The system message; has `{roles}` and `{agentlist}`.
    public var message: String
    /// Comes last; nil to repeat the group's last message instead.
    public var prompt: String?
    /// Told to an answer that names several.
    public var several: String
    /// Told to an answer that names nobody.
    public var none: String
    /// The role of all of these but the system message.
    public var role: String

    public init(
        hasModel: Bool = true, maxRetries: Int = 2, message: String? = nil,
        prompt: String? = SelectionPrompts.standardPrompt, several: String? = nil, none: String? = nil,
        role: String = "system"
    ) {
        self.hasModel = hasModel
        self.maxRetries = maxRetries
        self.message = message ?? SelectionPrompts.standardMessage
        self.prompt = prompt
        self.several = several ?? SelectionPrompts.standardSeveral
        self.none = none ?? SelectionPrompts.standardNone
        self.role = role
    }

    /// AutoGen's `select_speaker_prompt_template`.
    public static let standardPrompt =
        "Read the above conversation. Then select the next role from {agentlist} to play. Only return the role."

    private static let standardMessage = """
        You are in a role play game. The following roles are available:
                        {roles}.
                        Read the following conversation.
                        Then select the next role from {agentlist} to play. Only return the role.
        """

    private static let rules = """
        To determine the speaker use these prioritised rules:
            1. If the context refers to themselves as a speaker e.g. "As the..." , choose that speaker's name
            2. If it refers to the "next" speaker name, choose that name
            3. Otherwise, choose the first provided speaker's name in the context
            The names are case-sensitive and should not be abbreviated or changed.

        """

    private static let ending = "    Respond with ONLY the name of the speaker and DO NOT provide a reason."

    private static let standardSeveral =
        "You provided more than one name in your text, please return just the name of the next speaker. " + rules
        + ending

    private static let standardNone =
        "You didn't choose a speaker. As a reminder, to" + rules.dropFirst(2)
        + "    The only names that are accepted are {agentlist}.\n" + ending
}
