public import Cassettes
import Conversations
import Digests
public import Documents
import HTTPMessages
import Transcripts

extension JSONReport {
    /// `{understudy: cassettes/1, cassettes: [{name, file, bytes, interactions, services, recorded_on, warnings, problems}]}`.
    public static func cassettes(_ cassettes: [CassetteSummary]) -> JSONValue {
        let items = cassettes.map { cassette in
            var object = JSONObject([
                ("name", .string(cassette.name.text)), ("file", .string(cassette.file)),
                ("bytes", .number(cassette.size)),
            ])
            switch cassette.content {
            case .success(let content):
                object["interactions"] = .number(content.interactionCount)
                object["services"] = services(content.origins)
                object["recorded_on"] = .string(content.recordedOn)
                object["warnings"] = diagnostics(content.warnings)
            case .failure(let problems): object["problems"] = diagnostics(problems.all)
            }
            return JSONValue.object(object)
        }
        return ["understudy": "cassettes/1", "cassettes": .array(items)]
    }

    /// `{understudy: cassette-story/1, name, …, interactions: [{interaction, at, service, operation, added, answer | run, …}]}`.
    public static func cassette(_ story: CassetteStory) -> JSONValue {
        [
            "understudy": "cassette-story/1", "name": .string(story.header.name.text), "file": .string(story.file),
            "recorded_on": .string(story.header.recordedOn), "services": services(story.header.origins),
            "warnings": diagnostics(story.warnings),
            "interactions": .array(story.scenes.map { .object(members(of: $0)) }),
        ]
    }

    /// The same of one interaction, with the whole request, the answer's header fields, and its body or chunks.
    public static func interaction(_ scene: CassetteStory.Scene) -> JSONValue {
        let interaction = scene.interaction
        var object = JSONObject([("understudy", "cassette-interaction/1")])
        for member in members(of: scene).members { object[member.name] = member.value }
        object["request"] = interaction.request.bytes.isEmpty ? nil : body(interaction.request)
        var response = JSONObject()
        response["status"] = interaction.response.status.map { .number($0) }
        response["headers"] = .array(
            interaction.response.headers.fields.map { ["name": .string($0.name), "value": .string($0.value)] })
        response["at"] = number(interaction.response.at)
        response["end"] = interaction.response.end.map { .string($0.rawValue) }
        switch interaction.response.content {
        case .body(let body): response["body"] = body.bytes.isEmpty ? nil : self.body(body)
        case .chunks(let chunks):
            response["chunks"] = .array(chunks.map { .object(JSONObject([("at", number($0.at))] + bytes($0.bytes))) })
        case .socket(let frames): response["messages"] = .array(frames.map(message))
        }
        object["response"] = .object(response)
        return .object(object)
    }

    /// `{understudy: cassette-stats/1, name, interactions, …, operations: [{service, operation, model, count, …}]}`.
    public static func statistics(_ statistics: CassetteStatistics, name: CassetteName) -> JSONValue {
        let rows = statistics.rows.map { row -> JSONValue in
            var object = JSONObject([("service", .string(row.service.rawValue)), ("operation", .string(row.operation))])
            object["model"] = row.model.map { .string($0) }
            object["count"] = .number(row.count)
            object["errors"] = .number(row.errorCount)
            object["prompt_tokens"] = .number(row.promptTokens)
            object["completion_tokens"] = .number(row.completionTokens)
            return .object(object)
        }
        return [
            "understudy": "cassette-stats/1", "name": .string(name.text),
            "interactions": .number(statistics.interactionCount),
            "seconds": number(statistics.seconds), "errors": .number(statistics.errorCount),
            "prompt_tokens": .number(statistics.promptTokens),
            "completion_tokens": .number(statistics.completionTokens),
            "sandboxes": .number(statistics.sandboxCount), "code_runs": .number(statistics.codeRunCount),
            "failed_code_runs": .number(statistics.failedRunCount), "bytes": .number(statistics.sizes.written),
            "bytes_with_whole_requests": .number(statistics.sizes.whole),
            "requests_written_as_changes": .number(statistics.sizes.changeCount), "operations": .array(rows),
        ]
    }

    /// `[{severity, file, line, column, message, expected, fix}]`.
    public static func diagnostics(_ diagnostics: [Diagnostic]) -> JSONValue {
        .array(
            diagnostics.map { diagnostic in
                var object = JSONObject([
                    ("severity", .string(diagnostic.severity.rawValue)), ("file", .string(diagnostic.file)),
                ])
                object["line"] = diagnostic.place.map { .number($0.line) }
                object["column"] = diagnostic.place.map { .number($0.column) }
                object["message"] = .string(diagnostic.message)
                object["expected"] = diagnostic.expected.map { .string($0) }
                object["fix"] = diagnostic.fix.map { .string($0) }
                return .object(object)
            })
    }

    // MARK: Parts

    private static func members(of scene: CassetteStory.Scene) -> JSONObject {
        let interaction = scene.interaction
        var object = JSONObject([
            ("interaction", .number(interaction.number)), ("at", number(interaction.at)),
            ("service", .string(interaction.service.rawValue)),
            ("operation", .string(interaction.operation.description)),
        ])
        object["sandbox"] = interaction.sandbox.map { .number($0) }
        object["inputs"] = interaction.inputs.map { .string($0) }
        object["key"] = .string(interaction.key.text)
        if let shared = scene.shared {
            object["shares"] = ["messages": .number(shared.count), "with": .number(shared.with)]
        }
        if !scene.added.isEmpty { object["added"] = .array(scene.added) }
        object["status"] = interaction.response.status.map { .number($0) }
        object["end"] = interaction.response.end.map { .string($0.rawValue) }
        switch scene.entry?.kind {
        case .llmCall(let call): object["answer"] = answer(call)
        case .codeRun(let run): object["run"] = self.run(run)
        default: break
        }
        return object
    }

    private static func answer(_ call: LLMCall) -> JSONValue {
        var object = JSONObject([("model", .string(call.model))])
        object["text"] = call.text.map { .string($0) }
        if !call.toolCalls.isEmpty {
            object["tool_calls"] = .array(
                call.toolCalls.map { call in
                    var object = JSONObject()
                    object["id"] = call.id.map { .string($0) }
                    object["name"] = .string(call.name)
                    object["arguments"] = .string(call.arguments)
                    return .object(object)
                })
        }
        object["finish_reason"] = call.finishReason.map { .string($0) }
        object["prompt_tokens"] = call.usage.map { .number($0.promptTokens) }
        object["completion_tokens"] = call.usage.map { .number($0.completionTokens) }
        object["failure"] = call.failure.map { .string($0) }
        return .object(object)
    }

    private static func run(_ run: CodeRun) -> JSONValue {
        var object = JSONObject([("language", .string(run.language)), ("code", .string(run.code))])
        object["exit_code"] = run.exitCode.map { .number($0) }
        object["stdout"] = .string(run.stdout)
        object["stderr"] = .string(run.stderr)
        object["failure"] = run.failure.map { .string($0) }
        return .object(object)
    }

    private static func services(_ origins: [CassetteHeader.Origin]) -> JSONValue {
        .array(
            origins.map { origin in
                [
                    "service": .string(origin.service.rawValue), "upstream": .string(origin.upstream),
                    "from": .string(origin.from.rawValue),
                ]
            })
    }

    private static func body(_ body: RecordedBody) -> JSONValue { body.tree ?? .object(JSONObject(bytes(body.bytes))) }

    private static func bytes(_ bytes: [UInt8]) -> [(String, JSONValue)] {
        if let text = String(validating: bytes, as: UTF8.self) { return [("text", .string(text))] }
        return [("base64", .string(Base64.encode(bytes)))]
    }

    private static func message(_ frame: RecordedResponse.SocketFrame) -> JSONValue {
        var object = JSONObject([("at", number(frame.at)), ("from", frame.isFromClient ? "client" : "server")])
        switch frame.payload {
        case .message(.text(let text)): object["text"] = .string(text)
        case .message(.binary(let bytes)): object["base64"] = .string(Base64.encode(bytes))
        case .close(let code): object["close"] = .number(code)
        }
        return .object(object)
    }

    private static func number(_ value: Double) -> JSONValue { JSONNumber(value).map(JSONValue.number) ?? .null }
}
