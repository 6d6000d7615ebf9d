import Cassettes
import Conversations
import Documents
import TextConditions

extension Script.Condition {
    /// - Parameter number: The number of the session's request.
    func holds(for question: Script.Question, request number: Int) -> Bool {
        switch self {
        case .request(let wanted): return wanted == number
        case .text(let condition): return condition.holds(for: question.text)
        case .system(let condition): return question.system.map(condition.holds) ?? false
        case .model(let condition): return condition.holds(for: question.model)
        case .json(let path, let claim):
            let values = path.values(in: question.json)
            if case .exists(let isThere) = claim { return isThere != values.isEmpty }
            return values.contains(where: claim.holds)
        case .toolResult(let claim): return question.toolResults.contains(where: claim.holds)
        case .hasTools(let wanted): return wanted != question.conversation.tools.isEmpty
        case .offers(let names): return names.allSatisfy { !isMissing($0, question) }
        case .stream(let wanted): return wanted == question.isStream
        case .all(let parts): return parts.allSatisfy { $0.holds(for: question, request: number) }
        case .any(let parts): return parts.contains { $0.holds(for: question, request: number) }
        case .not(let part): return !part.holds(for: question, request: number)
        }
    }

    /// One sentence for each part that does not hold; empty when all do.
    func reasons(against question: Script.Question, request number: Int) -> [String] {
        if holds(for: question, request: number) { return [] }
        switch self {
        case .request(let wanted): return ["it answers request \(wanted), this is request \(number)"]
        case .text(let condition):
            return ["the last message \(condition.denial), it is \(excerpt(of: question.text))"]
        case .system(let condition):
            guard let system = question.system else { return ["there is no system message"] }
            return ["the system message \(condition.denial), it is \(excerpt(of: system))"]
        case .model(.equals(let name)):
            return ["it answers the model \(excerpt(of: name)), this is \(excerpt(of: question.model))"]
        case .model(let condition): return ["the model \(condition.denial), it is \(excerpt(of: question.model))"]
        case .json(let path, let claim): return [claim.denial(at: path, in: question.json)]
        case .toolResult(let claim): return [claim.denial(in: question.toolResults)]
        case .hasTools(true): return ["the request offers no tools"]
        case .hasTools(false):
            let names = question.conversation.tools.map { excerpt(of: $0.name) }
            return ["the request offers tools: " + names.joined(separator: ", ")]
        case .offers(let names):
            return names.filter { isMissing($0, question) }.map { "the tool \(excerpt(of: $0)) is not offered" }
        case .stream(true): return ["the client did not ask for a stream"]
        case .stream(false): return ["the client asked for a stream"]
        case .all(let parts): return parts.flatMap { $0.reasons(against: question, request: number) }
        case .any(let parts):
            let reasons = parts.map {
                $0.reasons(against: question, request: number).joined(separator: " and ")
            }
            return ["none of 'any' holds: " + reasons.joined(separator: ", or ")]
        case .not(let part): return ["'not' excludes that \(part.claim)"]
        }
    }

    private func isMissing(_ tool: String, _ question: Script.Question) -> Bool {
        !question.conversation.tools.contains { $0.name.hasSameScalars(as: tool) }
    }

    /// What it says, as half a sentence.
    private var claim: String {
        switch self {
        case .request(let number): "this is request \(number)"
        case .text(let condition): "the last message \(condition.claim)"
        case .system(let condition): "the system message \(condition.claim)"
        case .model(let condition): "the model \(condition.claim)"
        case .json(let path, .exists(let isThere)): "there is \(isThere ? "something" : "nothing") at \(path)"
        case .json(let path, .equals(let value)): "\(path) is \(excerpt(of: value))"
        case .json(let path, .text(let condition)): "\(path) \(condition.claim)"
        case .toolResult(let claim): "there is a \(claim.subject)" + (claim.text.map { " that \($0.claim)" } ?? "")
        case .hasTools(let isThere): "the request offers \(isThere ? "" : "no ")tools"
        case .offers(let names): "these tools are offered: " + names.map { excerpt(of: $0) }.joined(separator: ", ")
        case .stream(let isStream): "the client \(isStream ? "asked" : "did not ask") for a stream"
        case .all(let parts): parts.map(\.claim).joined(separator: " and ")
        case .any(let parts): parts.map(\.claim).joined(separator: " or ")
        case .not(let part): "it is not so that \(part.claim)"
        }
    }
}

extension Script.JSONClaim {
    /// For a value that is there.
    func holds(for value: JSONValue) -> Bool {
        switch self {
        case .exists(let isThere): isThere
        case .equals(let wanted): value == wanted
        case .text(let condition): condition.holds(for: value.wording)
        }
    }

    fileprivate func denial(at path: JSONPath, in json: JSONValue) -> String {
        let values = path.values(in: json)
        if case .exists(false) = self { return "there is something at \(path)" }
        guard let value = values.first else { return "there is nothing at \(path)" }
        let seen = "it is \(excerpt(of: value))" + (values.count > 1 ? " and \(values.count - 1) more" : "")
        switch self {
        case .exists: return "there is nothing at \(path)"
        case .equals(let wanted): return "\(path) is not \(excerpt(of: wanted)), \(seen)"
        case .text(let condition): return "\(path) \(condition.denial), \(seen)"
        }
    }
}

extension Script.ToolResultClaim {
    func holds(for result: Conversation.ToolResult) -> Bool {
        isCandidate(result) && (text?.holds(for: result.text) ?? true)
    }

    private func isCandidate(_ result: Conversation.ToolResult) -> Bool {
        if let name, !(result.name?.hasSameScalars(as: name) ?? false) { return false }
        return isError.map { $0 == result.isError } ?? true
    }

    /// `new tool result of "f"`.
    fileprivate var subject: String {
        let kind =
            switch isError {
            case true?: "new tool result with an error"
            case false?: "new tool result without error"
            case nil: "new tool result"
            }
        return kind + (name.map { " of \(excerpt(of: $0))" } ?? "")
    }

    fileprivate func denial(in results: [Conversation.ToolResult]) -> String {
        guard let text, let nearest = results.last(where: isCandidate) else {
            let names = results.map { $0.name.map { excerpt(of: $0) } ?? "one without name" }
            return "there is no \(subject)" + (names.isEmpty ? "" : ", only: " + names.joined(separator: ", "))
        }
        return "the new tool result \(text.denial), it is \(excerpt(of: nearest.text))"
    }
}

extension JSONValue {
    /// A text as it is, any other value as compact JSON.
    var wording: String { stringValue ?? text() }
}

/// A value as one short line.
func excerpt(of value: JSONValue) -> String {
    if case .string(let text) = value { return excerpt(of: text) }
    let text = value.text()
    return text.unicodeScalars.count <= 120 ? text : excerpt(of: text)
}
