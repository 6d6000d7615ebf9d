"""The openai-agents SDK: agents on responses (its default) and on chat completions."""
import asyncio
import json

from agents import (
    Agent, ModelSettings, OpenAIChatCompletionsModel, OpenAIResponsesModel, RunConfig, Runner, function_tool,
    set_tracing_disabled)
from openai import AsyncOpenAI

from asked import (
    CITY, HELLO, ONCE, REVIEWER, STATUSES, SUMS, TASK, UNKNOWN, WEATHER, WRITER, City, add, fail, get_weather, plain,
    raised_by_awaiting, tell, unknown_only)

MODEL = "gpt-4o"


def facts(result):
    """All items of the run as they would be sent again, and what it cost."""
    usage = result.context_wrapper.usage
    return {
        "items": plain(result.to_input_list()), "ids": [reply.response_id for reply in result.raw_responses],
        "usage": [usage.requests, usage.input_tokens, usage.output_tokens]}


def calls(result):
    raw = [item.raw_item for item in result.new_items if item.type == "tool_call_item"]
    return [[call.name, json.loads(call.arguments)] for call in raw]


class Checks:
    def __init__(self, model):
        self.model = model
        self.agent = Agent("assistant", instructions="Be brief.", model=model)
        self.tooled = self.agent.clone(tools=[function_tool(get_weather), function_tool(add)])

    async def ask(self, text):
        return await raised_by_awaiting(Runner.run(self.agent, text))

    async def hello(self):
        result = await Runner.run(self.agent, HELLO)
        then = await Runner.run(
            self.agent, [*result.to_input_list(), {"role": "user", "content": "What did I say?"}])
        return {"text": result.final_output, "then": then.final_output, "whole": [facts(result), facts(then)]}

    async def streamed(self):
        result = Runner.run_streamed(self.agent, HELLO)
        events = [event async for event in result.stream_events()]
        raw = [event.data for event in events if event.type == "raw_response_event"]
        parts = [event.delta for event in raw if event.type == "response.output_text.delta"]
        return {
            "text": "".join(parts), "again": result.final_output, "events": [event.type for event in raw],
            "whole": facts(result)}

    async def tools_used(self, question, stream):
        if stream:
            result = Runner.run_streamed(self.tooled, question)
            async for _ in result.stream_events():
                pass
        else:
            result = await Runner.run(self.tooled, question)
        return {"calls": calls(result), "text": result.final_output, "whole": facts(result)}

    async def structured(self):
        result = await Runner.run(self.agent.clone(output_type=City), CITY)
        return {"value": plain(result.final_output), "whole": facts(result)}

    async def one_after_the_other(self):
        written = await Runner.run(Agent("writer", instructions=WRITER, model=self.model), TASK)
        reviewer = Agent("reviewer", instructions=REVIEWER, model=self.model)
        reviewed = await Runner.run(reviewer, f"The line: {written.final_output}")
        return {"conversation": [["writer", written.final_output], ["reviewer", reviewed.final_output]]}


async def main():
    set_tracing_disabled(True)
    connection = AsyncOpenAI(max_retries=0)
    apis = {
        "responses": Checks(OpenAIResponsesModel(MODEL, connection)),
        "chat": Checks(OpenAIChatCompletionsModel(MODEL, connection))}
    for name, checks in apis.items():
        if unknown_only():
            tell(f"{name}: unknown", await checks.ask(UNKNOWN))
        else:
            # The connection breaks on the first request of each.
            tell(f"{name}: reset", await checks.ask(HELLO))
    if unknown_only():
        return
    for name, checks in apis.items():
        tell(f"{name}: hello", await checks.hello())
        tell(f"{name}: streamed", await checks.streamed())
        for stream in (False, True):
            how = "streamed " if stream else ""
            tell(f"{name}: {how}call", await checks.tools_used(WEATHER, stream))
            tell(f"{name}: {how}calls", await checks.tools_used(SUMS, stream))
        tell(f"{name}: structured", await checks.structured())
        for status in STATUSES:
            tell(f"{name}: {status}", await checks.ask(fail(status)))
        tell(f"{name}: one after the other", await checks.one_after_the_other())
    # As it is without options: the model by its name, addresses and keys from the environment, and the SDK's retries.
    result = await Runner.run(
        Agent("assistant", model=MODEL), ONCE, run_config=RunConfig(model_settings=ModelSettings(temperature=0)))
    tell("responses: once again", {"text": result.final_output})


if __name__ == "__main__":
    asyncio.run(main())
