"""Calls of the anthropic SDK, and what came of them. Text in [[brackets]] tells the provider how to answer."""
import asyncio

import anthropic
from pydantic import BaseModel

from told import tell, tell_error

ASKED = {"model": "claude-test", "max_tokens": 200}
ADD = {
    "name": "add", "description": "Adds two numbers.",
    "input_schema": {
        "type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "required": ["a", "b"]},
}


class City(BaseModel):
    name: str
    people: int


def user(text):
    return [{"role": "user", "content": text}]


def messages(client):
    create = client.messages.create
    tell("message", create(**ASKED, messages=user("Hello"), system="Be brief."))
    # The same request twice: two answers, in this order.
    tell("message again", [create(**ASKED, messages=user("And again")) for _ in range(2)])
    tell("unicode", create(**ASKED, messages=user("[[unicode]]")))
    tell("cut off", create(**ASKED, messages=user("Tell me more [[length]]")))
    tell("refusal", create(**ASKED, messages=user("[[refuse]]")))
    tell("thinking", create(**ASKED, messages=user("[[think]]")))
    raw = client.messages.with_raw_response.create(**ASKED, messages=user("With its head"))
    fields = ("content-type", "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset")
    tell("raw", [raw.status_code, [raw.headers.get(field) for field in fields], raw.parse()])
    parsed = client.messages.parse(
        **ASKED, messages=user('[[json {"name": "Łódź", "people": 648711}]]'), output_format=City)
    tell("structured", [parsed, parsed.parsed_output])
    tell("tokens", client.messages.count_tokens(model=ASKED["model"], messages=user("How many?")))
    tell("models", list(client.models.list()))


def streams(client):
    tell("stream", list(client.messages.create(**ASKED, messages=user("[[unicode]] [[think]]"), stream=True)))
    with client.messages.stream(
            **ASKED, messages=user('[[call add {"a": 2, "b": 3}]] [[preamble Let me see.]]'), tools=[ADD]) as stream:
        tell("stream of a tool", list(stream))
        tell("stream as a whole", stream.get_final_message())


def tools(client):
    turns = user('[[call add {"a": 2, "b": 3}]] [[call add {"a": 4, "b": 5}]] [[call2 add {"a": 5, "b": 9}]]')
    for number in range(3):
        message = client.messages.create(**ASKED, messages=turns, tools=[ADD])
        tell(f"turn {number + 1}", message)
        calls = [block for block in message.content if block.type == "tool_use"]
        results = [
            {"type": "tool_result", "tool_use_id": call.id, "content": str(call.input["a"] + call.input["b"])}
            for call in calls]
        turns = [*turns, {"role": "assistant", "content": message.content}, {"role": "user", "content": results}]


def errors(client):
    def ask(text, **further):
        return client.messages.create(**ASKED, messages=user(text), **further)

    tell_error("too long", anthropic.BadRequestError, lambda: ask("[[fail status=400]]"))
    tell_error("rate limit", anthropic.RateLimitError, lambda: ask("[[fail status=429 should_retry=false]]"))
    tell_error("overloaded", anthropic.APIStatusError, lambda: list(
        ask("[[midfail]] A long enough answer", stream=True)))
    once = client.with_options(max_retries=0).messages
    tell_error("bad gateway", anthropic.InternalServerError, lambda: once.create(**ASKED, messages=user("[[html]]")))
    # The SDK asks again by itself.
    tell("retried", ask("[[fail status=529 retry_after_ms=5 times=1]]"))


def broken_stream(client):
    events, raised = [], None
    try:
        for event in client.messages.create(**ASKED, messages=user("[[drop after=4]]"), stream=True):
            events.append(event)
    except Exception as error:
        raised = type(error).__name__
    tell("broken stream", events)
    tell("raised by it", raised)


async def asynchronous():
    async with anthropic.AsyncAnthropic() as client:
        async with client.messages.stream(**ASKED, messages=user("Hello from async")) as stream:
            tell("async stream", [event async for event in stream])
        questions = [client.messages.create(**ASKED, messages=user(f"Question {number}")) for number in range(4)]
        tell("side by side", await asyncio.gather(*questions))


def main():
    client = anthropic.Anthropic()
    for part in (messages, streams, tools, errors, broken_stream):
        part(client)
    asyncio.run(asynchronous())


if __name__ == "__main__":
    main()
