import Scenarios

/// Swift Testing has a type of the same name.
typealias Expectation = Scenarios.Expectation

extension Scenario {
    /// A file that uses every key; its line numbers are part of the tests.
    static let sampleFile = """
        understudy: scenario/1
        name: primes
        cassette: tutorial/two-agent
        tags: [tutorial, quick]
        agents:
          assistant:
            kind: assistant
            model: gpt-4o
            temperature: 0.0
            stop: [END]
            timeout: 30
            max_retries: 1
            system: |-
              You write Python.
              Say TERMINATE at the end.
            description: writes code
            default_reply: go on
          user_proxy:
            kind: user_proxy
            executor: {kind: hopx, template: code-interpreter, timeout: 60, ttl: 300}
            max_auto_replies: 10
            terminate_when: {ends_with: TERMINATE}
            look_back: 2
        conversation:
          two_agent:
            from: user_proxy
            to: assistant
            message: Sum the first 100 primes.
            max_turns: 6
        script:
          rules:
          - when: {request: 1, model: gpt-4o}
            reply: {text: "first"}
          - when:
              text: {contains: failed}
              system: {matches: "(?i)python"}
            reply: {error: {status: 429, message: slow down, code: c, type: t, headers: {retry-after-ms: "5"}}}
            times: 2
          - reply: {text: TERMINATE, finish_reason: length}
          otherwise: echo
        expect:
        - exit_code: 0
        - said: {by: assistant, matches: TERMINATE}
        - output: {contains: "24133"}
        - turns: {at_most: 6}
        - code_runs: {at_least: 1, at_most: 2}
        - ended_by: {cause: termination_message, agent: user_proxy}
        - not: {stderr: {contains: Error}}

        """

    /// The shortest file.
    static let smallFile = """
        understudy: scenario/1
        name: small
        agents: {a: {kind: assistant, model: m}, u: {kind: user_proxy}}
        conversation: {two_agent: {from: u, to: a, message: hello}}

        """
}
