import ArgumentParser
import Cassettes
import Foundation
import Responders
import Scenarios
import Scripts

/// Who stands behind a recorder, for each service.
struct Upstreams: Sendable {
    /// What `--upstream SERVICE=…` names.
    enum Target: Equatable, Sendable {
        case url(String)
        /// Hand-written answers.
        case script
        /// Sandboxes on this machine.
        case sandbox
    }

    /// Only what the command line names; a service that is not here has its public address, if it has one.
    private var targets: [Service: Target]
    /// Plain HTTP services by the name under which they are served: `/to/NAME/`.
    let others: [String: String]
    private var keys: [Service: String]
    private let isScripted: Bool
    private let namesHopX: Bool
    /// Beside this machine, where messages to clients may go.
    let webhookHosts: Set<String>
    /// For sandboxes on this machine; nil for the one that is found.
    let python: String?
    /// Where a service that is recorded reaches this server; nil where nothing leads here.
    let callbackAddress: String?

    private static let expected =
        "SERVICE=URL or SERVICE=script (openai, azure, anthropic, gemini, hopx), hopx=sandbox, or http:NAME=URL"

    /// - Parameters:
    ///   - options: As given to `--upstream`.
    ///   - mode: In `script`, whoever is not named is nobody: no address is ever asked unless it is named.
    ///   - keyOptions: As given to `--upstream-key`: `SERVICE=env:NAME`.
    /// - Throws: `ValidationError` for what is no upstream.
    init(
        _ options: [String], keys keyOptions: [String] = [], mode: Mode = .live, webhookHosts: Set<String> = [],
        python: String? = nil, callbackAddress: String? = nil, environment: [String: String]
    ) throws {
        self.webhookHosts = webhookHosts
        self.python = python
        self.callbackAddress = callbackAddress
        var targets: [Service: Target] = [:]
        var others: [String: String] = [:]
        for option in options {
            let (name, text) = try Upstreams.pair(option, flag: "--upstream", expected: Upstreams.expected)
            if name.hasPrefix("http:") {
                let name = String(name.dropFirst(5))
                guard CassetteName(name) != nil, !name.contains("/"), others[name] == nil else {
                    throw ValidationError(
                        "--upstream '\(option)'\n  expected: http:NAME=URL, each NAME once, of letters, digits, _ and -"
                    )
                }
                others[name] = try Upstreams.url(text, option, words: "")
                continue
            }
            guard let service = Service(rawValue: name), service != .http else {
                throw ValidationError("--upstream '\(option)'\n  expected: \(Upstreams.expected)")
            }
            guard targets[service] == nil else { throw ValidationError("--upstream \(name)=… is given twice") }
            targets[service] = try Upstreams.target(text, of: service, option)
        }
        namesHopX = targets[.hopx] != nil
        let named = targets.filter { $0.key.isLLM }
        // Where one model is live, the script is for the others, if there is one.
        scripted =
            Service.allCases.first { targets[$0] == .script } ?? (mode == .script && named.isEmpty ? .openai : nil)
        if mode == .script {
            for service in Service.allCases where service.isLLM && targets[service] == nil {
                targets[service] = .script
            }
            targets[.hopx] = targets[.hopx] ?? .sandbox
        }
        isScripted = mode == .script
        self.targets = targets
        self.others = others
        self.keys = try Upstreams.keys(keyOptions, environment: environment)
    }

    private static func pair(_ option: String, flag: String, expected: String) throws -> (String, String) {
        let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw ValidationError("\(flag) '\(option)'\n  expected: \(expected)") }
        return (parts[0], parts[1])
    }

    private static func target(_ text: String, of service: Service, _ option: String) throws -> Target {
        switch (service, text) {
        case (.hopx, "sandbox"): .sandbox
        case (_, "script"): .script
        case (.hopx, _): .url(try url(text, option, words: ", or one of the words sandbox and script"))
        default: .url(try url(text, option, words: ", or the word script"))
        }
    }

    private static func url(_ text: String, _ option: String, words: String) throws -> String {
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme), let host = url.host, !host.isEmpty
        else {
            throw ValidationError("--upstream \(option): not an address\n  expected: http://… or https://…\(words)")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// The live keys: from `--upstream-key`, else from each service's own variable.
    private static func keys(_ options: [String], environment: [String: String]) throws -> [Service: String] {
        var keys: [Service: String] = [:]
        for service in Service.allCases {
            guard let name = keyVariable(of: service), let key = environment[name], !key.isEmpty, !key.hasPrefix("us-")
            else { continue }
            keys[service] = key
        }
        for option in options {
            let expected = "SERVICE=env:NAME, with the key in the variable NAME"
            let (name, text) = try pair(option, flag: "--upstream-key", expected: expected)
            guard let service = Service(rawValue: name), text.hasPrefix("env:") else {
                // The text may be a key that does not belong on a command line, nor in a message.
                throw ValidationError("--upstream-key \(name)=…\n  expected: \(expected)")
            }
            guard let key = environment[String(text.dropFirst(4))], !key.isEmpty else {
                throw ValidationError("--upstream-key \(name)=\(text): the variable \(text.dropFirst(4)) is not set")
            }
            keys[service] = key
        }
        return keys
    }

    /// The same with a scenario's own addresses, where the command line names none.
    ///
    /// - Throws: `ValidationError` for a key that is not there.
    func with(_ endpoints: [Scenario.Endpoint], of file: String, _ environment: [String: String]) throws -> Upstreams {
        var changed = self
        for endpoint in endpoints {
            guard let service = Service(rawValue: endpoint.service), targets[service] == nil else { continue }
            changed.targets[service] = .url(
                endpoint.url.hasSuffix("/") ? String(endpoint.url.dropLast()) : endpoint.url)
            guard let name = endpoint.keyVariable else { continue }
            guard let key = environment[name], !key.isEmpty else {
                throw ValidationError("\(name) is not set, and \(file) names it for \(endpoint.url)\n  fix: set it")
            }
            changed.keys[service] = key
        }
        return changed
    }

    // MARK: What stands where

    /// Nil for a service that has no address unless one is given.
    func target(of service: Service) -> Target? {
        if let target = targets[service] { return target }
        if isScripted { return nil }
        switch service {
        case .openai: return .url("https://api.openai.com/v1")
        case .anthropic: return .url("https://api.anthropic.com")
        case .gemini: return .url("https://generativelanguage.googleapis.com")
        case .hopx: return .url("https://api.hopx.dev")
        case .azure, .http: return nil
        }
    }

    /// A service that cannot do without hand-written answers; nil when there is none.
    let scripted: Service?

    /// Whether a script says what code does: where it is named, and in the mode `script` unless anybody else is.
    func playsCode(_ script: Script?) -> Bool {
        guard let script, !script.sandbox.isEmpty else { return false }
        return targets[.hopx] == .script || (isScripted && !namesHopX)
    }

    /// How the HopX service that is asked reaches this server.
    func reach(_ script: Script?) -> MessageRelay.Reach {
        if playsCode(script) { return .inside }
        switch target(of: .hopx) {
        case .sandbox: return .inside
        case .url(let url):
            if let callbackAddress { return .address(callbackAddress) }
            return DirectHosts.isThisMachine(URL(string: url)?.host?.lowercased() ?? "") ? .port : .none
        case .script, nil: return .none
        }
    }

    func key(of service: Service) -> String? { keys[service] }

    /// The services that the command line names.
    var named: [Service] { Service.allCases.filter { targets[$0] != nil } + (others.isEmpty ? [] : [.http]) }

    /// Where a service's recordings will come from, as the cassette's header says it.
    func origin(of service: Service) -> CassetteHeader.Origin {
        switch target(of: service) {
        case .url(let url): .init(service: service, upstream: url, from: .live)
        case .script: .init(service: service, upstream: "script", from: .script)
        case .sandbox: .init(service: service, upstream: "sandbox", from: .sandbox)
        case nil: .init(service: service, upstream: others.values.sorted().joined(separator: " "), from: .live)
        }
    }

    /// The variable with a service's live key.
    static func keyVariable(of service: Service) -> String? {
        switch service {
        case .openai: "OPENAI_API_KEY"
        case .azure: "AZURE_OPENAI_API_KEY"
        case .anthropic: "ANTHROPIC_API_KEY"
        case .gemini: "GEMINI_API_KEY"
        case .hopx: "HOPX_API_KEY"
        case .http: nil
        }
    }

    /// - Throws: `ValidationError` when a live service is to be asked and there is no key for it.
    func checkKeys(for services: [Service]) throws {
        for service in services {
            guard case .url(let url)? = target(of: service), let name = Upstreams.keyVariable(of: service),
                keys[service] == nil
            else { continue }
            // A service on this machine needs no key that anybody would have to keep.
            let isLocal = URL(string: url)?.host.map { $0 == "localhost" || $0.hasPrefix("127.") } ?? false
            guard !isLocal else { continue }
            let instead =
                switch service {
                case .hopx: ", or use --upstream hopx=sandbox"
                case .openai, .azure, .anthropic, .gemini: ", or use --upstream \(service.rawValue)=script"
                case .http: ""
                }
            throw ValidationError("\(name) is not set, and \(url) is to be asked\n  fix: set it\(instead)")
        }
    }
}
