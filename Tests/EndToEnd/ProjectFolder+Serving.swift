import Foundation
import Testing

/// A running server, as what it printed tells of it.
struct Served: Sendable {
    let process: ChildProcess
    let exports: [String: String]

    /// The key that it printed.
    var key: String { exports["OPENAI_API_KEY"] ?? "" }

    /// `http://127.0.0.1:PORT`
    var origin: String { exports["HOPX_BASE_URL"] ?? "" }

    var port: Int { URLComponents(string: origin)?.port ?? 0 }

    /// Asks the model with one user message.
    func ask(_ text: String, key: String? = nil, headers: [String: String] = [:]) async throws -> Loopback.Answer {
        try await Loopback.send(
            "POST", origin + "/v1/chat/completions",
            headers: ["authorization": "Bearer \(key ?? self.key)"].merging(headers) { _, new in new },
            body: Served.question(text))
    }

    /// The assistant's answer; nil when it is none.
    func said(_ text: String, key: String? = nil) async throws -> String? {
        try await ask(text, key: key).string("choices.0.message.content")
    }

    static func question(_ text: String) -> String {
        #"{"model":"gpt-4o","messages":[{"role":"user","content":"\#(text)"}]}"#
    }

    /// The head of a request of the model, for those that send bytes themselves.
    static func head(_ fields: String..., key: String) -> String {
        (["POST /v1/chat/completions HTTP/1.1", "host: 127.0.0.1", "authorization: Bearer \(key)"] + fields + ["", ""])
            .joined(separator: "\r\n")
    }
}

extension ProjectFolder {
    /// Runs `understudy serve` while `body` runs; a signal then ends it.
    @discardableResult
    func serving(
        _ arguments: [String], environment: [String: String] = [:], endedBy signal: Int32 = SIGTERM,
        _ body: (Served) async throws -> Void
    ) async throws -> Outcome {
        let arguments = ["serve", "--format", "json"] + arguments
        return try await running(arguments, environment: environment) { process in
            let line = try await process.output { $0.hasPrefix("{") }
            let exports = try JSONDecoder().decode([String: [String: String]].self, from: Data(line.utf8))["exports"]
            try await body(Served(process: process, exports: try #require(exports)))
            process.signal(signal)
            let status = await process.end()
            return Outcome(
                arguments: arguments, status: status, output: process.output, complaints: process.complaints)
        }
    }

    /// The arguments of a server that records `talk` from a model at an address.
    static func recordingTalk(from address: String, _ more: String...) -> [String] {
        ["--cassette", "talk", "--mode", "record", "--upstream", "openai=\(address)"] + more
    }

    static let talk = "cassettes/talk.yaml"
}
