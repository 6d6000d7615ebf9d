import Documents
import HTTPMessages

/// What the HopX SDK raises; its description is the exception's text, which ends up in conversations.
public struct SandboxError: Error, Sendable, Equatable, CustomStringConvertible {
    public var message: String
    /// The service's own code, or the SDK's for the kind of error.
    public var code: String?
    public var requestID: String?
    /// HTTP status; nil when no answer came.
    public var status: Int?
    /// What this kind of error adds after its text.
    var suffix = ""

    public init(_ message: String, code: String? = nil, requestID: String? = nil, status: Int? = nil) {
        self.message = message
        self.code = code
        self.requestID = requestID
        self.status = status
    }

    public var description: String {
        [message, code.map { "(code: \($0))" }, requestID.map { "[request_id: \($0)]" }]
            .compactMap { $0 }.joined(separator: " ") + suffix
    }
}

extension SandboxError {
    /// From the control plane: `{"error": {"message", "code", "request_id", "details"}}`.
    init(controlStatus status: Int, headers: Headers, body: [UInt8]) {
        let text = String(decoding: body, as: UTF8.self)
        let json = try? JSONValue(parsing: body)
        guard let error = json?.objectValue.map({ $0["error"] ?? .object(JSONObject()) })?.objectValue else {
            self.init(
                text.isEmpty ? "HTTP \(status)" : text, requestID: headers["x-request-id"], status: status)
            return
        }
        self.init(
            error["message"]?.stringValue ?? text, code: error["code"]?.stringValue?.nonEmpty,
            requestID: error["request_id"]?.stringValue?.nonEmpty, status: status)
        let details = error["details"]
        if status == 429, let seconds = details?["retry_after_seconds"], seconds != 0, !seconds.isNull {
            suffix = " (retry after \(seconds.text())s)"
        } else if status == 403, message.lowercased().contains("limit") {
            if let limit = details?["limit"]?.intValue, let current = details?["current"]?.intValue, limit != 0,
                current != 0
            {
                suffix += " (current: \(current)/\(limit))"
            }
            if let address = details?["upgrade_url"]?.stringValue?.nonEmpty { suffix += "\nUpgrade at: \(address)" }
        }
    }

    /// From the agent plane, while executing code: `{"error", "code", "details"}`, the request's id in a header.
    init(agentStatus status: Int, headers: Headers, body: [UInt8]) {
        let requestID = headers["x-request-id"]?.nonEmpty
        guard let json = try? JSONValue(parsing: body), json.objectValue != nil else {
            let text = String(String(decoding: body, as: UTF8.self).unicodeScalars.prefix(100))
            self.init(
                "HTTP \(status): \(text)", code: SandboxError.executionCode, requestID: requestID, status: status)
            return
        }
        let error = json["error"] ?? json["message"]
        self.init(
            error?.stringValue ?? error?.text() ?? "HTTP \(status)",
            code: json["code"]?.stringValue?.nonEmpty ?? SandboxError.executionCode, requestID: requestID,
            status: status)
        if code == "DESKTOP_NOT_AVAILABLE" {
            suffix = SandboxError.desktopSuffix(
                missing: json["details"]?["missing_dependencies"]?.arrayValue?.compactMap(\.stringValue) ?? [])
        }
    }

    /// What the SDK calls an execution error that the service gave no code for.
    static let executionCode = "code_execution_failed"

    private static func desktopSuffix(missing: [String]) -> String {
        let install =
            missing.isEmpty
            ? "apt-get update && apt-get install -y xvfb tigervnc-standalone-server xdotool wmctrl xclip imagemagick "
                + "ffmpeg tesseract-ocr"
            : "apt-get install -y \(missing.joined(separator: " "))"
        return (missing.isEmpty ? "" : "\n\nMissing dependencies: \(missing.joined(separator: ", "))")
            + "\n\nDocumentation: https://docs.hopx.ai/desktop-automation"
            + "\n\nTo enable desktop automation, add to your Dockerfile:\nRUN \(install)"
    }
}

extension String {
    /// Nil when empty.
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
