public import Documents
public import HTTPMessages

/// A refusal of the service: its status, machine-readable code and sentence.
public struct HopXError: Error, Sendable, Equatable {
    public var status: Int
    /// `FILE_NOT_FOUND`, `INVALID_TOKEN`, …: what clients map to exceptions.
    public var code: String
    public var message: String
    /// Always written as an object: a null makes a published client fail.
    public var details: JSONObject

    public init(_ status: Int, _ code: String, _ message: String, details: JSONObject = JSONObject()) {
        self.status = status
        self.code = code
        self.message = message
        self.details = details
    }

    /// The refusal in the plane's own envelope, with what every published client reads of it.
    ///
    /// - Parameter now: Seconds since 1970.
    public func response(on plane: HopXOperation.Plane, requestID: String, now: Double) -> Response {
        switch plane {
        case .control:
            let error: JSONValue = [
                "code": .string(code), "message": .string(message), "request_id": .string(requestID),
                "details": .object(details),
            ]
            return .hopX(
                [
                    "error": error, "message": .string(message), "code": .string(code),
                    "request_id": .string(requestID),
                ],
                status: status, requestID: requestID)
        case .agent:
            var body = JSONObject([
                ("error", .string(message)), ("message", .string(message)), ("code", .string(code)),
                ("request_id", .string(requestID)), ("timestamp", .string(HopXTime.text(now))),
            ])
            body["path"] = details["path"]
            body["details"] = .object(details)
            return .hopX(.object(body), status: status, requestID: requestID)
        }
    }

    public static func == (a: HopXError, b: HopXError) -> Bool {
        a.status == b.status && a.code == b.code && a.message == b.message
            && JSONValue.object(a.details) == .object(b.details)
    }
}

extension HopXError {
    public static func invalidRequest(_ message: String) -> HopXError { HopXError(400, "INVALID_REQUEST", message) }

    public static func missingParameter(_ name: String) -> HopXError {
        HopXError(
            400, "MISSING_PARAMETER", "Missing required parameter: \(name)",
            details: JSONObject([("parameter", .string(name))]))
    }

    /// The wording carries "sandbox" and "not found", by which a published client tells a dead sandbox.
    public static func sandboxNotFound(_ id: String) -> HopXError {
        HopXError(404, "SANDBOX_NOT_FOUND", "Sandbox \(id) not found")
    }

    public static func fileNotFound(_ path: String) -> HopXError {
        HopXError(404, "FILE_NOT_FOUND", "File not found: \(path)", details: .path(path))
    }

    public static func directoryNotFound(_ path: String) -> HopXError {
        HopXError(404, "DIRECTORY_NOT_FOUND", "Directory not found: \(path)", details: .path(path))
    }

    public static func fileAlreadyExists(_ path: String) -> HopXError {
        HopXError(409, "FILE_ALREADY_EXISTS", "File already exists: \(path)", details: .path(path))
    }

    public static func invalidPath(_ path: String, _ problem: String) -> HopXError {
        HopXError(400, "INVALID_PATH", "\(problem): \(path)", details: .path(path))
    }

    public static func permissionDenied(_ path: String) -> HopXError {
        HopXError(403, "PERMISSION_DENIED", "Permission denied: \(path)", details: .path(path))
    }

    /// Status 422, which no client retries: a retried execution would run twice.
    public static func executionFailed(_ message: String) -> HopXError { HopXError(422, "EXECUTION_FAILED", message) }

    /// Status 408: the code has been stopped. No client retries it.
    public static func executionTimedOut(seconds: Int) -> HopXError {
        HopXError(
            408, "EXECUTION_TIMEOUT", "Execution timed out after \(seconds) seconds",
            details: JSONObject([("timeout_seconds", .number(seconds))]))
    }

    public static func processNotFound(_ id: String) -> HopXError {
        HopXError(
            404, "PROCESS_NOT_FOUND", "Process not found: \(id)", details: JSONObject([("process_id", .string(id))]))
    }

    public static func templateNotFound(_ name: String) -> HopXError {
        HopXError(
            404, "TEMPLATE_NOT_FOUND", "Template '\(name)' not found",
            details: JSONObject([("template", .string(name))]))
    }

    public static func buildNotFound(_ id: String) -> HopXError {
        HopXError(404, "BUILD_NOT_FOUND", "Build \(id) not found")
    }

    public static func notImplemented(_ operation: String) -> HopXError {
        HopXError(501, "NOT_IMPLEMENTED", "\(operation) is not available in this server")
    }
}

extension JSONObject {
    fileprivate static func path(_ path: String) -> JSONObject { JSONObject([("path", .string(path))]) }
}

extension Response {
    /// A JSON answer with the request id where every client looks for it.
    public static func hopX(_ body: JSONValue, status: Int = 200, requestID: String) -> Response {
        Response(
            status: status, headers: ["content-type": "application/json", "x-request-id": requestID],
            body: body.bytes())
    }
}
