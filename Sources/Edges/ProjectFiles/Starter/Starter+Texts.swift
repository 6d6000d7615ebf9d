extension Starter {
    static let scenarioText = """
        # A rehearsal: who takes part, how it begins, and what is expected of it.
        # `understudy run hello` plays it from cassettes/hello.yaml, without any key and without a network.
        understudy: scenario/1
        name: hello
        agents:
          assistant:
            kind: assistant
            model: gpt-4o
            temperature: 0
            system: You greet people. When you are thanked, say TERMINATE and nothing else.
          user:
            kind: user_proxy
            default_reply: Thank you.
        conversation:
          two_agent: {from: user, to: assistant, message: Say hello to Ada.}

        # What the model says when no live one is asked. After a change here or above, record it anew:
        #   understudy record hello --upstream openai=script
        # The live model, with OPENAI_API_KEY set:
        #   understudy record hello
        script:
          rules:
          - when: {text: {contains: hello to Ada}}
            reply: {text: "Hello, Ada."}
          - when: {text: {contains: Thank you}}
            reply: {text: TERMINATE}

        expect:
        - said: {by: assistant, matches: "^Hello, Ada"}
        - turns: {exactly: 4}
        - ended_by: termination_message

        """

    static let settingsText = """
        # What holds for all cassettes of this project. What stands behind a '#' is an example.
        understudy: project/1

        # How old a recording may be: an older one is warned of, and fails with --require-fresh.
        # max_age: 90d

        # What differs from run to run in your requests, and must not count when they are compared. It is copied into each
        # cassette that is recorded.
        # match:
        #   ignore: [/metadata/run_id]
        #   mask:
        #   - {path: $.messages, pattern: iso-time, as: <time>}
        #   alias:
        #   - {pattern: uuid}

        """

    static let attributesLine = "cassettes/** -text merge=understudy"

    static let attributesText = """
        # Cassettes are checked out as they are, and merged by understudy. Each clone has to be told once how:
        #   \(mergeCommands.joined(separator: "\n#   "))
        \(attributesLine)

        """

    static let ignoredFiles = [".understudy/", "*.yaml.recording", "*.yaml.lock"]

    static let ignoreText = """
        # Stored runs of understudy, and recordings that have not been finished.
        \(ignoredFiles.joined(separator: "\n"))

        """
}
