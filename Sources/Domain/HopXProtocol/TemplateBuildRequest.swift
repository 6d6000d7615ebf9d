import Documents

/// What a client wants a template built from.
public struct TemplateBuildRequest: Sendable, Equatable {
    public struct Step: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable {
            case copy = "COPY"
            case run = "RUN"
            case env = "ENV"
            case workdir = "WORKDIR"
            case user = "USER"
            case cmd = "CMD"
        }

        public let kind: Kind
        public let arguments: [String]
        /// Names the files that were uploaded for it.
        public let filesHash: String?
    }

    public let name: String
    public let image: String
    public let steps: [Step]
    public let resources: HopXResources
    /// Builds anew a template that is there; else its name is taken.
    public let updates: Bool

    /// - Throws: `HopXError`, as the control plane would refuse it.
    public init(body bytes: [UInt8]) throws {
        let body = try JSONObject(hopXBody: bytes)
        func whole(_ name: String) throws -> Int {
            guard let number = try body.optionalPositive(name) else { throw HopXError.missingParameter(name) }
            return number
        }
        // The name's key is older clients' `alias`.
        guard let name = try body.optionalText("name") ?? body.optionalText("alias"), !name.isEmpty else {
            throw HopXError.missingParameter("name")
        }
        self.name = name
        image = try body.text("from_image")
        resources = HopXResources(
            processors: try whole("cpu"), memoryMegabytes: try whole("memory"), diskGigabytes: try whole("diskGB"))
        updates = try body.optionalFlag("update") ?? false
        switch body["steps"] {
        case nil, .null?: steps = []
        case .array(let items)?: steps = try items.map(TemplateBuildRequest.step)
        default: throw HopXError.invalidRequest("steps must be a list")
        }
        _ = try body.optionalText("startCmd")
        switch body["readyCmd"] {
        case nil, .null?, .object?: break
        default: throw HopXError.invalidRequest("readyCmd must be an object")
        }
    }

    private static func step(_ value: JSONValue) throws -> Step {
        let kinds = Step.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        guard case .object(let object) = value else { throw HopXError.invalidRequest("A step must be an object") }
        guard let kind = Step.Kind(rawValue: try object.text("type")) else {
            throw HopXError.invalidRequest("A step's type must be one of \(kinds)")
        }
        let arguments = (object["args"]?.arrayValue ?? []).map { $0.stringValue }
        let texts = arguments.compactMap(\.self)
        guard texts.count == arguments.count else {
            throw HopXError.invalidRequest("args of a step must be a list of texts")
        }
        return Step(kind: kind, arguments: texts, filesHash: try object.optionalText("filesHash"))
    }

    /// What its ENV steps set: `NAME, VALUE, …` or `NAME=VALUE`.
    var environment: [String: String] {
        var variables: [String: String] = [:]
        for step in steps where step.kind == .env {
            var rest = step.arguments[...]
            while let first = rest.popFirst() {
                if let equals = first.firstIndex(of: "=") {
                    variables[String(first[..<equals])] = String(first[first.index(after: equals)...])
                } else if let value = rest.popFirst() {
                    variables[first] = value
                }
            }
        }
        return variables
    }
}
