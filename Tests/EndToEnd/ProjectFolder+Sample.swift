import Foundation

extension ProjectFolder {
    static let storyScenario = "scenarios/tutorial/two-agent.yaml"
    static let storyCassette = "cassettes/tutorial/two-agent.yaml"

    /// A project with the shipped story.
    static func withStory() throws -> ProjectFolder {
        try withShipped([storyScenario, storyCassette])
    }

    /// A project with all scenarios and cassettes that are shipped.
    static func withAllShipped() throws -> ProjectFolder {
        try withShipped(shippedFiles(in: "scenarios") + shippedFiles(in: "cassettes"))
    }

    private static func withShipped(_ files: [String]) throws -> ProjectFolder {
        let project = try ProjectFolder()
        for file in files {
            try project.write(
                String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(packageFolder)/\(file)")), as: UTF8.self),
                to: file)
        }
        return project
    }

    /// The YAML files below a folder of the package, by their paths in the package, sorted.
    static func shippedFiles(in folder: String) -> [String] {
        let all = FileManager.default.enumerator(atPath: "\(packageFolder)/\(folder)")
        return (all.map { Array($0.compactMap { $0 as? String }) } ?? []).filter { $0.hasSuffix(".yaml") }
            .map { "\(folder)/\($0)" }.sorted()
    }

    /// A project with the scenario `greeting`: one question, one answer, no sandbox, no cassette.
    static func withGreeting() throws -> ProjectFolder {
        let project = try ProjectFolder()
        try project.write(greeting, to: "scenarios/greeting.yaml")
        return project
    }

    static let greeting = """
        understudy: scenario/1
        name: greeting
        agents:
          assistant: {kind: assistant, model: gpt-4o, max_retries: 0}
          user: {kind: user_proxy}
        conversation:
          two_agent: {from: user, to: assistant, message: Say hello.}
        script:
          rules:
          - when: {request: 1}
            reply: {text: "Hello, friend."}
          - reply: {text: TERMINATE}
        expect:
        - said: {by: assistant, contains: "Hello, friend."}
        - ended_by: termination_message

        """

    /// A cassette by hand: one question, asked twice, with two answers.
    static let twoAnswers = """
        ---
        understudy: cassette/1
        name: two-answers
        ...
        \(answer(1, "first"))\(answer(2, "second"))
        """

    static func answer(_ number: Int, _ text: String) -> String {
        """
        ---
        interaction: \(number)
        at: \(number).0
        openai: POST /v1/chat/completions
        request: {body: {model: gpt-4o, messages: [{role: user, content: hello}]}}
        response:
          status: 200
          headers: {content-type: application/json}
          at: \(number).5
          body: {id: c\(number), object: chat.completion, choices: [{index: 0, message: {role: assistant, content: \(text)}}]}
        ...

        """
    }

    /// The question that `twoAnswers` answers, spelled otherwise than there.
    static let question = #"{ "messages": [{"content":"hello","role":"user"}], "model": "gpt-4o" }"#
}
