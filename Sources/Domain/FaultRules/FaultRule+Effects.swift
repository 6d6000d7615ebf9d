import Documents
import HTTPMessages

extension FaultRule {
    /// The faults that have a name, each with what may be said about it.
    enum Kind: String, CaseIterable {
        case rateLimit = "rate_limit"
        case serverError = "server_error"
        case overloaded
        case badGateway = "bad_gateway"
        case timeout, reset, malformed, slow, trickle
        case contentType = "content_type"
        case truncated
        case truncatedUTF8 = "truncated_utf8"
        case empty

        /// The members that tell more about it, `delay` aside.
        var members: Set<String> {
            switch self {
            case .rateLimit, .serverError: ["status", "headers", "body", "retry_after"]
            case .overloaded: ["headers", "retry_after"]
            case .badGateway: ["headers", "body"]
            case .timeout: ["hold"]
            case .reset, .malformed, .truncated: ["after_events"]
            case .slow, .empty: []
            case .trickle: ["bytes", "every"]
            case .contentType: ["content_type"]
            case .truncatedUTF8: ["after_events", "drop"]
            }
        }
    }

    /// What a gateway in front of a service says when the service does not answer.
    static let gatewayPage =
        "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
        + "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
}

extension MappingReader {
    /// All that says what happens: `kind`, or the bare members.
    mutating func effect() -> FaultRule.Effect {
        let told = EffectMembers(&self)
        guard optional("kind") != nil else { return bareEffect(told) }
        guard let word = word("kind", among: FaultRule.Kind.allCases.map(\.rawValue)),
            let kind = FaultRule.Kind(rawValue: word)
        else { return .delayOnly }
        for name in EffectMembers.names {
            guard let node = optional(name), !kind.members.contains(name) else { continue }
            let allowed = kind.members.sorted().joined(separator: ", ")
            report(
                at: node.place, "\(name) is not for kind: \(word)",
                expected: allowed.isEmpty ? "nothing but a delay" : "\(allowed), a delay")
        }
        return effect(of: kind, told)
    }

    private mutating func effect(of kind: FaultRule.Kind, _ told: EffectMembers) -> FaultRule.Effect {
        switch kind {
        case .rateLimit: return .answer(told.answer(status: 429))
        case .serverError: return .answer(told.answer(status: 500))
        case .overloaded: return .overload(told.answer(status: 503))
        case .badGateway:
            var answer = told.answer(status: 502)
            if answer.body == nil { answer.body = Array(FaultRule.gatewayPage.utf8) }
            if answer.headers["content-type"] == nil { answer.headers.add("content-type", "text/html") }
            return .answer(answer)
        case .timeout: return .silence(told.hold ?? .seconds(600))
        case .reset: return .drop(afterEvents: told.events)
        case .malformed: return .malformed(afterEvents: told.events)
        case .slow:
            if optional("delay") == nil {
                report(at: place, "slow without a delay", expected: "delay: SECONDS beside it")
            }
            return .delayOnly
        case .trickle: return .trickle(bytes: told.bytes ?? 8, every: told.every ?? .seconds(0.05))
        case .contentType: return .contentType(told.contentType ?? "text/html; charset=utf-8")
        case .truncated: return .truncation(afterEvents: told.events ?? 1)
        case .truncatedUTF8: return .splitCharacter(afterEvents: told.events ?? 0, drops: told.drops)
        case .empty: return .emptyAnswer
        }
    }

    private mutating func bareEffect(_ told: EffectMembers) -> FaultRule.Effect {
        for (name, kind) in [
            ("hold", "timeout"), ("bytes", "trickle"), ("every", "trickle"), ("content_type", "content_type"),
        ] {
            guard let node = optional(name) else { continue }
            report(at: node.place, "\(name) without a kind", expected: "kind: \(kind) beside it")
        }
        if let place = optional("after_events")?.place, !told.drops, !told.isMalformed {
            report(
                at: place, "after_events says where a stream breaks, and nothing breaks it",
                expected: "drop: true or malformed: true beside it")
        }
        let word = told.drops ? "drop" : "malformed"
        guard !told.drops, !told.isMalformed else {
            let others = ["status", "headers", "body", "retry_after"]
            for name in others + (told.drops && told.isMalformed ? ["malformed"] : []) {
                guard let place = optional(name)?.place else { continue }
                report(
                    at: place, "\(name) and \(word) exclude each other",
                    fix: "leave one out, or make two faults of them")
            }
            return told.drops ? .drop(afterEvents: told.events) : .malformed(afterEvents: told.events)
        }
        guard told.status != nil || told.body != nil else {
            for name in ["headers", "retry_after"] {
                guard let place = optional(name)?.place else { continue }
                report(at: place, "\(name) of no answer", expected: "a status or a body beside \(name)")
            }
            return .delayOnly
        }
        return .answer(told.answer(status: 200))
    }
}

/// The members that tell of an effect, read once.
private struct EffectMembers {
    static let names = [
        "status", "headers", "body", "retry_after", "drop", "malformed", "after_events", "hold", "bytes", "every",
        "content_type",
    ]

    let status: Int?
    let headers: Headers
    let body: JSONValue?
    let retryAfter: Double?
    let drops: Bool
    let isMalformed: Bool
    let events: Int?
    let hold: Duration?
    let bytes: Int?
    let every: Duration?
    let contentType: String?

    init(_ reader: inout MappingReader) {
        status = reader.integer("status", in: 200...599)
        headers = reader.fields("headers")
        body = reader.optional("body")?.json
        retryAfter = reader.seconds("retry_after").map { $0 / .seconds(1) }
        drops = reader.flag("drop") ?? false
        isMalformed = reader.flag("malformed") ?? false
        events = reader.integer("after_events", in: 0...1_000_000_000)
        hold = reader.seconds("hold")
        bytes = reader.integer("bytes", in: 1...1_000_000)
        every = reader.seconds("every")
        contentType = reader.line("content_type")
    }

    /// - Parameter usual: The status when none is told.
    func answer(status usual: Int) -> FaultRule.Answer {
        var answer = FaultRule.Answer(status: status ?? usual, headers: headers, retryAfter: retryAfter)
        switch body {
        case nil: break
        case .string(let text): answer.body = Array(text.utf8)
        case .some(let value):
            answer.body = value.bytes()
            answer.isJSON = true
        }
        return answer
    }
}

extension MappingReader {
    fileprivate mutating func line(_ name: String) -> String? {
        guard let node = optional(name), let text = text(name) else { return nil }
        guard MappingReader.isFieldValue(text) else {
            report(at: node.place, "\(name) cannot have this value", expected: "text of one line")
            return nil
        }
        return text
    }

    fileprivate mutating func fields(_ name: String) -> Headers {
        var headers = Headers()
        guard let node = optional(name) else { return headers }
        guard let members = node.members else {
            report(at: node.place, "\(name) cannot be a \(node.json.kindName)", expected: "NAME: VALUE pairs")
            return headers
        }
        for member in members {
            guard !member.name.isEmpty, member.name.utf8.allSatisfy(MappingReader.isTokenByte) else {
                report(at: member.place, "'\(member.name)' is no header's name", expected: "retry-after, for one")
                continue
            }
            guard let value = member.value.text, MappingReader.isFieldValue(value) else {
                report(
                    at: member.value.place, "\(member.name) cannot have this value",
                    expected: "text of one line, or a number")
                continue
            }
            headers.add(member.name, value)
        }
        return headers
    }

    private static func isFieldValue(_ text: String) -> Bool {
        !text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\t" }
    }

    /// RFC 9110 section 5.6.2: what a field's name is made of.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || Array("!#$%&'*+-.^_`|~".utf8).contains(byte)
    }
}
