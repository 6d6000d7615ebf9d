import Foundation
import Testing

/// A conversation that grows costs its new turns.
@Suite struct SizeTests {
    private static let conversations = 100
    private static let messages = 20

    private static func text(_ conversation: Int, _ message: Int) -> String {
        "Message \(message) of \(conversation): " + String(repeating: "so it goes on ", count: 4)
    }

    /// The requests of one conversation: one for each message of the user, with all that came before.
    private static func requests(_ conversation: Int) -> [String] {
        let system = #"{"role":"system","content":"\#(String(repeating: "You are a helpful assistant. ", count: 30))"}"#
        return stride(from: 1, to: messages, by: 2).map { last in
            let spoken = (1...last).map { message in
                #"{"role":"\#(message % 2 == 1 ? "user" : "assistant")","content":"\#(text(conversation, message))"}"#
            }
            return #"{"model":"gpt-4o","messages":[\#(([system] + spoken).joined(separator: ","))]}"#
        }
    }

    @Test func aHundredConversationsCostTheirNewTurns() async throws {
        let project = try ProjectFolder()
        let upstream = try ScriptedUpstream { asked, client in
            let words = asked.question.split(separator: " ")
            let (message, conversation) = (Int(words[1]) ?? 0, Int(words[3].dropLast()) ?? 0)
            client.write(ScriptedUpstream.message(Self.text(conversation, message + 1)))
            return true
        }
        let serve = try await project.serving(ProjectFolder.recordingTalk(from: upstream.origin + "/v1")) { server in
            for request in (0..<Self.conversations).flatMap(Self.requests) {
                let answer = try await Loopback.send(
                    "POST", server.origin + "/v1/chat/completions",
                    headers: ["authorization": "Bearer \(server.key)"], body: request)
                #expect(answer.status == 200, "\(answer.text)")
            }
        }
        #expect(serve.status == 0, "\(serve)")
        let count = Self.conversations * Self.messages / 2
        let whole = (0..<Self.conversations).flatMap(Self.requests).reduce(0) { $0 + $1.utf8.count }
        #expect(whole > 1_900_000, "the requests are too short to tell: \(whole)")
        let text = try project.text(ProjectFolder.talk)
        let requests = text.matches(of: #/(?ms)^request:.*?(?=^response:)/#)
        let size = requests.reduce(0) { $0 + $1.0.utf8.count }
        #expect(requests.count == count)
        #expect(size <= 255_000, "the requests take \(size) of \(text.utf8.count) bytes, stored whole \(whole)")
        // The rest is what every interaction has: its number, time, operation and key, and the answer's fields and JSON.
        #expect(text.utf8.count <= 650_000, "the requests take \(size) of \(text.utf8.count) bytes")
        let verify = try await project.run("cassette", "verify", "talk")
        #expect(verify.status == 0 && verify.output.contains("\(count) interactions"), "\(verify)")
    }
}
