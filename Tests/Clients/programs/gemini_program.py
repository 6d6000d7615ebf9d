"""Calls of the google-genai SDK, and what came of them. Text in [[brackets]] tells the provider how to answer."""
import asyncio

from google import genai
from google.genai import errors, types
from pydantic import BaseModel

from told import tell, tell_error

MODEL, EMBEDDING = "gemini-test", "gemini-embedding-test"


class City(BaseModel):
    name: str
    people: int


def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


def generate(client):
    ask = client.models.generate_content
    tell("content", ask(model=MODEL, contents="Hello", config={"system_instruction": "Be brief.", "temperature": 0.5}))
    # The same request twice: two answers, in this order.
    tell("content again", [ask(model=MODEL, contents="And again") for _ in range(2)])
    tell("unicode", ask(model=MODEL, contents="[[unicode]]"))
    tell("cut off", ask(model=MODEL, contents="Tell me more [[length]]", config={"max_output_tokens": 5}))
    tell("refusal", ask(model=MODEL, contents="[[refuse]]"))
    parsed = ask(
        model=MODEL, contents='[[json {"name": "Łódź", "people": 648711}]]',
        config={"response_mime_type": "application/json", "response_schema": City})
    tell("structured", [parsed, parsed.parsed])
    tell("stream", list(client.models.generate_content_stream(model=MODEL, contents="[[unicode]]")))
    tell("tokens", client.models.count_tokens(model=MODEL, contents="How many?"))
    tell("models", list(client.models.list()))


def chat(client):
    chat = client.chats.create(model=MODEL)
    for text in ("My name is Ada.", "What is my name?"):
        tell(text, chat.send_message(text))
    tell("streamed in a chat", list(chat.send_message_stream("Say it once more.")))
    tell("history", chat.get_history())


def tools(client):
    declared = types.FunctionDeclaration.from_callable(client=client._api_client, callable=add)
    config = types.GenerateContentConfig(
        tools=[types.Tool(function_declarations=[declared])],
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True))
    asked = '[[call add {"a": 2, "b": 3}]] [[call add {"a": 4, "b": 5}]]'
    contents = [types.Content(role="user", parts=[types.Part(text=asked)])]
    answer = client.models.generate_content(model=MODEL, contents=contents, config=config)
    tell("tool calls", answer)
    parts = [
        types.Part(function_response=types.FunctionResponse(
            id=call.id, name=call.name, response={"result": add(**call.args)}))
        for call in answer.function_calls]
    contents += [answer.candidates[0].content, types.Content(role="user", parts=parts)]
    tell("tool results", client.models.generate_content(model=MODEL, contents=contents, config=config))
    tell("stream of a tool", list(client.models.generate_content_stream(
        model=MODEL, contents='[[call add {"a": 1, "b": 1}]]', config=config)))
    # The SDK calls the function by itself, and asks again.
    tell("called by itself", client.models.generate_content(
        model=MODEL, contents='[[call add {"a": 6, "b": 7}]]', config={"tools": [add]}))


def others(client):
    tell("embeddings", client.models.embed_content(model=EMBEDDING, contents=["one", "two"]))
    tell("embedding of one", client.models.embed_content(model=EMBEDDING, contents="three"))


def failures(client):
    def ask(text, **further):
        return client.models.generate_content(model=MODEL, contents=text, **further)

    tell_error("bad argument", errors.ClientError, lambda: ask("[[fail status=400]]"))
    tell_error("rate limit", errors.ClientError, lambda: ask("[[fail status=429]]"))
    tell_error("unavailable", errors.ServerError, lambda: ask("[[fail status=503]]"))
    tell_error("failed on the way", errors.APIError, lambda: list(client.models.generate_content_stream(
        model=MODEL, contents="[[midfail]] A long enough answer")))
    retrying = types.HttpOptions(retry_options=types.HttpRetryOptions(attempts=2, initial_delay=0.01, jitter=0))
    tell("retried", ask("[[fail status=500 times=1]]", config={"http_options": retrying}))


def broken_stream(client):
    chunks, raised = [], None
    try:
        for chunk in client.models.generate_content_stream(model=MODEL, contents="[[drop after=3]] A long answer"):
            chunks.append(chunk)
    except Exception as error:
        raised = type(error).__name__
    tell("broken stream", chunks)
    tell("raised by it", raised)


async def asynchronous(client):
    stream = await client.aio.models.generate_content_stream(model=MODEL, contents="Hello from async")
    tell("async stream", [chunk async for chunk in stream])
    questions = [client.aio.models.generate_content(model=MODEL, contents=f"Question {number}") for number in range(4)]
    tell("side by side", await asyncio.gather(*questions))
    await client.aio.aclose()


def main():
    client = genai.Client()
    for part in (generate, chat, tools, others, failures, broken_stream):
        part(client)
    asyncio.run(asynchronous(client))


if __name__ == "__main__":
    main()
