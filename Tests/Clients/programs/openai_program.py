"""Calls of the openai SDK, 1.x or 3.x, and what came of them. Text in [[brackets]] tells the provider how to answer."""
import asyncio

import openai
from pydantic import BaseModel

from told import tell, tell_error

MODEL, EMBEDDING = "test-model", "test-embed"
ADD = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "required": ["a", "b"]}


class City(BaseModel):
    name: str
    people: int


def user(text):
    return [{"role": "user", "content": text}]


def chat(client):
    create = client.chat.completions.create
    tell("chat", create(model=MODEL, messages=user("Hello")))
    # The same request twice: two answers, in this order.
    tell("chat again", [create(model=MODEL, messages=user("And again")) for _ in range(2)])
    tell("choices", create(model=MODEL, messages=user("[[unicode]]"), n=2, logprobs=True))
    tell("refusal", create(model=MODEL, messages=user("[[refuse]]")))
    tell("cut off", create(model=MODEL, messages=user("Tell me more [[length]]"), max_tokens=5))
    stream = create(model=MODEL, messages=user("[[unicode]]"), stream=True, stream_options={"include_usage": True})
    tell("stream", list(stream))
    tell("stream of a tool", list(create(
        model=MODEL, messages=user('[[call add {"a": 2, "b": 3}]]'), stream=True, tools=tools(nested=True))))
    raw = client.chat.completions.with_raw_response.create(model=MODEL, messages=user("With its head"))
    fields = ("content-type", "openai-processing-ms", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-requests")
    tell("raw", [raw.status_code, [raw.headers.get(field) for field in fields], raw.parse()])
    parsed = client.chat.completions.parse(
        model=MODEL, messages=user('[[json {"name": "Łódź", "people": 648711}]]'), response_format=City)
    tell("structured", [parsed, parsed.choices[0].message.parsed])
    tell("completion", client.completions.create(model=MODEL, prompt="Once upon"))


def tools(nested):
    """Functions as chat completions have them, or as responses do."""
    function = {"name": "add", "description": "Adds two numbers.", "parameters": ADD}
    return [{"type": "function", "function": function} if nested else {"type": "function", **function}]


def chat_with_tools(client):
    messages = user('[[call add {"a": 2, "b": 3}]] [[call add {"a": 4, "b": 5}]] [[preamble Let me see.]]')
    asked = client.chat.completions.create(model=MODEL, messages=messages, tools=tools(nested=True))
    tell("tool calls", asked)
    message = asked.choices[0].message
    messages.append(message.model_dump(include={"role", "content", "tool_calls"}))
    for call, result in zip(message.tool_calls, ("5", "9"), strict=True):
        messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
    tell("tool results", client.chat.completions.create(model=MODEL, messages=messages, tools=tools(nested=True)))


def responses(client):
    first = client.responses.create(model=MODEL, input="Hello", instructions="Be brief.")
    tell("response", [first, first.output_text])
    # Names the answer before it, by an id that the provider made up.
    second = client.responses.create(model=MODEL, input="Go on [[think]]", previous_response_id=first.id)
    tell("response after response", second)
    tell("response retrieved", client.responses.retrieve(second.id))
    tell("response stream", list(client.responses.create(model=MODEL, input="[[unicode]] [[think]]", stream=True)))
    tell("response stream of a tool", list(client.responses.create(
        model=MODEL, input='[[call add {"a": 1, "b": 1}]]', stream=True, tools=tools(nested=False))))
    asked = client.responses.create(
        model=MODEL, input='[[call add {"a": 6, "b": 7}]]', tools=tools(nested=False))
    tell("response calls", asked)
    call = asked.output[0]
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "13"}
    tell("response results", client.responses.create(
        model=MODEL, input=[result], previous_response_id=asked.id, tools=tools(nested=False)))


def others(client):
    tell("embeddings", client.embeddings.create(model=EMBEDDING, input=["one", "two"]))
    tell("embeddings as floats", client.embeddings.create(model=EMBEDDING, input="three", encoding_format="float"))
    tell("models", list(client.models.list()))
    tell("model", client.models.retrieve(MODEL))


def errors(client):
    def ask(text, **further):
        return client.chat.completions.create(model=MODEL, messages=user(text), **further)

    tell_error("too long", openai.BadRequestError, lambda: ask("[[fail status=400]]"))
    tell_error("no quota", openai.RateLimitError, lambda: ask(
        "[[fail status=429 code=insufficient_quota should_retry=false]]"))
    tell_error("no model", openai.NotFoundError, lambda: client.models.retrieve("missing"))
    once = client.with_options(max_retries=0).chat.completions
    tell_error("bad gateway", openai.InternalServerError, lambda: once.create(model=MODEL, messages=user("[[html]]")))
    tell_error("failed on the way", openai.APIError, lambda: list(ask("[[midfail]] A long enough answer", stream=True)))
    # The SDK asks again by itself.
    tell("retried", ask("[[fail status=429 retry_after_ms=5 times=1]]"))


def broken_stream(client):
    chunks, raised = [], None
    try:
        for chunk in client.chat.completions.create(model=MODEL, messages=user("[[drop after=3]]"), stream=True):
            chunks.append(chunk)
    except Exception as error:
        raised = type(error).__name__
    tell("broken stream", chunks)
    tell("raised by it", raised)


async def asynchronous():
    async with openai.AsyncOpenAI() as client:
        stream = await client.chat.completions.create(model=MODEL, messages=user("Hello from async"), stream=True)
        tell("async stream", [chunk async for chunk in stream])
        questions = [client.responses.create(model=MODEL, input=f"Question {number}") for number in range(4)]
        tell("side by side", await asyncio.gather(*questions))


def main():
    client = openai.OpenAI()
    for part in (chat, chat_with_tools, responses, others, errors, broken_stream):
        part(client)
    asyncio.run(asynchronous())


if __name__ == "__main__":
    main()
