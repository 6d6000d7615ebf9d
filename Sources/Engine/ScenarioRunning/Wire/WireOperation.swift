import Cassettes
import HTTPMessages
import HopXProtocol

/// What a request is in a story; only those that have a place in one.
enum WireOperation {
    /// A question to a model. Gemini and Azure name it in the path.
    case model(ModelReply.Dialect, Service, pathModel: String?)
    case code(HopXOperation.Kind)

    /// - Returns: Nil for a request that asks no model and runs no code.
    init?(_ request: Request) {
        let path = WireOperation.withoutAddress(request.path)
        if let model = WireOperation.model(request.method, path) {
            self = model
        } else if let operation = HopXOperation(method: request.method, path: path), operation.startsCode {
            self = .code(operation.kind)
        } else {
            return nil
        }
    }

    /// The service's own path: without the session's name and without the sandbox's address.
    static func withoutAddress(_ path: String) -> String {
        var parts = path.split(separator: "/")[...]
        while parts.count > 1, parts.first == "s" || parts.first == "x" { parts = parts.dropFirst(2) }
        return "/" + parts.joined(separator: "/")
    }

    private static func model(_ method: String, _ path: String) -> WireOperation? {
        let parts = path.split(separator: "/")
        guard method == "POST", let last = parts.last else { return nil }
        let isAzure = parts.first == "openai"
        let service = isAzure ? Service.azure : .openai
        let deployment = parts.firstIndex(of: "deployments").flatMap { parts.dropFirst($0 + 1).first }
        switch last {
        case "completions": return .model(.chatCompletions, service, pathModel: deployment.map(String.init))
        case "responses": return .model(.responses, service, pathModel: nil)
        case "messages" where parts.first == "v1": return .model(.messages, .anthropic, pathModel: nil)
        default:
            let name = last.split(separator: ":", maxSplits: 1)
            guard name.count == 2, ["generateContent", "streamGenerateContent"].contains(name[1]) else { return nil }
            return .model(
                .generateContent, .gemini, pathModel: PercentEncoding.decode(name[0], plusIsSpace: false))
        }
    }
}

extension HopXOperation {
    /// True for what makes a sandbox run a piece of code or a command.
    fileprivate var startsCode: Bool {
        switch kind {
        case .execute, .executeRich, .executeIPython, .executeBackground, .executeAsync, .executionStream, .runCommand,
            .runCommandInBackground:
            true
        default: false
        }
    }
}
