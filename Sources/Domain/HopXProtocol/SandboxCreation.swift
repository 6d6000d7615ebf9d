public import Documents

/// What a client asks for when it creates a sandbox.
public struct SandboxCreation: Sendable {
    public let templateName: String?
    /// Text, whether the client sent text, a number or `{value: …}`.
    public let templateID: String?
    public let region: String?
    public let timeoutSeconds: Int?
    public let internetAccess: Bool
    public let environment: [String: String]
    /// Nil for what the template gives.
    public let processors, memoryMegabytes, diskGigabytes: Int?
    /// The whole body as it was sent.
    public let body: JSONObject

    /// - Throws: `HopXError`, as the control plane would refuse it.
    public init(body bytes: [UInt8]) throws {
        let body = try JSONObject(hopXBody: bytes)
        templateName = try body.optionalText("template_name")
        templateID = try SandboxCreation.templateID(body["template_id"])
        guard (templateName == nil) != (templateID == nil) else {
            throw HopXError.invalidRequest("Give exactly one of template_name and template_id")
        }
        region = try body.optionalText("region")
        timeoutSeconds = try body.optionalPositive("timeout_seconds")
        switch body["internet_access"] {
        case nil, .null?: internetAccess = true
        case .bool(let value)?: internetAccess = value
        default: throw HopXError.invalidRequest("internet_access must be true or false")
        }
        environment = try body.textMap("env_vars") ?? [:]
        processors = try body.optionalPositive("vcpu")
        memoryMegabytes = try body.optionalPositive("memory_mb")
        diskGigabytes = try body.optionalPositive("disk_gb")
        self.body = body
    }

    private static func templateID(_ value: JSONValue?) throws -> String? {
        switch value {
        case nil, .null?: return nil
        case .string(let text)?: return text
        case .number(let number)?: return number.spelling
        case .object(let object)?: return try templateID(object["value"])
        default: throw HopXError.invalidRequest("template_id must be a text or a number")
        }
    }
}

extension JSONObject {
    /// The body of a request, which must be one JSON object.
    ///
    /// - Throws: `HopXError` with the code `INVALID_JSON`.
    public init(hopXBody bytes: [UInt8]) throws {
        do {
            guard case .object(let object) = try JSONValue(parsing: bytes) else {
                throw HopXError(400, "INVALID_JSON", "The request body must be a JSON object")
            }
            self = object
        } catch let error as JSONError {
            throw HopXError(400, "INVALID_JSON", "The request body is not JSON: \(error)")
        }
    }

    func optionalText(_ name: String) throws -> String? {
        switch self[name] {
        case nil, .null?: return nil
        case .string(let text)?: return text
        default: throw HopXError.invalidRequest("\(name) must be a text")
        }
    }

    func text(_ name: String) throws -> String {
        guard let text = try optionalText(name) else { throw HopXError.missingParameter(name) }
        return text
    }

    func optionalPositive(_ name: String) throws -> Int? {
        switch self[name] {
        case nil, .null?: return nil
        case .some(let value):
            guard let number = value.intValue, number > 0, number <= 1_000_000_000 else {
                throw HopXError.invalidRequest("\(name) must be a whole number above 0")
            }
            return number
        }
    }

    func optionalFlag(_ name: String) throws -> Bool? {
        switch self[name] {
        case nil, .null?: return nil
        case .bool(let value)?: return value
        default: throw HopXError.invalidRequest("\(name) must be true or false")
        }
    }

    func textMap(_ name: String) throws -> [String: String]? {
        switch self[name] {
        case nil, .null?: return nil
        case .object(let object)?:
            var map: [String: String] = [:]
            for member in object.members {
                guard case .string(let text) = member.value else {
                    throw HopXError.invalidRequest("\(name).\(member.name) must be a text")
                }
                guard !member.name.isEmpty, !member.name.utf8.contains(0x3D), !member.name.utf8.contains(0),
                    !text.utf8.contains(0)
                else { throw HopXError.invalidRequest("\(name) has a name or value that no process can be given") }
                map[member.name] = text
            }
            return map
        default: throw HopXError.invalidRequest("\(name) must be an object of texts")
        }
    }
}
