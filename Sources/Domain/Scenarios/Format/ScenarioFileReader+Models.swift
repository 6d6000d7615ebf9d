import Documents
import TextConditions

extension ScenarioFileReader {
    /// The options that go into a request's body as they are, and what each must be.
    ///
    /// Left out on purpose: what makes the answer something else than one text (`stream`, `tools`, `modalities`, …).
    private static let options: [(name: String, expected: String, accepts: @Sendable (JSONValue) -> Bool)] = [
        ("frequency_penalty", "a number", { $0.doubleValue != nil }),
        ("logit_bias", "a mapping", { $0.objectValue != nil }),
        ("logprobs", "true or false", { $0.boolValue != nil }),
        ("max_completion_tokens", "a whole number from 1", { ($0.intValue ?? 0) >= 1 }),
        ("max_tokens", "a whole number from 1", { ($0.intValue ?? 0) >= 1 }),
        ("metadata", "a mapping", { $0.objectValue != nil }),
        ("n", "a whole number from 1", { ($0.intValue ?? 0) >= 1 }),
        ("prediction", "a mapping", { $0.objectValue != nil }),
        ("presence_penalty", "a number", { $0.doubleValue != nil }),
        ("prompt_cache_key", "text", { $0.stringValue != nil }),
        ("prompt_cache_retention", "text", { $0.stringValue != nil }),
        ("reasoning_effort", "text", { $0.stringValue != nil }),
        ("response_format", "a mapping", { $0.objectValue != nil }),
        ("safety_identifier", "text", { $0.stringValue != nil }),
        ("seed", "a whole number", { $0.intValue != nil }),
        ("service_tier", "text", { $0.stringValue != nil }),
        (
            "stop", "text or a list of texts",
            { $0.stringValue != nil || $0.arrayValue?.allSatisfy { $0.stringValue != nil } == true }
        ),
        ("store", "true or false", { $0.boolValue != nil }),
        ("temperature", "a number", { $0.doubleValue != nil }),
        ("top_logprobs", "a whole number from 0", { ($0.intValue ?? -1) >= 0 }),
        ("top_p", "a number", { $0.doubleValue != nil }),
        ("user", "text", { $0.stringValue != nil }),
        ("verbosity", "text", { $0.stringValue != nil }),
    ]

    /// Reads the model and all its options out of an agent's keys, with those that take its place when it fails.
    mutating func model(_ reader: inout MappingReader, node: LocatedNode) -> Scenario.Model? {
        let seed = reader.optional("cache_seed")
        if let seed, seed.json.intValue == nil, seed.json.stringValue?.isEmpty ?? true {
            reader.report(at: seed.place, "cache_seed cannot be \(seed.shown)", expected: "a whole number or a text")
        }
        let fallbacks = reader.items("fallbacks")
        var model = ownModel(&reader, node: node)
        model?.cacheSeed = seed?.text
        let all = (fallbacks ?? []).compactMap { item in
            mapping(item, named: "a fallback", expected: "{model: NAME, …}") { file, reader in
                _ = reader.required("model", expected: "NAME")
                return file.ownModel(&reader, node: item)
            }
        }
        if let own = model {
            // An entry has the common settings unless it says otherwise.
            model?.fallbacks = all.map { entry in
                var joined = entry
                joined.options = own.options
                for member in entry.options.members { joined.options[member.name] = member.value }
                return joined
            }
        }
        return model
    }

    private mutating func ownModel(_ reader: inout MappingReader, node: LocatedNode) -> Scenario.Model? {
        let name = reader.words("model")
        let timeout = reader.number("timeout")
        if let timeout, timeout <= 0, let value = node["timeout"] {
            reader.report(at: value.place, "timeout cannot be \(value.shown)", expected: "seconds, more than 0")
        }
        let maxRetries = reader.integer("max_retries", in: 0...Int.max)
        for option in Self.options { _ = reader.optional(option.name) }
        var values = JSONObject()
        for (key, place) in reader.names {
            let option = Self.options.first { $0.name == key }
            guard option != nil || ["cache_seed", "fallbacks", "max_retries", "timeout"].contains(key) else { continue }
            if node["model"] == nil {
                reader.report(
                    at: place, "\(key) has no effect on an agent without model", expected: "a model",
                    fix: "add 'model: NAME', or remove \(key)")
            }
            guard let option, let value = node[key] else { continue }
            if option.accepts(value.json), !value.isNothing {
                values[key] = value.json
            } else {
                reader.report(at: value.place, "\(key) cannot be \(value.shown)", expected: option.expected)
            }
        }
        guard let name else { return nil }
        return Scenario.Model(name: name, options: values, timeout: timeout, maxRetries: maxRetries ?? 2)
    }
}
