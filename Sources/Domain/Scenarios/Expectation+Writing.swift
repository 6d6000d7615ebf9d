import Documents
import TextConditions
import Transcripts

extension Expectation.Claim {
    /// The claim as a scenario file has it: its word, and what stands after it.
    var written: (name: String, value: YAMLTree) {
        func mapping(by speaker: String?, _ rest: [(String, YAMLTree)]) -> YAMLTree {
            .mapping((speaker.map { [("by", YAMLTree.text($0))] } ?? []) + rest)
        }
        switch self {
        case .exitCode(let code): return ("exit_code", .bare(String(code)))
        case .said(let speaker, let condition):
            return ("said", mapping(by: speaker, [(condition.written.word, .text(condition.written.text))]))
        case .saidJSON(let speaker, let schema):
            return ("json", mapping(by: speaker, [("schema", YAMLTree(schema.source))]))
        case .printed(let stream, let condition):
            return (stream.rawValue, .mapping([(condition.written.word, .text(condition.written.text))]))
        case .file(let path, nil): return ("file", .text(path))
        case .file(let path, let condition?):
            return ("file", .mapping([("path", .text(path)), (condition.written.word, .text(condition.written.text))]))
        case .turns(let bounds): return ("turns", .mapping(bounds.written))
        case .codeRuns(let bounds): return ("code_runs", .mapping(bounds.written))
        case .llmCalls(let agent, let bounds): return ("llm_calls", mapping(by: agent, bounds.written))
        case .toolCalls(let name, let agent, let arguments, let bounds):
            let arguments = arguments.map { [("arguments", YAMLTree($0))] } ?? []
            let count = bounds == .init(atLeast: 1) ? [] : bounds.written
            return (
                "tool",
                .mapping(
                    [("name", .text(name))] + (agent.map { [("by", .text($0))] } ?? []) + arguments + count)
            )
        case .tools(let order): return ("tools", order.written)
        case .speakers(let order): return ("speakers", order.written)
        case .spoke(let agent, let bounds):
            return ("spoke", mapping(by: agent, bounds == .init(atLeast: 1) ? [] : bounds.written))
        case .share(let agent, let limits): return ("share", mapping(by: agent, limits.written))
        case .tokens(let kind, let bounds): return (kind.rawValue, .mapping(bounds.written))
        case .cost(let limits): return ("cost", .mapping(limits.written))
        case .latency(let limits): return ("latency", .mapping(limits.written))
        case .recoveredWithin(let turns): return ("recovered_within", .bare(String(turns)))
        case .endedBy(let cause, agent: nil): return ("ended_by", .text(cause.rawValue))
        case .endedBy(let cause, let agent?):
            return ("ended_by", .mapping([("cause", .text(cause.rawValue)), ("agent", .text(agent))]))
        case .allPlayed: return ("all_played", .bare("true"))
        case .byteIdentical: return ("byte_identical", .bare("true"))
        }
    }
}

extension Expectation.Bounds {
    fileprivate var written: [(String, YAMLTree)] {
        if let atLeast, atLeast == atMost { return [("exactly", .bare(String(atLeast)))] }
        let sides = [("at_least", atLeast), ("at_most", atMost)]
        return sides.compactMap { name, count in count.map { (name, .bare(String($0))) } }
    }
}

extension Expectation.Limits {
    fileprivate var written: [(String, YAMLTree)] {
        [("at_least", atLeast), ("at_most", atMost)].compactMap { name, value in
            value.map { (name, .bare(JSONNumber($0)?.spelling ?? "\($0)")) }
        }
    }
}

extension Expectation.Order {
    fileprivate var written: YAMLTree {
        let (word, names): (String, [String]) =
            switch self {
            case .exactly(let names): ("exactly", names)
            case .inOrder(let names): ("in_order", names)
            case .only(let names): ("only", names)
            }
        return .mapping([(word, .list(names.map { .text($0) }))])
    }
}
