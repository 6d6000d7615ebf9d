import Cassettes
import Documents
import HTTPMessages
import HopXProtocol
import Responders
import Synchronization
import Testing

/// Messages about asynchronous executions, in recordings and out of them.
@Suite(.timeLimit(.minutes(2))) struct MessageReplayTests {
    /// A client that can be sent messages, and answers each with the next of these statuses, then 200.
    private final class Receiver: Sendable {
        private let statuses: Mutex<[Int]>
        private let messages: AsyncStream<Request>
        private let arrived: AsyncStream<Request>.Continuation

        init(_ statuses: [Int] = []) {
            self.statuses = Mutex(statuses)
            (messages, arrived) = AsyncStream.makeStream()
        }

        func webhooks(_ clock: any Clock, onLoss: @escaping @Sendable (String) -> Void = { _ in }) -> Webhooks {
            Webhooks(clock: clock, onLoss: onLoss) { [self] request, base in
                #expect(base == "http://127.0.0.1:9")
                arrived.yield(request)
                return statuses.withLock { $0.isEmpty ? 200 : $0.removeFirst() }
            }
        }

        /// The next messages; waits for them.
        func next(_ count: Int) async -> [Request] {
            var found: [Request] = []
            for await message in messages {
                found.append(message)
                if found.count == count { break }
            }
            return found
        }

        /// All that have come and not been asked for.
        func rest() async -> [Request] {
            arrived.finish()
            var found: [Request] = []
            for await message in messages { found.append(message) }
            return found
        }
    }

    private static func call(_ code: String, secret: String? = nil) -> JSONValue {
        var body = JSONObject([("code", .string(code)), ("callback_url", "http://127.0.0.1:9/done")])
        if let secret {
            body["callback_headers"] = ["x-mine": .string(secret)]
            body["callback_signature_secret"] = .string(secret)
        }
        return .object(body)
    }

    /// Something of a cassette, after the creation of its sandbox, which is interaction 1.
    private func cassette(_ documents: String) throws -> Cassette {
        let text = """
            ---
            understudy: cassette/1
            name: messages
            ...
            ---
            interaction: 1
            at: 0.5
            hopx: POST /v1/sandboxes
            sandbox: 1
            request: {body: \(Box.creation.text())}
            response: {status: 201, at: 0.6, body: {id: box, auth_token: t}}
            ...

            """
        return try Cassette(
            Array((text + documents.replacing("INPUTS", with: try Box.inputs())).utf8), file: "messages.yaml")
    }

    private static func asynchronous(_ number: Int, at: Double) -> String {
        """
        ---
        interaction: \(number)
        at: \(at)
        hopx: POST /execute/async
        sandbox: 1
        inputs: INPUTS
        request: {body: \(call("job").text())}
        response: {status: 200, at: \(at), body: {execution_id: exec_\(number), status: queued, callback_url: "http://127.0.0.1:1/"}}
        ...

        """
    }

    private static func message(_ number: Int, of call: Int, at: Double) -> String {
        """
        ---
        interaction: \(number)
        at: \(at)
        hopx: CALLBACK /execute/async
        sandbox: 1
        inputs: INPUTS
        request: {body: {execution_id: exec_\(call)}}
        response:
          {status: 200, headers: {content-type: application/json, user-agent: agent}, at: \(at), layout: spaced, body: {n: \(number)}}
        ...

        """
    }

    private static func execution(_ number: Int, at: Double) -> String {
        """
        ---
        interaction: \(number)
        at: \(at)
        hopx: POST /execute
        sandbox: 1
        inputs: INPUTS
        request: {body: {code: step}}
        response: {status: 200, at: \(at), body: {success: true, stdout: "", stderr: "", exit_code: 0}}
        ...

        """
    }

    // MARK: Replays

    /// To the byte, with the client's own fields, and a signature that its own secret makes.
    @Test func aMessageIsSentAsItWasRecorded() async throws {
        let receiver = Receiver()
        let clock = VirtualClock(start: 1000)
        let story = try cassette(
            Self.asynchronous(2, at: 1).replacing(
                Self.call("job").text(), with: Self.call("job", secret: "<redacted:value>").text())
                + Self.message(3, of: 2, at: 2))
        let stage = Stage(story, webhooks: receiver.webhooks(clock))
        let box = try await stage.client.create()
        let answer = try await box.ask("POST", "/execute/async", body: Self.call("job", secret: "s3cret"))
        #expect((answer["execution_id"], answer["callback_url"]) == ("exec_2", "http://127.0.0.1:9/done"))
        let message = try #require(await receiver.next(1).first)
        #expect((message.method, message.path, message.body) == ("POST", "/done", Array(#"{"n": 3}"#.utf8)))
        let expected: Headers = [
            "content-type": "application/json", "user-agent": "agent", "x-mine": "s3cret", "x-hopx-timestamp": "1000",
            // printf '{"n": 3}' | openssl dgst -sha256 -hmac s3cret
            "x-hopx-signature": "sha256=2f21796e8e77cd61e4d791d34a1a1668a95eaf01704ba901b5a466518760794d",
        ]
        #expect(message.headers == expected)
        #expect(stage.notes.misses.isEmpty && stage.notes.drifts.isEmpty)
    }

    /// The service had sent it again because it was not taken; who takes the first gets no second.
    @Test(arguments: [([], 1), ([500], 2), ([500, 500, 500], 2), ([404], 2), ([204], 1)] as [([Int], Int)])
    func aMessageIsRepeatedWhileItIsNotTaken(statuses: [Int], count: Int) async throws {
        let receiver = Receiver(statuses)
        let story = try cassette(
            Self.asynchronous(2, at: 1) + Self.message(3, of: 2, at: 2) + Self.message(4, of: 2, at: 4)
                + Self.asynchronous(5, at: 6) + Self.message(6, of: 5, at: 7))
        let stage = Stage(story, webhooks: receiver.webhooks(VirtualClock(start: 0)))
        let box = try await stage.client.create()
        _ = try await box.ask("POST", "/execute/async", body: Self.call("job"))
        let bodies = await receiver.next(count).map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies == [#"{"n": 3}"#, #"{"n": 4}"#].prefix(count).map(\.self))
        _ = try await box.ask("POST", "/execute/async", body: Self.call("job"))
        #expect(await receiver.next(1).map { String(decoding: $0.body, as: UTF8.self) } == [#"{"n": 6}"#])
    }

    /// What a client did before a message came, it does not do because of the message.
    @Test func aMessageWaitsForWhatItsClientHadAskedBefore() async throws {
        let receiver = Receiver()
        let story = try cassette(
            Self.asynchronous(2, at: 1) + Self.execution(3, at: 2) + Self.message(4, of: 2, at: 3)
                + Self.execution(5, at: 4))
        let stage = Stage(story, webhooks: receiver.webhooks(VirtualClock(start: 0)))
        let box = try await stage.client.create()
        _ = try await box.ask("POST", "/execute/async", body: Self.call("job"))
        _ = try await box.ask("GET", "/execute/processes")
        let other = try await stage.client.create()
        _ = try await stage.client.delete(other)
        // Nothing that could send it is under way.
        #expect(await Task { await receiver.rest() }.value == [])
        let second = Receiver()
        let again = Stage(story, webhooks: second.webhooks(VirtualClock(start: 0)))
        let box2 = try await again.client.create()
        _ = try await box2.ask("POST", "/execute/async", body: Self.call("job"))
        _ = try await box2.execute("step")
        #expect(await second.next(1).count == 1)
        _ = try await box2.execute("step")
        #expect(again.notes.misses.isEmpty)
    }

    /// Nobody knows what it said.
    @Test func aMessageThatWasNotRecordedIsToldOf() async throws {
        let receiver = Receiver()
        let stage = Stage(
            try cassette(Self.asynchronous(2, at: 1)), webhooks: receiver.webhooks(VirtualClock(start: 0)))
        let box = try await stage.client.create()
        _ = try await box.ask("POST", "/execute/async", body: Self.call("job"))
        #expect(stage.notes.drifts == ["the recording has no message of execution exec_2, and none is sent"])
        #expect(stage.notes.misses.isEmpty)
    }

    // MARK: Recordings

    /// The service may repeat it, and signs what only it knows how: all of it passes as it came.
    @Test func aMessagePassesAsItCameAndIsRecordedWithoutSecrets() async throws {
        let recording = try Recording(literals: [("MY_TOKEN", "a-value-of-this-machine")])
        let receiver = Receiver([503])
        let relay = MessageRelay(reach: .port, webhooks: receiver.webhooks(recording.clock)) { "ticket" }
        relay.listen(at: "http://127.0.0.1:8080")
        let upstream = ScriptedUpstream([
            .json(#"{"id": "box", "auth_token": "t"}"#, status: 201),
            .json(#"{"execution_id": "exec_1", "callback_url": "http://127.0.0.1:8080/_understudy/callbacks/ticket"}"#),
        ])
        let hopx = RecordingHopX(upstream: upstream, recorder: recording.recorder, relay: relay)
        _ = try await hopx.respond(
            to: Request(method: "POST", path: "/v1/sandboxes", body: Box.creation.bytes()))
        let answer = try await hopx.ask(
            Request(
                method: "POST", path: "/execute/async", headers: [FakeHopX.sandboxHeader: "box"],
                body: Self.call("job", secret: "s3cret").bytes()))
        #expect(answer["callback_url"] == "http://127.0.0.1:9/done")
        let sent = try JSONValue(parsing: try #require(upstream.requests.last).body)
        #expect(sent["callback_url"] == "http://127.0.0.1:8080/_understudy/callbacks/ticket")
        #expect(sent["callback_signature_secret"] == "s3cret")

        let body = Array(#"{"execution_id": "exec_1", "stdout": "a-value-of-this-machine"}"#.utf8)
        let message = Request(
            method: "POST", path: "/_understudy/callbacks/ticket",
            headers: [
                "content-type": "application/json", "user-agent": "agent", "x-mine": "s3cret", "x-hopx-timestamp": "7",
                "x-hopx-signature": "sha256=whatever", "host": "127.0.0.1:8080", "content-length": "\(body.count)",
            ], body: body)
        let gate = TakingMessages(relay, before: AbsentResponder())
        for status in [503, 200] { #expect(try await gate.respond(to: message).status == status) }
        for passed in await receiver.next(2) {
            #expect((passed.path, passed.body) == ("/done", body))
            #expect(passed.headers["x-hopx-signature"] == "sha256=whatever")
            #expect(passed.headers["host"] == nil)
        }
        let kept = await recording.sink.interactions
        #expect(
            kept.map { "\($0.operation)" }.suffix(3) == ["POST /execute/async"]
                + Array(repeating: "CALLBACK /execute/async", count: 2))
        let last = try #require(kept.last)
        let inputs = try Box.inputs()
        #expect((last.sandbox, last.inputs) == (1, inputs))
        #expect(last.response.headers == ["content-type": "application/json", "user-agent": "agent"])
        let text = String(decoding: last.response.bytes, as: UTF8.self)
        #expect(text == #"{"execution_id": "exec_1", "stdout": "<redacted:MY_TOKEN>"}"#)
        #expect(recording.recorder.problems.isEmpty)
        await #expect(throws: AbsentResponder.Asked.self) {
            try await gate.respond(to: Request(method: "POST", path: "/_understudy/callbacks/guessed"))
        }
    }

    @Test(
        arguments: [
            (MessageRelay.Reach.port, "http://127.0.0.1:8080", nil), (.inside, "http://127.0.0.1", nil),
            (.address("https://Tunnel.example:8443/to"), "https://Tunnel.example:8443/to", "tunnel.example"),
        ] as [(MessageRelay.Reach, String, String?)])
    func theServiceIsToldWhereToSend(reach: MessageRelay.Reach, base: String, host: String?) async throws {
        let recording = try Recording()
        let receiver = Receiver()
        let relay = MessageRelay(reach: reach, webhooks: receiver.webhooks(recording.clock)) { "ticket" }
        relay.listen(at: "http://127.0.0.1:8080")
        #expect(relay.host == host)
        let upstream = ScriptedUpstream([.json(#"{"execution_id": "exec_1"}"#)])
        let hopx = RecordingHopX(upstream: upstream, recorder: recording.recorder, relay: relay)
        _ = try await hopx.ask(
            Request(
                method: "POST", path: "/execute/async", headers: [FakeHopX.sandboxHeader: "box"],
                body: Self.call("job").bytes()))
        let sent = try JSONValue(parsing: try #require(upstream.requests.first).body)["callback_url"]?.stringValue
        #expect(sent == base + "/_understudy/callbacks/ticket")
        let path = try #require(sent).trimmingPrefix(#/https?:..[^/]+/#)
        let message = Request(method: "POST", path: String(path), body: Array("{}".utf8))
        #expect(relay.takes(message))
        #expect(await relay.respond(to: message).status == 200)
        #expect(await receiver.next(1).map(\.path) == ["/done"])
    }

    /// Who cannot be reached from there sends it straight to the client, and that is said.
    @Test func aMessageThatPassesBesideTheRecorderIsToldOf() async throws {
        let told = Mutex<[String]>([])
        let recording = try Recording()
        let relay = MessageRelay(
            reach: .none, webhooks: Receiver().webhooks(recording.clock) { text in told.withLock { $0.append(text) } }
        ) { "ticket" }
        let upstream = ScriptedUpstream([.json(#"{"execution_id": "exec_1"}"#)])
        let hopx = RecordingHopX(upstream: upstream, recorder: recording.recorder, relay: relay)
        _ = try await hopx.respond(
            to: Request(
                method: "POST", path: "/execute/async", headers: [FakeHopX.sandboxHeader: "box"],
                body: Self.call("job").bytes()))
        #expect(upstream.requests.first?.body == Self.call("job").bytes())
        #expect(told.withLock { $0 }.first?.contains("--callback-address") == true)
    }

    private struct AbsentResponder: Responder {
        struct Asked: Error {}

        func respond(to request: Request) async throws -> Response { throw Asked() }
    }
}
