import Cassettes
import Conversations
import Documents
import HTTPMessages
import Scripts
import TestSupport
import Testing
import TextConditions

@Suite struct ScriptReaderTests {
    let script: Script

    init() throws { script = try ScriptReader.read(Script.sampleFile, file: "s.yaml") }

    @Test func rulesAreReadAsTheyStand() throws {
        #expect(script.file == "s.yaml")
        #expect(script.rules.map(\.place?.line) == [3, 5, 10, 19, 27])
        #expect(script.rules[0].when == [.request(1), .model(.equals("gpt-4o"))])
        #expect(script.rules[0].reply == .text("first"))
        #expect(
            script.rules[1].when == [.text(.contains("failed")), .system(.matches(try Pattern("(?i)python")))])
        #expect(
            script.rules[1].reply
                == .failure(
                    .init(status: 429, message: "slow down", type: "t", code: "c", headers: ["retry-after-ms": "5"])))
        #expect(script.rules[1].times == 2)
        #expect(script.otherwise == .reply(.said(.init(saying: .template(try Template("request {{request}}"))))))
    }

    @Test func callsKeepTreesAndTextsApart() throws {
        guard case .said(let speech) = script.rules[2].reply else {
            Issue.record("expected an answer")
            return
        }
        #expect(speech.thinking == "A tool knows.")
        #expect(speech.saying == nil)
        let tree = TemplateTree.mapping([.init("city", .text(try Template("{{city}}"))), .init("days", .value(2))])
        #expect(
            speech.calls == [
                .init(name: "get_weather", arguments: .template(tree)),
                .init(name: "get_weather", arguments: .json(["city": "Rome"]), id: "call_2"),
                .init(name: "get_weather", arguments: .text("{broken")),
            ])
        #expect(script.rules[2].when.last == .offers(["get_weather"]))
    }

    @Test func repliesFollowEachOther() throws {
        let rule = script.rules[3]
        #expect(rule.times == 5)
        #expect(rule.then.count == 3)
        #expect(
            rule.then[0] == .said(.init(saying: .json(["degrees": 18, "sure": true]), ending: .length)))
        guard case .said(let second) = rule.then[1] else {
            Issue.record("expected an answer")
            return
        }
        #expect(
            second.delivery.pace == Script.Pace(timeToFirst: 0.5, tokensPerSecond: 40, jitter: 0.25, seed: 7))
        #expect(rule.then[2] == .said(.init(saying: .refusal("No more weather."), delivery: .init(cutAfter: 3))))
    }

    @Test func conditionsNest() throws {
        let path = try #require(JSONPath(parsing: "$.messages[*].content"))
        #expect(
            script.rules[4].when == [
                .all([
                    .any([
                        .stream(true), .json(try #require(JSONPath(parsing: "$.temperature")), .equals(0)),
                        .json(try #require(JSONPath(parsing: "/user")), .exists(true)),
                    ]),
                    .not(.json(path, .text(.contains("secret")))),
                    .not(.all([.hasTools(true), .toolResult(.init())])),
                    .model(.matches(try Pattern("^o[0-9]"))),
                ])
            ])
    }

    @Test func theSampleAnswers() throws {
        var cursor = Script.Cursor(script)
        let weather = Script.Question.chat("the weather in Paris", tools: ["get_weather"])
        #expect(cursor.next(for: .chat("x")).answer?.text == "first")
        #expect(
            cursor.next(for: weather).answer?.toolCalls.first
                == ToolCall(id: nil, name: "get_weather", arguments: #"{"city":"Paris","days":2}"#))
        let result = Script.Question.chat(
            "", results: [.init(callID: nil, name: "get_weather", text: "18 °C")], json: ["model": "m"])
        #expect(cursor.next(for: result).answer?.text == "18 degrees: 18 °C")
        #expect(cursor.next(for: result).answer == Answer(text: #"{"degrees":18,"sure":true}"#, ending: .length))
        #expect(cursor.next(for: result).answer?.text == #"{"raw":["18 °C","m"]}"#)
        let refusal = cursor.next(for: result)
        #expect(refusal.answer?.refusal == "No more weather.")
        #expect(refusal.delivery == .init(cutAfter: 3))
        #expect(
            cursor.next(for: .chat("x", model: "o1", isStream: true)).answer
                == Answer(text: "a {{brace}} is text here", ending: .contentFilter))
        #expect(cursor.next(for: .chat("x")).answer?.text == "request 8")
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let text = ScriptWriter.text(of: script, comment: ["From a test.", ""])
        #expect(text.hasPrefix("# From a test.\n#\nunderstudy: script/1\n"))
        var again = try ScriptReader.read(text, file: "s.yaml")
        for index in again.rules.indices { again.rules[index].place = script.rules[index].place }
        #expect(again == script)
    }

    @Test func textsThatYAMLWouldChangeAreReadAgain() throws {
        for text in NastyText.all where !text.isEmpty {
            let written = Script(
                file: "s",
                rules: [
                    Script.Rule(
                        when: [.text(.equals(text)), .model(.equals(text)), .toolResult(.init(name: text))],
                        reply: .said(
                            .init(saying: .text(text), calls: [.init(name: text, arguments: .text(text), id: text)])))
                ])
            var read = try ScriptReader.read(ScriptWriter.text(of: written), file: "s")
            read.rules[0].place = nil
            #expect(read == written, "\(text.debugDescription)")
        }
    }
}
