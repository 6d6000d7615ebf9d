"""The google-genai SDK: generateContent and what goes with it."""
from google import genai
from google.genai import types

from asked import (
    CITY, FUNCTIONS, HELLO, ONCE, SCHEMAS, STATUSES, SUMS, UNKNOWN, WEATHER, City, called, fail, plain, raised_by, tell,
    unknown_only)

MODEL = "gemini-3-flash"
TOOLS = types.GenerateContentConfig(
    tools=[types.Tool(function_declarations=[
        types.FunctionDeclaration(name=name, description=name, parameters_json_schema=schema)
        for name, schema in SCHEMAS.items()])],
    automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True))


def ask(client, text):
    return client.models.generate_content(model=MODEL, contents=text)


def finish(reply):
    return reply.candidates[0].finish_reason.value


def hello(client):
    config = {"system_instruction": "Be brief.", "temperature": 0.5}
    reply = client.models.generate_content(model=MODEL, contents=HELLO, config=config)
    tokens = client.models.count_tokens(model=MODEL, contents=HELLO)
    return {"text": reply.text, "finish": finish(reply), "whole": plain([reply, tokens])}


def streamed(client):
    chunks = list(client.models.generate_content_stream(model=MODEL, contents=HELLO))
    chat = client.chats.create(model=MODEL)
    again = "".join(chunk.text or "" for chunk in chat.send_message_stream(HELLO))
    then = chat.send_message("What did I say?").text
    return {
        "text": "".join(chunk.text or "" for chunk in chunks), "again": again, "then": then,
        "finish": finish(chunks[-1]), "whole": plain(chunks)}


def tools_used(client, question, stream):
    contents = [types.Content(role="user", parts=[types.Part(text=question)])]
    asked = {"model": MODEL, "contents": contents, "config": TOOLS}
    replies = list(client.models.generate_content_stream(**asked)) if stream else [
        client.models.generate_content(**asked)]
    parts = [part for reply in replies for part in reply.candidates[0].content.parts or []]
    calls = [part.function_call for part in parts if part.function_call]
    told = [called(call.name, call.args) for call in calls]
    results = [
        types.Part(function_response=types.FunctionResponse(id=call.id, name=call.name, response={"result": result}))
        for call, (_, result) in zip(calls, told)]
    contents += [types.Content(role="model", parts=parts), types.Content(role="user", parts=results)]
    last = client.models.generate_content(**asked)
    return {
        "calls": [call for call, _ in told], "finish": finish(replies[-1]), "text": last.text,
        "ids": [call.id for call in calls], "whole": plain([replies, last])}


def called_by_itself(client):
    """The SDK runs the functions, and asks again."""
    reply = client.models.generate_content(model=MODEL, contents=SUMS, config={"tools": list(FUNCTIONS.values())})
    return {"text": reply.text, "whole": plain(reply)}


def structured(client):
    config = {"response_mime_type": "application/json", "response_schema": City}
    reply = client.models.generate_content(model=MODEL, contents=CITY, config=config)
    return {"value": plain(reply.parsed), "whole": plain(reply)}


def embeddings(client):
    reply = client.models.embed_content(model="gemini-embedding-001", contents=["one", "two"])
    return {"count": len(reply.embeddings), "whole": plain(reply)}


def once_again(client):
    retrying = types.HttpOptions(retry_options=types.HttpRetryOptions(attempts=2, initial_delay=0.01, jitter=0))
    reply = client.models.generate_content(model=MODEL, contents=ONCE, config={"http_options": retrying})
    return {"text": reply.text}


def main():
    client = genai.Client()
    if unknown_only():
        tell("gemini: unknown", raised_by(lambda: ask(client, UNKNOWN)))
        return
    # The connection breaks on the first request.
    tell("gemini: reset", raised_by(lambda: ask(client, HELLO)))
    tell("gemini: hello", hello(client))
    tell("gemini: streamed", streamed(client))
    for stream in (False, True):
        how = "streamed " if stream else ""
        tell(f"gemini: {how}call", tools_used(client, WEATHER, stream))
        tell(f"gemini: {how}calls", tools_used(client, SUMS, stream))
    tell("gemini: called by itself", called_by_itself(client))
    tell("gemini: structured", structured(client))
    for status in STATUSES:
        tell(f"gemini: {status}", raised_by(lambda: ask(client, fail(status))))
    tell("gemini: once again", once_again(client))
    tell("further: embeddings", embeddings(client))


if __name__ == "__main__":
    main()
