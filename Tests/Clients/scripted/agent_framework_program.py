"""Microsoft's Agent Framework: agents on responses (its default) and on chat completions, and its orchestrations."""
import asyncio

from agent_framework import Agent
from agent_framework.openai import OpenAIChatClient, OpenAIChatCompletionClient
from agent_framework.orchestrations import GroupChatBuilder, SequentialBuilder
from openai import AsyncOpenAI

from asked import (
    CITY, HELLO, ONCE, REVIEWER, STATUSES, SUMS, TASK, UNKNOWN, WEATHER, WRITER, City, add, fail, get_weather, plain,
    raised_by_awaiting, tell, unknown_only)

MODEL = "gpt-4o"
MANAGER = "You are the manager. Say who speaks next."


def contents(response):
    """What was said and called, in the order in which it was."""
    told = []
    for message in response.messages:
        for content in message.contents:
            if content.type == "text":
                told.append([message.role, content.text])
            elif content.type == "function_call":
                told.append([message.role, content.name, content.parse_arguments(), content.call_id])
            elif content.type == "function_result":
                told.append([message.role, plain(content.result), content.call_id])
    return told


def facts(response):
    usage = response.usage_details or {}
    return {
        "id": response.response_id, "created": response.created_at, "contents": contents(response),
        "usage": {name: usage[name] for name in sorted(usage) if isinstance(usage[name], int)}}


class Checks:
    def __init__(self, client):
        self.client = client
        self.agent = Agent(client, "Be brief.", name="assistant")
        self.tooled = Agent(client, "Be brief.", name="assistant", tools=[get_weather, add])

    async def ask(self, text):
        return await raised_by_awaiting(self.agent.run(text))

    async def hello(self):
        session = self.agent.create_session()
        response = await self.agent.run(HELLO, session=session)
        then = await self.agent.run("What did I say?", session=session)
        return {"text": response.text, "then": then.text, "whole": [facts(response), facts(then)]}

    async def streamed(self):
        stream = self.agent.run(HELLO, stream=True)
        parts = [update.text async for update in stream]
        response = await stream.get_final_response()
        return {"text": response.text, "parts": parts, "whole": facts(response)}

    async def tools_used(self, question, stream):
        if stream:
            events = self.tooled.run(question, stream=True)
            async for _ in events:
                pass
            response = await events.get_final_response()
        else:
            response = await self.tooled.run(question)
        told = contents(response)
        return {
            "calls": [[name, arguments] for _, name, arguments, *_ in (row for row in told if len(row) == 4)],
            "text": told[-1][-1], "whole": facts(response)}

    async def structured(self):
        response = await self.agent.run(CITY, options={"response_format": City})
        return {"value": plain(response.value), "whole": facts(response)}

    def team(self):
        return [Agent(self.client, WRITER, name="writer"), Agent(self.client, REVIEWER, name="reviewer")]

    async def conversation(self, workflow):
        """Who said what, in a run of the workflow."""
        agent = workflow.as_agent()
        response = await agent.run(TASK)
        return {"conversation": [[message.author_name, message.text] for message in response.messages]}

    async def sequential(self):
        return await self.conversation(SequentialBuilder(participants=self.team(), output_from="all").build())

    async def group_chat(self):
        def turn(state):
            return list(state.participants)[state.current_round % 2]

        return await self.conversation(GroupChatBuilder(
            participants=self.team(), selection_func=turn, output_from="all",
            termination_condition=lambda messages: "APPROVED" in messages[-1].text).build())

    async def managed_group_chat(self):
        return await self.conversation(GroupChatBuilder(
            participants=self.team(), orchestrator_agent=Agent(self.client, MANAGER, name="manager"),
            output_from="all", max_rounds=6).build())


def clients(**options):
    connection = AsyncOpenAI(**options)
    return {
        "responses": OpenAIChatClient(model=MODEL, async_client=connection),
        "chat": OpenAIChatCompletionClient(model=MODEL, async_client=connection)}


async def main():
    apis = {name: Checks(client) for name, client in clients(max_retries=0).items()}
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
        tell(f"{name}: sequential", await checks.sequential())
        tell(f"{name}: group chat", await checks.group_chat())
    tell("responses: managed group chat", await apis["responses"].managed_group_chat())
    # As it is without options: addresses and keys from the environment, and the SDK's retries.
    agent = Agent(OpenAIChatClient(model=MODEL), "Be brief.")
    tell("responses: once again", {"text": (await agent.run(ONCE)).text})


if __name__ == "__main__":
    asyncio.run(main())
