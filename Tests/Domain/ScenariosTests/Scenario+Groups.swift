import Scenarios

extension Scenario {
    /// A file with a group and tools; its line numbers are part of the tests.
    static let groupFile = """
        understudy: scenario/1
        name: talk
        agents:
          user: {kind: user_proxy}
          a: {kind: assistant, model: m}
          b: {kind: assistant, model: m}
        tools:
          add:
            kind: code
            caller: a
            executor: user
            description: Adds.
            parameters: {x: int, y: {type: int, default: 1}}
            code: print({x} + {y})
          look:
            kind: scripted
            caller: b
            executor: user
            description: Looks.
            results: [{return: [1, 2]}, {raise: blind}]
          run_data_analysis: {kind: tutorial, caller: a, executor: user}
        conversation:
          group:
            from: user
            message: Go.
            members: [user, a, b]
            model: gpt-4o
            selection: auto
            random_seed: x
            max_rounds: 5
            allow_repeat: [a]
            introductions: true
            prompts: {max_retries: 1, prompt: "{agentlist}"}
        expect:
        - ended_by: {cause: max_round, agent: chat_manager}

        """

    /// A file with a pipeline.
    static let pipelineFile = """
        understudy: scenario/1
        name: chain
        agents: {a: {kind: assistant, model: m}, b: {kind: assistant, model: m}, u: {kind: user_proxy}}
        conversation:
          pipeline:
          - {from: u, to: a, message: one, summary: reflection}
          - {from: u, to: b, message: two, summary: none, carryover: [x, {content: y}], exclude: [1]}

        """
}
