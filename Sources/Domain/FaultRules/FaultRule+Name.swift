extension FaultRule {
    /// The word for what happens, as verdicts and lists say it; a bare answer has the name of the kind that it is.
    public var name: String {
        switch effect {
        case .delayOnly: Kind.slow.rawValue
        case .answer(let answer): answer.kind?.rawValue ?? "answer"
        case .overload: Kind.overloaded.rawValue
        case .malformed: Kind.malformed.rawValue
        case .drop: Kind.reset.rawValue
        case .silence: Kind.timeout.rawValue
        case .trickle: Kind.trickle.rawValue
        case .contentType: Kind.contentType.rawValue
        case .truncation: Kind.truncated.rawValue
        case .splitCharacter: Kind.truncatedUTF8.rawValue
        case .emptyAnswer: Kind.empty.rawValue
        }
    }

    /// Whether the client gets the whole real answer in the end, only late.
    public var isOnlyLate: Bool {
        switch effect {
        case .delayOnly, .trickle: true
        default: false
        }
    }
}

extension FaultRule.Answer {
    fileprivate var kind: FaultRule.Kind? {
        switch status {
        case 429: .rateLimit
        case 502 where body != nil && !isJSON: .badGateway
        case 500...: .serverError
        default: nil
        }
    }
}
