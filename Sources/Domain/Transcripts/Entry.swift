public import Conversations
public import Documents

/// One thing that happened, in its turn.
///
/// A turn is one message from speaker to recipient with all that produced it: the LLM calls and code runs come first,
/// the message that they led to is the turn's last entry.
public struct Entry: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        case message(MessageSent)
        case llmCall(LLMCall)
        case codeRun(CodeRun)
        case end(End)
    }

    /// Counted from 1.
    public var turn: Int
    public var kind: Kind
    /// Never decides equality.
    public var timing: Timing
    /// The number of the recording whose answer was given although another request was made; nil for an answer to this one.
    ///
    /// Never decides equality: what was said is compared, not where it came from.
    public var stale: Int?

    public init(turn: Int, kind: Kind, timing: Timing = Timing(), stale: Int? = nil) {
        self.turn = turn
        self.kind = kind
        self.timing = timing
        self.stale = stale
    }

    public static func == (a: Entry, b: Entry) -> Bool { a.turn == b.turn && a.kind == b.kind }
}

/// Whether somebody can tell of a thing who sees only what passes between a program and its services.
public enum WireVisibility: Sendable {
    case always
    /// Messages that a model was sent, or said; the last word of a partner without a model is not among them.
    case whenAModelHasIt
    /// Only whoever conducts the conversation knows.
    case never
}

extension Entry.Kind {
    public var wireVisibility: WireVisibility {
        switch self {
        case .llmCall, .codeRun: .always
        case .message: .whenAModelHasIt
        // A program's own end is seen; the reason for which a conversation ended is not.
        case .end: .never
        }
    }
}

/// When something began and how long it took, on the session's clock.
public struct Timing: Sendable {
    /// Seconds since the attempt began.
    public var start: Double
    /// Seconds.
    public var duration: Double

    public init(start: Double = 0, duration: Double = 0) {
        self.start = start
        self.duration = duration
    }
}

/// A message as the agents saw it.
public struct MessageSent: Sendable, Equatable {
    public var speaker: String
    public var recipient: String
    /// Nil for a message that only calls tools.
    public var text: String?
    public var toolCalls: [ToolCall]

    public init(speaker: String, recipient: String, text: String?, toolCalls: [ToolCall] = []) {
        self.speaker = speaker
        self.recipient = recipient
        self.text = text
        self.toolCalls = toolCalls
    }
}

/// One request to a language model and its answer; SDK retries are calls of their own.
public struct LLMCall: Sendable, Equatable {
    /// Whose call it was.
    public var agent: String
    public var model: String
    /// The request's body. Shown, but not compared: it repeats the conversation that the messages already tell.
    public var request: JSONValue
    /// HTTP status; nil when no answer came.
    public var status: Int?
    /// Nil when the model called tools only, or failed.
    public var text: String?
    public var toolCalls: [ToolCall]
    public var finishReason: String?
    /// A metric: never decides equality.
    public var usage: Usage?
    /// What went wrong, in the service's words; nil for a success.
    public var failure: String?

    public init(
        agent: String, model: String, request: JSONValue, status: Int?, text: String? = nil, toolCalls: [ToolCall] = [],
        finishReason: String? = nil, usage: Usage? = nil, failure: String? = nil
    ) {
        self.agent = agent
        self.model = model
        self.request = request
        self.status = status
        self.text = text
        self.toolCalls = toolCalls
        self.finishReason = finishReason
        self.usage = usage
        self.failure = failure
    }

    public static func == (a: LLMCall, b: LLMCall) -> Bool {
        a.agent == b.agent && a.model == b.model && a.status == b.status && a.text == b.text
            && a.toolCalls == b.toolCalls
            && a.finishReason == b.finishReason && a.failure == b.failure
    }
}

/// One block of code that ran in a sandbox.
public struct CodeRun: Sendable, Equatable {
    /// Whose executor ran it.
    public var agent: String
    public var language: String
    public var code: String
    /// Nil when no result came; see `failure`.
    public var exitCode: Int?
    public var stdout: String
    public var stderr: String
    /// Figures, tables, documents, in the order in which they were shown.
    public var shown: [ShownOutput]
    /// The error that replaced a result; nil when the code ran.
    public var failure: String?

    public init(
        agent: String, language: String, code: String, exitCode: Int?, stdout: String = "", stderr: String = "",
        shown: [ShownOutput] = [], failure: String? = nil
    ) {
        self.agent = agent
        self.language = language
        self.code = code
        self.exitCode = exitCode
        self.stdout = stdout
        self.stderr = stderr
        self.shown = shown
        self.failure = failure
    }
}

/// How the conversation ended.
public struct End: Sendable, Equatable {
    public enum Cause: String, Sendable, CaseIterable {
        case terminationMessage = "termination_message"
        case maxConsecutiveAutoReply = "max_consecutive_auto_reply"
        case maxTurns = "max_turns"
        case maxRound = "max_round"
        case noEligibleSpeaker = "no_eligible_speaker"
        case noReplyRequested = "no_reply_requested"
        /// A program that nobody conducts came to its own end.
        case programExit = "program_exit"
        case error
    }

    public var cause: Cause
    /// Who noticed it; nil when nobody did.
    public var agent: String?
    /// The error's text when the cause is `error`.
    public var failure: String?

    public init(cause: Cause, agent: String?, failure: String? = nil) {
        self.cause = cause
        self.agent = agent
        self.failure = failure
    }
}
