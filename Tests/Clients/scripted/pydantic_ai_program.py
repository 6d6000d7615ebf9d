"""Pydantic AI: one agent on responses, chat completions, messages and generateContent."""
import asyncio

from anthropic import AsyncAnthropic
from openai import AsyncOpenAI
from pydantic_ai import Agent, NativeOutput
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider

from asked import (
    CITY, HELLO, ONCE, STATUSES, SUMS, UNKNOWN, WEATHER, City, add, fail, get_weather, plain, raised_by_awaiting, tell,
    unknown_only)


def models():
    openai = OpenAIProvider(openai_client=AsyncOpenAI(max_retries=0))
    anthropic = AnthropicProvider(anthropic_client=AsyncAnthropic(max_retries=0))
    return {
        "responses": OpenAIResponsesModel("gpt-4o", provider=openai),
        "chat": OpenAIChatModel("gpt-4o", provider=openai),
        "messages": AnthropicModel("claude-sonnet-5", provider=anthropic),
        "gemini": GoogleModel("gemini-3-flash")}


def replies(result):
    """The model's replies, without the moments at which they came."""
    told = []
    for message in result.all_messages():
        if message.kind == "response":
            parts = [{name: plain(value) for name, value in vars(part).items() if name != "timestamp"}
                     for part in message.parts]
            told.append({
                "parts": parts, "model": message.model_name, "id": message.provider_response_id,
                "finish": message.finish_reason, "usage": [message.usage.input_tokens, message.usage.output_tokens]})
    return told


def calls(result):
    return [
        [part.tool_name, part.args_as_dict()] for message in result.all_messages() if message.kind == "response"
        for part in message.parts if part.part_kind == "tool-call"]


class Checks:
    def __init__(self, model):
        self.agent = Agent(model, instructions="Be brief.")
        self.tooled = Agent(model, instructions="Be brief.", tools=[get_weather, add])
        self.geographer = Agent(model, output_type=NativeOutput(City))

    async def ask(self, text):
        return await raised_by_awaiting(self.agent.run(text))

    async def hello(self):
        result = await self.agent.run(HELLO)
        then = await self.agent.run("What did I say?", message_history=result.all_messages())
        whole = replies(then)
        return {"text": result.output, "finish": whole[0]["finish"], "then": then.output, "whole": whole}

    async def streamed(self):
        async with self.agent.run_stream(HELLO) as result:
            parts = [part async for part in result.stream_text(delta=True, debounce_by=None)]
            return {"text": "".join(parts), "parts": parts, "whole": replies(result)}

    async def tools_used(self, question, stream):
        if stream:
            async with self.tooled.run_stream(question) as result:
                text = await result.get_output()
        else:
            result = await self.tooled.run(question)
            text = result.output
        return {"calls": calls(result), "text": text, "whole": replies(result)}

    async def structured(self):
        result = await self.geographer.run(CITY)
        return {"value": plain(result.output), "whole": replies(result)}


async def main():
    apis = {name: Checks(model) for name, model in models().items()}
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
    # As it is without options: the model by its name, addresses and keys from the environment, and the SDK's retries.
    tell("responses: once again", {"text": (await Agent("openai:gpt-4o").run(ONCE)).output})


if __name__ == "__main__":
    asyncio.run(main())
