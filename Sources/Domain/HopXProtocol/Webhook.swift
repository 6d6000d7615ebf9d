import Digests
import Documents
import Foundation
public import HTTPMessages

/// Where and how a client wants to be told that code which it did not wait for has ended.
public struct Webhook: Sendable, Equatable {
    /// How an execution ended, as the message says it.
    public enum Status: String, Sendable { case completed, failed, timeout }

    /// Scheme, host and port.
    public let base: String
    /// Lower case, without brackets and port.
    public let host: String
    /// With its query.
    public let target: String
    public let url: String
    let headers: [String: String]
    let secret: String?

    /// Reads `callback_url`, `callback_headers` and `callback_signature_secret` of `POST /execute/async`.
    ///
    /// - Throws: `HopXError`, as the agent would refuse it.
    public init(body bytes: [UInt8]) throws {
        let body = try JSONObject(hopXBody: bytes)
        url = try body.text("callback_url")
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.percentEncodedHost?.lowercased(), !host.isEmpty,
            parts.user == nil
        else { throw HopXError.invalidRequest("callback_url must be an http or https address") }
        self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        base = "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "")
        target =
            (parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath)
            + (parts.percentEncodedQuery.map { "?\($0)" } ?? "")
        headers = try body.textMap("callback_headers") ?? [:]
        let isSafe = headers.allSatisfy { name, value in
            (name + value).unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        }
        guard isSafe else { throw HopXError.invalidRequest("callback_headers has a name or value that no header has") }
        secret = try body.optionalText("callback_signature_secret")
    }

    /// True for an address of this machine, whatever a name server says.
    public var isLoopback: Bool {
        guard host != "localhost", host != "::1" else { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// The message at the end of an execution.
    ///
    /// - Parameter now: Seconds since 1970.
    public func request(
        executionID: String, status: Status, outcome: CodeOutcome, error: String?, now: Double
    ) -> Request {
        var body = JSONObject([
            ("execution_id", .string(executionID)), ("status", .string(status.rawValue)),
            ("stdout", .string(outcome.stdout)), ("stderr", .string(outcome.stderr)),
            ("exit_code", .number(outcome.exitCode)),
            (
                "execution_time",
                JSONNumber((outcome.executionTime * 1e6).rounded() / 1e6).map(JSONValue.number) ?? 0
            ),
            ("timestamp", .string(HopXTime.text(now))),
        ])
        if let error { body["error"] = .string(error) }
        return request(carrying: JSONValue.object(body).bytes(), ["content-type": "application/json"], now: now)
    }

    /// A message with this body: the client's own fields beside the given ones, when it is sent, and its signature.
    ///
    /// No source says which text is signed; here it is the body, as it is sent.
    ///
    /// - Parameter now: Seconds since 1970.
    public func request(carrying body: [UInt8], _ fields: Headers, now: Double) -> Request {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        var request = Request(
            method: "POST", path: parts[0], query: parts.count > 1 ? parts[1] : nil, headers: fields, body: body)
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { request.headers[name] = value }
        request.headers[Webhook.timestampField] = String(Int(now.rounded(.down)))
        if let secret {
            request.headers[Webhook.signatureField] = "sha256=" + Digest.hmacSHA256Hex(body, key: Array(secret.utf8))
        }
        return request
    }

    private static let timestampField = "x-hopx-timestamp"
    private static let signatureField = "x-hopx-signature"
}

// MARK: In a recording

extension Webhook {
    /// How a cassette calls a message: not a method of HTTP, as no client asks for it.
    public static let recordedMethod = "CALLBACK"
    public static let recordedPath = "/execute/async"

    /// What a recorded message is found by.
    public static func recordedBody(executionID: String) -> [UInt8] {
        (["execution_id": .string(executionID)] as JSONValue).bytes()
    }

    /// The fields of a message that are the service's own, and the same each time it is sent.
    public func ownFields(of message: Request) -> Headers {
        let others = Set(headers.keys.map { $0.lowercased() }).union(Webhook.passingFields)
        return Headers(message.headers.fields.map { ($0.name, $0.value) }.filter { !others.contains($0.0) })
    }

    private static let passingFields: Set<String> = [
        timestampField, signatureField, "host", "connection", "content-length", "transfer-encoding", "accept",
        "accept-encoding", "date", "traceparent", "expect", "keep-alive",
    ]

    /// The body of `POST /execute/async` with another address to send the message to.
    public static func body(_ body: [UInt8], callingBack url: String) -> [UInt8] { replacing(body) { _ in url } }

    /// An answer to it that names this address; one that names none stays as it is.
    ///
    /// - Parameter old: Only this address is replaced; nil for any.
    public static func answer(_ body: [UInt8], callingBack url: String, insteadOf old: String? = nil) -> [UInt8] {
        replacing(body) { named in old == nil || named == old ? url : named }
    }

    private static func replacing(_ body: [UInt8], _ change: (String) -> String) -> [UInt8] {
        guard var tree = try? JSONValue(parsing: body), let named = tree["callback_url"]?.stringValue else {
            return body
        }
        let changed = change(named)
        // As it came, to the byte, where nothing changes.
        guard changed != named else { return body }
        tree.set(.string(changed), at: JSONPointer(["callback_url"]))
        return tree.bytes()
    }
}
