"""AutoGen's agentchat: its model client, an agent with tools, two agents that take turns, and a selector."""
import asyncio

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.conditions import MaxMessageTermination, TextMentionTermination
from autogen_agentchat.teams import RoundRobinGroupChat, SelectorGroupChat
from autogen_core import CancellationToken, FunctionCall
from autogen_core.models import (
    AssistantMessage, FunctionExecutionResult, FunctionExecutionResultMessage, UserMessage)
from autogen_core.tools import FunctionTool
from autogen_ext.models.openai import OpenAIChatCompletionClient

from asked import (
    CITY, HELLO, ONCE, REVIEWER, STATUSES, SUMS, TASK, UNKNOWN, WEATHER, WRITER, City, add, called, fail, get_weather,
    plain, raised_by_awaiting, tell, unknown_only)

MODEL = "gpt-4o"
TOOLS = [FunctionTool(function, description=function.__doc__) for function in (get_weather, add)]


def user(text):
    return [UserMessage(content=text, source="user")]


def facts(result):
    return {"usage": [result.usage.prompt_tokens, result.usage.completion_tokens], "cached": result.cached}


async def hello(client):
    result = await client.create(user(HELLO))
    return {"text": result.content, "finish": result.finish_reason, **facts(result)}


async def streamed(client):
    parts = [part async for part in client.create_stream(user(HELLO), extra_create_args={
        "stream_options": {"include_usage": True}})]
    return {"text": "".join(parts[:-1]), "again": parts[-1].content, "parts": parts[:-1], **facts(parts[-1])}


async def tools_used(client, question, stream):
    messages = user(question)
    if stream:
        first = [part async for part in client.create_stream(messages, tools=TOOLS)][-1]
    else:
        first = await client.create(messages, tools=TOOLS)
    asked = [call for call in first.content if isinstance(call, FunctionCall)]
    told = [called(call.name, call.arguments) for call in asked]
    messages += [
        AssistantMessage(content=first.content, source="assistant"),
        FunctionExecutionResultMessage(content=[
            FunctionExecutionResult(call_id=call.id, name=call.name, content=result, is_error=False)
            for call, (_, result) in zip(asked, told)])]
    last = await client.create(messages, tools=TOOLS)
    return {
        "calls": [call for call, _ in told], "finish": first.finish_reason, "text": last.content,
        "ids": [call.id for call in asked], **facts(last)}


async def structured(client):
    result = await client.create(user(CITY), json_output=City)
    agent = AssistantAgent("geographer", client, output_content_type=City)
    answer = await agent.run(task=CITY)
    return {
        "value": plain(City.model_validate_json(result.content)), "by an agent": plain(answer.messages[-1].content)}


async def agent_with_tools(client):
    agent = AssistantAgent(
        "assistant", client, tools=TOOLS, reflect_on_tool_use=True, model_client_stream=True)
    result = await agent.run(task=SUMS)
    return {"text": result.messages[-1].content, "messages": conversation(result)}


def team(client):
    return [
        AssistantAgent("writer", client, system_message=WRITER, description="Writes lines."),
        AssistantAgent("reviewer", client, system_message=REVIEWER, description="Criticises lines.")]


def conversation(result):
    return [
        [message.source, plain(message.content) if isinstance(message.content, str) else [
            plain(part.__dict__) for part in message.content]]
        for message in result.messages if message.type != "ModelClientStreamingChunkEvent"]


async def round_robin(client):
    chat = RoundRobinGroupChat(team(client), termination_condition=TextMentionTermination("APPROVED", ["reviewer"]))
    result = await chat.run(task=TASK)
    return {"conversation": conversation(result), "stopped": result.stop_reason}


async def selector(client):
    chat = SelectorGroupChat(
        team(client), client, termination_condition=TextMentionTermination("APPROVED", ["reviewer"])
        | MaxMessageTermination(9), allow_repeated_speaker=True,
        selector_prompt="Who of writer and reviewer is next?\n{history}")
    result = await chat.run(task=TASK)
    return {"conversation": conversation(result), "stopped": result.stop_reason}


async def main():
    client = OpenAIChatCompletionClient(model=MODEL, max_retries=0)
    retrying = OpenAIChatCompletionClient(model=MODEL)

    async def ask(text):
        return await raised_by_awaiting(client.create(user(text), cancellation_token=CancellationToken()))

    if unknown_only():
        tell("autogen: unknown", await ask(UNKNOWN))
        return
    # The connection breaks on the first request.
    tell("autogen: reset", await ask(HELLO))
    tell("autogen: hello", await hello(client))
    tell("autogen: streamed", await streamed(client))
    for stream in (False, True):
        how = "streamed " if stream else ""
        tell(f"autogen: {how}call", await tools_used(client, WEATHER, stream))
        tell(f"autogen: {how}calls", await tools_used(client, SUMS, stream))
    tell("autogen: structured", await structured(client))
    for status in STATUSES:
        tell(f"autogen: {status}", await ask(fail(status)))
    tell("autogen: once again", {"text": (await retrying.create(user(ONCE))).content})
    tell("autogen: agent with tools", await agent_with_tools(client))
    tell("autogen: round robin", await round_robin(client))
    tell("autogen: selector", await selector(client))


if __name__ == "__main__":
    asyncio.run(main())
