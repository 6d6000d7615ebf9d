public import AgentChats
public import Documents
public import Scenarios

/// Which models an agent asks, and how: AutoGen's `llm_config`.
public struct LLMSettings: Sendable {
    /// One entry of `config_list`, with the common settings in it.
    public struct Entry: Sendable {
        /// What goes into each request's body, apart from the messages; `model` first.
        public var options: JSONObject
        public var key: String
        /// Seconds; nil for no limit.
        public var timeout: Double?
        /// After the first try.
        public var maxRetries: Int
        /// Nil for the listed one of the model that answered.
        public var price: Price?
        /// Names the cache that answers are kept in; nil for none.
        public var cacheSeed: String?
    }

    /// Tried in this order, from the first for every request.
    public var entries: [Entry]

    /// A model and those that take its place; nothing cached unless it says so.
    public init(_ model: Scenario.Model, key: String) {
        entries = ([model] + model.fallbacks).map { entry in
            var options = JSONObject([("model", .string(entry.name))])
            for member in entry.options.members { options[member.name] = member.value }
            return Entry(
                options: options, key: key, timeout: entry.timeout ?? model.timeout ?? LLMSettings.defaultTimeout,
                maxRetries: entry.maxRetries, price: nil, cacheSeed: model.cacheSeed)
        }
    }

    /// As a program gives it to AutoGen.
    ///
    /// - Parameter key: For entries without an `api_key`.
    public init(config: JSONObject, key: String) {
        var common = config
        common["config_list"] = nil
        let list = config["config_list"]?.arrayValue ?? []
        entries = (list.isEmpty ? [JSONValue.object(JSONObject())] : list).map { entry in
            var settings = common
            for member in entry.objectValue?.members ?? [] { settings[member.name] = member.value }
            return Entry(settings, key: key)
        }
    }

    /// The same settings, offering a tool in each request; one of the same name is replaced, and the new one comes last.
    public func offering(_ tool: Tool) -> LLMSettings {
        var settings = self
        for index in settings.entries.indices {
            let others = settings.entries[index].options["tools"]?.arrayValue ?? []
            let kept = others.filter { $0["function"]?["name"]?.stringValue != tool.name }
            settings.entries[index].options["tools"] = .array(kept + [tool.schema])
        }
        return settings
    }

    static let defaultTimeout = 600.0
}

extension LLMSettings.Entry {
    /// Settings of the client and of AutoGen itself, which no body carries.
    private static let kept: Set<String> = [
        "api_key", "base_url", "timeout", "max_retries", "organization", "project", "webhook_secret", "default_headers",
        "default_query", "http_client", "websocket_base_url", "_strict_response_validation", "azure_endpoint",
        "azure_deployment", "azure_ad_token", "azure_ad_token_provider", "api_version", "agent", "cache", "cache_seed",
        "filter_func", "allow_format_str_template", "context", "api_type", "tags", "price", "config_list",
        "api_rate_limit", "extra_headers", "extra_query",
    ]

    fileprivate init(_ settings: JSONObject, key: String) {
        options = JSONObject()
        for member in settings.members where !LLMSettings.Entry.kept.contains(member.name) {
            options[member.name] = member.value
        }
        self.key = settings["api_key"]?.stringValue ?? key
        timeout = settings["timeout"].map(\.doubleValue) ?? LLMSettings.defaultTimeout
        maxRetries = settings["max_retries"]?.intValue ?? 2
        switch settings["price"] {
        case .array(let pair):
            price = Price(prompt: pair.first?.doubleValue ?? 0, completion: pair.last?.doubleValue ?? 0)
        case .number(let both): price = both.doubleValue.map { Price(prompt: $0, completion: $0) }
        default: price = nil
        }
        switch settings["cache_seed"] {
        case nil: cacheSeed = "41"
        case .null?: cacheSeed = nil
        case let seed?: cacheSeed = seed.text()
        }
    }

    /// A request's body, its members in the order in which the SDK writes them.
    func body(messages: [Message]) -> JSONObject {
        var rest = options
        rest["model"] = nil
        rest["extra_body"] = nil
        rest["stream"] = false
        var body = JSONObject([("messages", .array(messages.map(\.json)))])
        body["model"] = options["model"]
        for member in rest.members.sorted(by: { $0.name < $1.name }) { body[member.name] = member.value }
        for member in options["extra_body"]?.objectValue?.members ?? [] { body[member.name] = member.value }
        return body
    }
}
